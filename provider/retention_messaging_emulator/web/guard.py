"""Who may use what is below `/_emulator/`: this machine, and no page of another site in a browser on it."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from retention_messaging_emulator.web.answers import json_answer

ADVICE = "GET /_emulator/manual is the manual"

# What a page of the emulator's may load and send, and who may show it in a frame: itself, and nobody.
# https://www.w3.org/TR/CSP3/
POLICY = "default-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def keep_guard(blueprint: Blueprint) -> None:
    """Of every request to a blueprint, and to those inside it: refuse it, or answer it for this origin only."""
    blueprint.before_request(_guard)
    blueprint.after_request(_for_this_origin_only)


def _guard() -> Response | None:
    """
    An answer for whoever may not control: another machine, and a page of another site in a browser on this one.

    A page can send requests here, but for the headers that say whose it is; and a name that it owns may lead here. All
    that it may do is link here: then the browser leaves it.
    """
    if not _is_loopback(request.remote_addr or ""):
        return _forbidden("control routes answer only on the machine the emulator runs on")
    if not _is_here(request.host):
        return _forbidden(f"control routes answer as localhost or by an address, not as {request.host!r}")
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
    is_foreign = urlsplit(origin).netloc != request.host if origin else site not in ("same-origin", "none")
    if is_foreign and (origin or not _is_a_link()):
        return _forbidden("control routes answer no page of another site")
    return None


def _is_a_link() -> bool:
    """
    Whether a browser goes to this page, in place of the one before.

    https://www.w3.org/TR/fetch-metadata/
    """
    return request.method in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Mode") == "navigate"


def _for_this_origin_only(response: Response) -> Response:
    response.headers.extend(HEADERS)
    return response


def _is_loopback(address: str) -> bool:
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:  # an unknown peer
        return False
    return (getattr(peer, "ipv4_mapped", None) or peer).is_loopback


def _is_here(host: str) -> bool:
    """Whether a Host header is one that nobody else can own: an address, or a name of this machine (RFC 6761, 6.3)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if re.fullmatch(r"(.+\.)?localhost\.?", name):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _forbidden(reason: str) -> Response:
    return json_answer({"error": f"{reason}; {ADVICE}"}, 403).response()
