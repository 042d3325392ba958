"""
The console over HTTP: the page, what of it has changed, and its forms.

The page is made of parts. Every request of its script says by a digest which ones it shows, and is answered with those
that look different now. Without a script it is the same page, made anew by every form that is sent.
"""

import hashlib
from typing import Any

from flask import Response, abort, make_response, render_template, request

from retention_messaging_emulator.console.actions import ACTIONS, NotDoneError, carry_out
from retention_messaging_emulator.console.facts import CHOICES, changed_switches, facts, moment, span
from retention_messaging_emulator.web.control_routes import Controlled

PARTS = ("counts", "queue", "apps", "requests", "faults", "limits", "latency", "clock", "inventory", "choices")
"""What of the page changes by itself: a template of this name each."""

# htmx 2.0.11; static/README.md says where it comes from
HTMX_INTEGRITY = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"

ABOUT_THE_PAGE = {"seen", "everything"}
"""Fields that every request of the script has: the parts that it shows, and whether it shows all that there is."""

REFUSED = 422  # what the page's script shows as it shows a success, unlike any other 4xx


def page(controlled: Controlled, **outcome: Any) -> Response:
    """The whole page, with the outcome of a form, if there was one."""
    return make_response(render_template("console/page.html", **_drawn(controlled), **outcome))


def changes(controlled: Controlled, **outcome: Any) -> Response:
    """The outcome of a form, if there was one, and the parts that look different now."""
    different = render_template("console/changes.html", **_drawn(controlled), **outcome).strip()
    return make_response(different, 200 if different else 204)


def act(controlled: Controlled, name: str) -> Response:
    """What a form asks for: done, and told in its section of the page."""
    action = ACTIONS.get(name) or abort(404)
    form = {name: value for name, value in request.form.items() if name not in ABOUT_THE_PAGE}
    outcome: dict[str, Any] = {"told_in": action.section, "template": action.template}
    try:
        outcome["told"] = carry_out(action, controlled, form)
    except NotDoneError as refused:
        outcome |= {"template": "console/refused.html", "told": str(refused)}
    answer = (changes if "HX-Request" in request.headers else page)(controlled, **outcome)
    answer.status_code = REFUSED if outcome["template"] == "console/refused.html" else 200
    return answer


def _drawn(controlled: Controlled) -> dict[str, Any]:
    """What every template may name."""
    return {
        **CHOICES,
        **facts(controlled),
        "changed_switches": lambda: changed_switches(controlled.account.switches),
        "digest": lambda html: hashlib.blake2s(html.encode(), digest_size=8).hexdigest(),
        "everything": "everything" in request.values,
        "htmx_integrity": HTMX_INTEGRITY,
        "moment": moment,
        "parts": PARTS,
        "seen": request.values.getlist("seen"),
        "span": span,
    }
