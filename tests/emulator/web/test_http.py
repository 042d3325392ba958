import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.samples import API, BULLET, MESSAGE, identifier, token
from retention_messaging_emulator import Emulator, Fault, Switches

URL = {"realtimeURL": "https://retention.example.com/apple"}


def test_a_put_and_a_delete_answer_with_nothing(client: httpx.Client) -> None:
    """PUT and DELETE answer 200 with an empty body and no content type."""
    put = client.put("/realtime/url", json=URL)
    deleted = client.delete("/realtime/url")

    assert [(each.status_code, each.content, "Content-Type" in each.headers) for each in (put, deleted)] == [
        (200, b"", False),
        (200, b"", False),
    ]


def test_a_get_answers_with_json(client: httpx.Client) -> None:
    """GET answers 200 with JSON."""
    client.put("/realtime/url", json=URL)

    answer = client.get("/realtime/url")

    assert (answer.status_code, answer.headers["Content-Type"], answer.json()) == (200, "application/json", URL)


def test_an_error_comes_in_apples_envelope(client: httpx.Client) -> None:
    """An error is a JSON object with Apple's code and text."""
    answer = client.get("/realtime/url")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert answer.json() == {"errorCode": 4040021, "errorMessage": "Realtime URL not found."}


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "text/plain"])
def test_json_is_read_under_any_content_type(client: httpx.Client, content_type: str) -> None:
    """JSON is read whatever the content type."""
    answer = client.put("/realtime/url", content=json.dumps(URL), headers={"Content-Type": content_type})

    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"realtimeURL": "https://\\ud83d.example"}', b"[" * 100_000])
def test_what_is_no_json_is_a_bad_request(client: httpx.Client, body: bytes) -> None:
    """A body that is not JSON is a general bad request."""
    answer = client.put("/realtime/url", content=body)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, 4000000)


def test_a_bare_question_mark_and_upper_case_uuids_are_taken(client: httpx.Client) -> None:
    """A query that is empty and an identifier in upper case are accepted."""
    answer = client.put(f"/message/{identifier().upper()}?", json=MESSAGE)

    assert answer.status_code == 200
    assert client.get("/message/list?").json()["messageIdentifiers"][0]["messageIdentifier"] == identifier()


def test_the_size_of_an_image_is_in_the_query(client: httpx.Client) -> None:
    """The size of an image is read from the query."""
    answer = client.put(
        f"/image/{identifier()}?imageSize=BULLET_POINT", content=BULLET, headers={"Content-Type": "image/png"}
    )

    assert answer.status_code == 200
    assert client.get("/image/list").json()["imageIdentifiers"][0]["imageSize"] == "BULLET_POINT"


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "image/jpeg"}, {"Content-Type": "application/octet-stream"}])
def test_an_image_under_another_content_type_is_refused(client: httpx.Client, headers: dict[str, str]) -> None:
    """An image whose content type is not image/png is refused."""
    answer = client.put(f"/image/{identifier()}?imageSize=BULLET_POINT", content=BULLET, headers=headers)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, 4000161)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/message/stay-en"), ("PUT", "/image/list")])
def test_a_path_without_a_uuid_is_a_bad_request(client: httpx.Client, method: str, path: str) -> None:
    """A path whose identifier is not a UUID is a general bad request."""
    answer = client.request(method, path)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, 4000000)


def test_a_product_id_is_percent_decoded(client: httpx.Client, emulator: Emulator) -> None:
    """A product id in the path is percent-decoded."""
    emulator.sandbox.upload_message(identifier(), MESSAGE)

    client.put("/default/monthly%20plan/en-US", json={"messageIdentifier": identifier()})

    assert emulator.sandbox.default_message("monthly plan", "en-US") == identifier()


def test_the_two_environments_are_two_base_urls(client: httpx.Client, emulator: Emulator) -> None:
    """What is uploaded under /production is not in the sandbox."""
    client.put(f"http://emulator/production{API}/message/{identifier()}", json=MESSAGE)

    assert (emulator.sandbox.messages(), emulator.production.messages()) == (
        [],
        [{"messageIdentifier": identifier(), "messageState": "PENDING"}],
    )


def test_a_method_that_is_not_there_changes_nothing(client: httpx.Client, emulator: Emulator) -> None:
    """A method that an endpoint does not have is a 405 with the allowed ones, and is not logged."""
    answer = client.patch("/realtime/url", json=URL)

    assert (answer.status_code, answer.content, "Content-Type" in answer.headers) == (405, b"", False)
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, PUT"
    assert emulator.requests() == []


def test_a_head_is_a_get_without_its_body(client: httpx.Client) -> None:
    """HEAD answers as GET does, without the body."""
    got, asked = client.get("/message/list"), client.head("/message/list")

    assert (asked.status_code, asked.headers["Content-Type"], asked.content) == (200, got.headers["Content-Type"], b"")


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, application/json;q=0.5"])
def test_json_is_among_what_many_clients_accept(accept: str) -> None:
    """An Accept header that includes JSON is served even where others are refused."""
    emulator = Emulator(switches=Switches(not_acceptable=HTTPStatus.NOT_ACCEPTABLE))
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}", "Accept": accept}

    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app), headers=headers) as client:
        answer = client.get(f"http://emulator/sandbox{API}/message/list")

    assert answer.status_code == 200


