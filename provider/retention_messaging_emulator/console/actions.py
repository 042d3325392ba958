"""What a form of the console does: one control route each, whose function it calls with what the form says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from retention_messaging_emulator.app_store import Environment
from retention_messaging_emulator.errors import RefusedError
from retention_messaging_emulator.web.control_bodies import Text
from retention_messaging_emulator.web.control_routes import APP_ROUTES, ROUTES, Controlled, Route

Form = Mapping[str, str]


class NotDoneError(Exception):
    """What a form asks for was refused; the text says why, and what to do."""


@dataclass(frozen=True)
class Action:
    """
    One control route, and how a form of the page asks for it.

    route: what is done
    section: where on the page it is told
    told: what the template tells about it, from the route's answer and the fields of the form
    body: the body of the route, from the fields of the form
    """

    route: Route
    section: str
    told: Callable[[Any, Form], object]
    body: Callable[[Form], object] = dict
    template: str = "console/done.html"


class _Where(msgspec.Struct, rename="camel"):
    """The app that a form is about."""

    environment: Environment
    bundle_id: Text


def _sentence(text: str) -> Callable[[Any, Form], str]:
    return lambda _answer, _form: text


def _decided(verb: str) -> Callable[[Any, Form], str]:
    def told(answer: Any, _: Form) -> str:
        number = len(answer["identifiers"])
        return f"Apple {verb} {number} upload{'' if number == 1 else 's'}." if number else "Nothing waits for Apple."

    return told


def _limits(form: Form) -> object:
    if form.get("limits") != "own":
        return {"apple": "apple"}.get(form.get("limits", ""), {})
    return {form.get("endpoint", "*"): form.get("requests")}


def _customer(form: Form) -> dict[str, str]:
    """A button of the table of defaults names product and locale at once."""
    who = {name: value for name, value in form.items() if name in ("productId", "userLocale")}
    if "pair" in form:
        who["productId"], who["userLocale"] = msgspec.json.decode(form["pair"], type=tuple[str, str])
    return who


def _find(routes: tuple[Route, ...], method: str, path: str) -> Route:
    return next(route for route in routes if (route.method, route.path) == (method, path))


ACTIONS: Mapping[str, Action] = {
    "approve": Action(_find(ROUTES, "POST", "/approve"), "review", _decided("approved")),
    "reject": Action(_find(ROUTES, "POST", "/reject"), "review", _decided("rejected")),
    "performance-test": Action(
        _find(ROUTES, "POST", "/performance-test"), "customers", _sentence("The performance test is decided.")
    ),
    "realtime-request": Action(
        _find(APP_ROUTES, "POST", "/realtime-request"),
        "customer",
        lambda report, form: {**form, **_customer(form), **report},
        _customer,
        "console/customer.html",
    ),
    "clear-requests": Action(_find(ROUTES, "DELETE", "/requests"), "requests", _sentence("The log is empty.")),
    "fail-next": Action(
        _find(ROUTES, "POST", "/fail-next"),
        "faults",
        _sentence("The fault is on: it waits for a request that matches."),
        lambda form: [form],
    ),
    "clear-faults": Action(_find(ROUTES, "DELETE", "/fail-next"), "faults", _sentence("No fault is on.")),
    "rate-limits": Action(
        _find(ROUTES, "POST", "/rate-limits"), "limits", _sentence("Requests are counted anew."), _limits
    ),
    "latency": Action(_find(ROUTES, "POST", "/latency"), "latency", _sentence("The next answers take this long.")),
    "clock": Action(
        _find(ROUTES, "POST", "/clock"), "clock", _sentence("The clock was moved, and runs on from there.")
    ),
    "reset": Action(_find(ROUTES, "POST", "/reset"), "page", _sentence("The emulator is as new; its key stays.")),
}
"""Name of a form → what it does."""


def carry_out(action: Action, controlled: Controlled, form: Form) -> object:
    """
    Do it, and return what is to be told. NotDoneError if the form cannot be meant, or Apple refuses it.

    Fields without a value are left out. Of a route of one app, the form names the app.
    """
    fields = {name: value.strip() for name, value in form.items() if value.strip()}
    try:
        target: object = controlled
        if action.route in APP_ROUTES:
            where = msgspec.convert(fields, _Where)
            target = controlled.account.app_store(where.environment, where.bundle_id)
        takes = action.route.takes
        body = [] if takes is None else [msgspec.convert(action.body(fields), takes, strict=False)]
        return action.told(action.route.act(target, *body), fields)
    except RefusedError as refused:
        raise NotDoneError(f"Apple refuses it: {refused}; reload the page and look again") from None
    except ValueError as error:
        raise NotDoneError(f"Not done: {error}; change the form and send it again") from None
