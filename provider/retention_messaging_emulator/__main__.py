"""`python -m retention_messaging_emulator`: the emulator as a process of its own."""

import argparse
import shlex
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from retention_messaging_emulator.credentials import Credentials
from retention_messaging_emulator.emulator import Emulator
from retention_messaging_emulator.options import parser
from retention_messaging_emulator.switches import Switches

WHERE = "--port, --database and --credentials-directory"
"""What says where it listens, and where it writes."""

WHAT_NEXT = """\
Type these commands in the folder of your program, then pulumi up; Ctrl-C ends the emulator.
They are for a sandbox stack, where everything is approved at once. In a production stack, where you decide Apple's
review, type production in the place of sandbox: in the first command and in the last."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; print `Listening on <URL>`, how to point a stack here, and the console's URL."""
    options = parser().parse_args(arguments)
    try:
        serve(options)
    except (OSError, OverflowError, sqlite3.Error) as error:
        sys.exit(f"the emulator cannot start: {error}; see {WHERE}")


def serve(options: argparse.Namespace) -> None:
    """Until interrupted. Raises OSError, OverflowError and sqlite3.Error where it cannot listen or write."""
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
        control_from=options.control_from,
    )
    with ExitStack() as stack:
        stack.callback(emulator.close)
        try:
            server = stack.enter_context(emulator.serve(options.host, options.port))
        except OSError as error:
            sys.exit(f"cannot listen on {options.host} port {options.port}: {error}; choose another with --port")
        print(f"Listening on {server.url}")
        print(_how_to_configure(server.url, credentials, key_path))
        print(WHAT_NEXT)
        print(f"Its console is {server.console_url}", flush=True)
        ended.wait()


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
