"""The control routes under what nobody means: no crash, and an emulator that goes on answering."""

import contextlib
import json
from urllib.parse import quote

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from emulator.samples import API, identifier, token
from retention_messaging_emulator import Emulator, Fault
from retention_messaging_emulator.web.control_routes import APP_ROUTES, ROUTES, Route

EMULATOR = Emulator(sleep=lambda _: None)
"""One for all of them: what one request leaves behind, the next one meets."""

STRUCTS = [Fault, *(each.takes for each in (*ROUTES, *APP_ROUTES) if hasattr(each.takes, "__struct_fields__"))]
NAMES = [
    *sorted({field.encode_name for struct in STRUCTS for field in msgspec.structs.fields(struct)}),
    *("header", "image", "imageIdentifier", "altText", "bulletPoints", "headerPosition"),
    *("messageIdentifier", "realtimeURL", "*"),
]

scalars = some.none() | some.booleans() | some.integers() | some.floats() | some.text()
values = some.recursive(
    scalars | some.sampled_from(["drop", "time-out", "apple", "sandbox"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)
bodies = values.map(lambda value: json.dumps(value).encode()) | some.binary()
names = some.text(min_size=1, max_size=20).filter(lambda text: "/" not in text and text not in (".", ".."))
parameters = some.dictionaries(some.sampled_from(["imageSize", "imageState", "messageState", "x"]), some.text())
routes = some.sampled_from([(route, "") for route in ROUTES] + [(route, "/sandbox/{name}") for route in APP_ROUTES])


def fuzzed(chosen: tuple[Route, str], name: str, body: bytes, query: dict[str, str]) -> None:
    """Ask a control route; then a client asks for a list, and is answered, or closed off if that was asked for."""
    route, below = chosen
    client = EMULATOR.app.test_client()
    path = route.path.replace("<identifier>", identifier()).replace("<product_id>", name).replace("<locale>", "de-DE")
    url = quote(f"/_emulator{below.format(name=name)}{path}")
    answer = client.open(url, method=route.method, data=body, query_string=query)
    EMULATOR.clock.reset()
    with contextlib.suppress(httpx.RemoteProtocolError):
        listing = client.get(
            f"/sandbox{API}/message/list", headers={"Authorization": f"Bearer {token(EMULATOR.credentials)}"}
        )
        assert 200 <= listing.status_code <= 599

    assert answer.status_code in (200, 400, 404, 409)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(chosen=routes, name=names, body=bodies, query=parameters)
def test_no_control_request_breaks_the_emulator(
    chosen: tuple[Route, str], name: str, body: bytes, query: dict[str, str]
) -> None:
    """Whatever a control request holds, it is answered, and so is the next request of a client."""
    fuzzed(chosen, name, body, query)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, derandomize=True)
@given(chosen=routes, name=names, body=bodies, query=parameters)
def test_ten_thousand_control_requests_break_nothing(
    chosen: tuple[Route, str], name: str, body: bytes, query: dict[str, str]
) -> None:
    """The same, ten thousand times."""
    fuzzed(chosen, name, body, query)
