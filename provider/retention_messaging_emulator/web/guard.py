"""
Who may use what is below `/_emulator/`: this machine, the networks that are named, and no page of another site.

A container that publishes a port sees its host as the gateway of a network, not as this machine.
"""

import ipaddress
import re
from collections.abc import Collection, Mapping
from functools import partial
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from retention_messaging_emulator.web.answers import json_answer

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

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


def network(text: str) -> Network:
    """The network of such as 172.17.0.0/16, or of one address; ValueError if it is neither."""
    return ipaddress.ip_network(text, strict=False)


def keep_guard(blueprint: Blueprint, networks: Collection[Network]) -> None:
    """
    Of every request to a blueprint, and to those inside it: refuse it, or answer it for this origin only.

    `networks` may ask what this machine may.
    """
    blueprint.before_request(partial(_guard, networks))
    blueprint.after_request(_for_this_origin_only)


def _guard(networks: Collection[Network]) -> Response | None:
    """
    An answer for whoever may not control: another machine, and a page of another site in a browser on this one.

    A page can send requests here, but for the headers that say whose it is; and a name that it owns may lead here. All
    that it may do is link here: then the browser leaves it.
    """
    peer = request.remote_addr or ""
    if not _may_control(peer, networks):
        known = f", not to {peer}; to let that one control it, too, start it with --control-from {peer}" if peer else ""
        return _forbidden(f"control routes answer only on the machine the emulator runs on{known}")
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


def _may_control(address: str, networks: Collection[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # an unknown peer
        return False
    peer = getattr(found, "ipv4_mapped", None) or found
    return peer.is_loopback or any(peer in each for each in networks)


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
