"""
Messages as customers will see them on Apple's Confirm Cancellation page: a likeness, not Apple's page.

`plan.py` reads a plan, `entries.py` works out what is live and what replaces it, `page.py` draws that.
"""
