"""What `status` finds out and says: what customers see, what waits, and what is to be done."""