def test_a_base_url_without_an_environment_is_explained(client: httpx.Client) -> None:
    """A base URL without an environment is a 404 that names the two to choose from."""
    answer = client.get(f"http://emulator{API}/message/list")

    assert (answer.status_code, "/sandbox or /production" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("sandbox.localhost", ["sandbox"]),
        ("SANDBOX.localhost:8080", ["sandbox"]),
        ("production.localhost:8080", ["production"]),
        ("api.storekit-sandbox.apple.com", ["sandbox"]),
        ("api.storekit-sandbox.itunes.apple.com", ["sandbox"]),
        ("api.storekit.apple.com", ["production"]),
        ("api.storekit.itunes.apple.com", ["production"]),
        ("localhost", []),
    ],
)
def test_the_host_names_the_environment_without_a_path(
    client: httpx.Client, emulator: Emulator, host: str, found: list[str]
) -> None:
    """Without a path in the base URL the name in the Host header says which environment is asked."""
    client.put(f"http://{host}{API}/message/{identifier()}", json=MESSAGE)

    assert [each["environment"] for each in emulator.inventory() if each["messages"]] == found


def test_a_missing_token_is_noticed_before_anything_else(client: httpx.Client) -> None:
    """A request without a token is a 401, whatever else is wrong with it."""
    answer = client.put("/image/no-uuid", headers={"Authorization": ""})

    assert answer.status_code == 401


def test_a_rate_limit_is_noticed_before_a_bad_request(client: httpx.Client, emulator: Emulator) -> None:
    """A request beyond the rate limit is a 429, even if it is malformed."""
    emulator.set_rate_limits({"Upload Image": 0})

    answer = client.put("/image/no-uuid")

    assert (answer.status_code, answer.json()["errorCode"]) == (429, 4290000)


def test_the_connection_stays_open_between_requests(emulator: Emulator) -> None:
    """Two requests use one connection."""
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}"}
    with emulator.serve() as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        connection.request("PUT", f"/sandbox{API}/message/{identifier()}", json.dumps(MESSAGE), headers)
        put = connection.getresponse()
        put.read()
        socket = connection.sock
        connection.request("GET", f"/sandbox{API}/message/list", headers=headers)
        listed = json.load(connection.getresponse())
        same_socket = connection.sock is socket
        connection.close()

    assert (put.status, put.headers["Connection"], same_socket) == (200, None, True)
    assert listed == {"messageIdentifiers": [{"messageIdentifier": identifier(), "messageState": "APPROVED"}]}


def test_many_threads_at_once_lose_nothing(emulator: Emulator) -> None:
    """Uploads from many threads at once are all stored."""
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}"}
    with (
        emulator.serve() as server,
        httpx.Client(base_url=server.url + "/sandbox" + API, headers=headers) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        answers = pool.map(lambda number: client.put(f"/message/{identifier(number)}", json=MESSAGE), range(40))
        statuses = {answer.status_code for answer in answers}

    assert statuses == {200}
    assert len(emulator.sandbox.messages()) == 40


def test_the_server_listens_on_loopback_by_default(emulator: Emulator) -> None:
    """The server listens on the loopback address by default."""
    with emulator.serve() as server:
        host = urlsplit(server.url).hostname

    assert host == "127.0.0.1"


@pytest.mark.parametrize(("kind", "messages"), [("drop", 0), ("lose-answer", 1)])
def test_a_lost_connection_is_alike_on_a_socket_and_in_process(kind: str, messages: int) -> None:
    """A fault that closes the connection has the same effect on a socket and in process."""
    in_process, on_socket = Emulator(), Emulator()
    path = f"/sandbox{API}/message/{identifier()}"

    with httpx.Client(transport=httpx.WSGITransport(app=in_process.app)) as client:
        in_process.fail_next(Fault(kind=kind))  # type: ignore[arg-type]
        headers = {"Authorization": f"Bearer {token(in_process.credentials)}"}
        with pytest.raises(httpx.RemoteProtocolError):
            client.put(f"http://emulator{path}", json=MESSAGE, headers=headers)
    with on_socket.serve() as server, httpx.Client(base_url=server.url) as client:
        on_socket.fail_next(Fault(kind=kind))  # type: ignore[arg-type]
        headers = {"Authorization": f"Bearer {token(on_socket.credentials)}"}
        with pytest.raises(httpx.RemoteProtocolError):
            client.put(path, json=MESSAGE, headers=headers)

    assert (len(in_process.sandbox.messages()), len(on_socket.sandbox.messages())) == (messages, messages)


def test_an_answer_that_is_held_back_times_out(emulator: Emulator) -> None:
    """A request whose answer is delayed times out at the client and is carried out."""
    emulator.fail_next(Fault(kind="time-out", seconds=0.3))
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}"}

    with (
        emulator.serve() as server,
        httpx.Client(base_url=server.url, headers=headers, timeout=0.1) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.put(f"/sandbox{API}/message/{identifier()}", json=MESSAGE)

    assert len(emulator.sandbox.messages()) == 1
