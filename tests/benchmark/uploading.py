"""
Clients alone, without an engine, timed in a process of their own: `python -m benchmark.uploading <who> <count>`.

`ours` uploads that many messages on as many threads as Pulumi's provider has, `apples` in a loop; `bare` sends what
each command needs. Standard input has the credentials and the URL.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from appstoreserverlibrary.api_client import AppStoreServerAPIClient
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.models.UploadMessageRequestBody import UploadMessageRequestBody

from benchmark.measure import seconds
from retention_messaging_provider.api import Credentials, RetentionMessagingClient

THREADS = 4
"""https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/dynamic/__main__.py"""

TEXT = {"header": "Keep your streak", "body": "Your friends are still here."}


def ours(given: dict[str, str], count: int) -> float:
    """Seconds."""
    client, identifiers = our_client(given), fresh(count)

    def upload_all() -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(lambda each: client.upload_message(each, TEXT), identifiers))

    return seconds(upload_all)


def apples(given: dict[str, str], count: int) -> float:
    """Seconds."""
    key = given["private_key"].encode()
    client = AppStoreServerAPIClient(key, given["key_id"], given["issuer_id"], given["bundle_id"], Environment.SANDBOX)
    client._base_url = given["url"]
    identifiers = fresh(count)

    def upload_all() -> None:
        for each in identifiers:
            client.upload_message(each, UploadMessageRequestBody(**TEXT))  # type: ignore[arg-type]

    return seconds(upload_all)


def bare(given: dict[str, str], count: int) -> dict[str, float]:
    """Command → the seconds of the requests that it cannot do without, for that many messages."""
    client, first, second = our_client(given), fresh(count), fresh(count)

    def upload(identifier: str) -> None:
        client.upload_message(identifier, TEXT)

    def request_all(uploads: list[str], deletions: list[str]) -> None:
        client.get_message_list()
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(upload, uploads))
            list(threads.map(client.delete_message, deletions))

    return {
        "up": seconds(lambda: request_all(first, [])),
        "edit": seconds(lambda: request_all(second, first)),
        "destroy": seconds(lambda: request_all([], second)),
    }


def our_client(given: dict[str, str]) -> RetentionMessagingClient:
    credentials = Credentials(given["key_id"], given["issuer_id"], given["private_key"])
    return RetentionMessagingClient(given["url"], credentials, given["bundle_id"])


def fresh(count: int) -> list[str]:
    """New identifiers."""
    return [str(uuid4()) for _ in range(count)]


def main() -> Any:
    """What was measured."""
    clients = {"ours": ours, "apples": apples, "bare": bare}
    return clients[sys.argv[1]](json.load(sys.stdin), int(sys.argv[2]))


if __name__ == "__main__":
    print(json.dumps(main()))
