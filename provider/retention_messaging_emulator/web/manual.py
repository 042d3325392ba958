"""The manual of the control routes, faults and switches, made from their tables: Markdown that reads as plain text."""

from collections.abc import Iterator
from typing import Any

import msgspec

from retention_messaging_emulator.switch_values import KINDS as SWITCHES
from retention_messaging_emulator.switch_values import sentences, words, written
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.web.control_bodies import Faults
from retention_messaging_emulator.web.control_routes import APP_ROUTES, APPLES_JSON, FILE, ROUTES, Route
from retention_messaging_emulator.web.faults import KINDS, Fault

RATE_LIMITS = """an object of requests an hour by endpoint or "*", or "apple" for the documented ones"""


def manual() -> str:
    """All of it."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "## Control routes"
    yield ""
    yield "JSON, without a token, from this machine and the networks of `--control-from` only. Below `/_emulator`:"
    yield ""
    yield "- `GET /`: The console, a page for a browser. What is below `/console` and `/static` is its own."
    yield "- `GET /manual`: This manual, as plain text."
    yield from map(_route, ROUTES)
    yield ""
    yield "Below `/_emulator/<sandbox or production>/<bundle id>`:"
    yield ""
    yield from map(_route, APP_ROUTES)
    yield ""
    yield "## Faults"
    yield ""
    yield f"`POST /fail-next` takes a list of them, each with some of {_fields(Fault)}. By its `kind`:"
    yield ""
    yield from (f"- `{kind}`: {does}." for kind, does in KINDS.items())
    yield ""
    yield "## Switches"
    yield ""
    yield "How to answer where Apple's documentation is silent: `--switch name=value`."
    yield ""
    defaults, says = Switches(), sentences()
    for name, kind in SWITCHES.items():
        yield f"- `{name}={written(getattr(defaults, name))}`: {says[name]} Takes {words(kind)}."


def taken(body: Any) -> str:
    """What the body of a control route is."""
    if body is FILE:
        return "a PNG"
    if body is APPLES_JSON:
        return "Apple's JSON"
    if body == Faults:
        return "a list of faults"
    return _fields(body) if isinstance(body, type) and issubclass(body, msgspec.Struct) else RATE_LIMITS


def _route(route: Route) -> str:
    parameters = "&".join(f"{name}=<{words(kind)}>" for name, kind in route.query.items())
    takes = f" Takes {taken(route.takes)}." if route.takes else ""
    asked = f"{route.method} {route.path}{'?' if parameters else ''}{parameters}".strip()
    return f"- `{asked}`: {route.does}{takes}"


def _fields(struct: type[msgspec.Struct]) -> str:
    return ", ".join(
        f"`{each.encode_name}`{'' if each.required else '?'} ({words(each.type)})"
        for each in msgspec.structs.fields(struct)
    )
