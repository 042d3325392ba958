"""`python -m retention_messaging_emulator`: the emulator as a process of its own."""

import argparse
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from .credentials import DEFAULT_BUNDLE_ID, Credentials
from .emulator import DEFAULT_APP_APPLE_ID, Emulator
from .switch_values import switch
from .switches import Switches


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; print `Listening on <URL>` as the first line, then how to point a stack there."""
    options = _parser().parse_args(arguments)
    credentials, key_path = Credentials.kept_in(options.credentials_directory, options.bundle_id)
    ended = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: ended.set())
    emulator = Emulator(
        options.database,
        credentials,
        options.app,
        products=options.product,
        switches=Switches(**dict(options.switch)),
        trusted_certificates=options.trust,
        app_apple_id=options.app_apple_id,
    )
    with ExitStack() as stack:
        stack.callback(emulator.close)
        try:
            server = stack.enter_context(emulator.serve(options.host, options.port))
        except OSError as error:
            sys.exit(f"cannot listen on {options.host} port {options.port}: {error}; choose another with --port")
        print(f"Listening on {server.url}")
        print(_how_to_configure(server.url, credentials, key_path), flush=True)
        ended.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="retention-messaging-emulator",
        description="Apple's Retention Messaging API on this machine, for tests and for trying things out.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", default=8080, type=int, help="0 takes a free one")
    parser.add_argument("--database", default=":memory:", help="a file that outlives the process")
    parser.add_argument(
        "--credentials-directory",
        default=Path(".retention-messaging-emulator"),
        type=Path,
        help="where the key file is; it is made if there is none",
    )
    parser.add_argument("--bundle-id", default=DEFAULT_BUNDLE_ID, help="the app in the printed configuration")
    parser.add_argument(
        "--app", action="append", metavar="BUNDLE_ID", help="an app of the account, any if not given; may be repeated"
    )
    parser.add_argument(
        "--product", action="append", help="a subscription of the apps, any if not given; may be repeated"
    )
    parser.add_argument("--app-apple-id", default=DEFAULT_APP_APPLE_ID, type=int, help="the app in real-time requests")
    parser.add_argument("--trust", type=Path, help="a PEM file with the certificate of the server at the realtime URL")
    parser.add_argument(
        "--switch",
        default=[],
        action="append",
        type=switch,
        metavar="NAME=VALUE",
        help="how to answer where Apple's documentation is silent, for example total_duration=5000; may be repeated",
    )
    return parser


def _how_to_configure(url: str, credentials: Credentials, key_path: Path) -> str:
    settings = {
        "environment": "sandbox",
        "bundleId": credentials.bundle_id,
        "issuerId": credentials.issuer_id,
        "keyId": credentials.key_id,
        "privateKeyPath": str(key_path.resolve()),
        "baseUrl": f"{url}/sandbox",
    }
    return "\n".join(
        f"pulumi config set retention-messaging:{name} {shlex.quote(value)}" for name, value in settings.items()
    )


if __name__ == "__main__":
    main()
