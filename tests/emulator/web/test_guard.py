"""Who may use the control routes: this machine, and no page of another site that is open in a browser on it."""

from collections.abc import Mapping

import httpx
import pytest

from emulator.samples import MESSAGE, identifier
from retention_messaging_emulator import Emulator
from retention_messaging_emulator.web.control_routes import APP_ROUTES, ROUTES, Route

HERE = "http://localhost:8080"
EVERY_ROUTE = [(route, "") for route in ROUTES] + [(route, "/sandbox/com.example.app") for route in APP_ROUTES]


def ask(emulator: Emulator, method: str, path: str, headers: Mapping[str, str], url: str = HERE) -> int:
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app)) as client:
        return client.request(method, f"{url}/_emulator{path}", headers=headers).status_code


@pytest.mark.parametrize(
    ("route", "below"), EVERY_ROUTE, ids=[f"{each.method} {p}{each.path}" for each, p in EVERY_ROUTE]
)
def test_a_page_of_another_site_controls_nothing(emulator: Emulator, route: Route, below: str) -> None:
    """Every control route refuses a request with another site's Origin, and does nothing."""
    emulator.sandbox.put_message(identifier(), MESSAGE)
    before = emulator.inventory()
    path = f"{below}{route.path}".replace("<identifier>", identifier()).replace("<product_id>/<locale>", "m/en-US")

    status = ask(emulator, route.method, path, {"Origin": "https://evil.example"})

    assert (status, emulator.inventory()) == (403, before)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": HERE}, 200),
        ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_only_a_page_of_its_own_may_change_anything(emulator: Emulator, headers: dict[str, str], status: int) -> None:
    """What changes something is taken from a command line, and from a page of the emulator's."""
    assert ask(emulator, "POST", "/reset", headers) == status


def test_a_link_on_another_site_may_be_followed(emulator: Emulator) -> None:
    """A link to a page of the emulator's can be followed, for that page is not shown to the other site."""
    assert ask(emulator, "GET", "/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}) == 200


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}),
        ("GET", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}),
        ("GET", {"Sec-Fetch-Site": "cross-site"}),
        ("POST", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),
    ],
)
def test_another_site_may_do_no_more_than_link(emulator: Emulator, method: str, headers: dict[str, str]) -> None:
    """A page of another site shows no picture, runs no script and sends no form of the emulator's."""
    path = "/inventory" if method == "GET" else "/approve"

    assert ask(emulator, method, path, headers) == 403


@pytest.mark.parametrize("path", ["/", "/inventory", "/manual", "/static/console.js"])
def test_every_answer_is_for_its_own_pages_only(emulator: Emulator, path: str) -> None:
    """Whatever is answered below /_emulator/ may be shown in no frame and loaded by no other site."""
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app)) as client:
        headers = client.get(f"{HERE}/_emulator{path}").headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert (headers["Cross-Origin-Resource-Policy"], headers["X-Content-Type-Options"]) == ("same-origin", "nosniff")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8080", 200),
        ("sandbox.localhost:8080", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("192.0.2.7:8080", 200),
        ("rebind.evil.example", 403),
        ("rebind.evil.example:8080", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example", 403),
        ("evil", 403),
        ("[", 403),
    ],
)
def test_a_name_that_leads_here_reads_nothing(emulator: Emulator, host: str, status: int) -> None:
    """A name that its owner made lead to this machine is refused, whatever is asked."""
    assert ask(emulator, "GET", "/inventory", {"Host": host}) == status


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.7", 403),
        ("::ffff:192.0.2.7", 403),
        ("", 403),
    ],
)
def test_control_routes_answer_on_this_machine_only(emulator: Emulator, address: str, status: int) -> None:
    """Control routes answer on this machine and refuse every other address."""
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app, remote_addr=address)) as client:
        answer = client.get("http://localhost/_emulator/inventory")

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        (["172.17.0.0/16"], "172.17.0.1", 200),
        (["172.17.0.0/16"], "::ffff:172.17.0.1", 200),
        (["172.17.0.1/16"], "172.17.9.9", 200),
        (["10.88.0.1", "fd00::/8"], "fd00::1", 200),
        (["10.88.0.1"], "10.88.0.1", 200),
        (["10.88.0.1"], "10.88.0.2", 403),
        (["172.17.0.0/16"], "172.18.0.1", 403),
        (["172.17.0.0/16"], "127.0.0.1", 200),
        (["0.0.0.0/0"], "", 403),
    ],
)
def test_a_network_that_is_named_may_control(networks: list[str], address: str, status: int) -> None:
    """Control routes answer a network that the emulator was told of, beside this machine, and no other."""
    emulator = Emulator(control_from=networks)
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app, remote_addr=address)) as client:
        assert client.get("http://localhost:8080/_emulator/inventory").status_code == status


@pytest.mark.parametrize("headers", [{"Host": "rebind.evil.example"}, {"Origin": "https://evil.example"}])
def test_a_network_that_is_named_has_no_foreign_page(headers: dict[str, str]) -> None:
    """From a network that is named, too, another site's page and a name that leads here are refused."""
    emulator = Emulator(control_from=["172.17.0.0/16"])
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app, remote_addr="172.17.0.1")) as client:
        assert client.post(f"{HERE}/_emulator/reset", headers=headers).status_code == 403


def test_who_is_refused_reads_what_to_type() -> None:
    """Whoever asks from another machine is told the option that lets it control the emulator."""
    with httpx.Client(transport=httpx.WSGITransport(app=Emulator().app, remote_addr="10.88.0.1")) as client:
        told = client.get("http://localhost/_emulator/inventory").json()["error"]

    assert "start it with --control-from 10.88.0.1;" in told


def test_what_is_no_network_is_refused() -> None:
    """A name of a machine is no network."""
    with pytest.raises(ValueError, match="neighbour"):
        Emulator(control_from=["neighbour"])
