"""What the command line takes."""

import argparse
from pathlib import Path

from retention_messaging_emulator.account import DEFAULT_APP_APPLE_ID
from retention_messaging_emulator.credentials import DEFAULT_BUNDLE_ID
from retention_messaging_emulator.switch_values import switch
from retention_messaging_emulator.web.guard import network
from retention_messaging_emulator.web.manual import manual


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """The defaults of options, and the manual as it is."""


def _network(text: str) -> str:
    try:
        return str(network(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; give one such as 172.17.0.0/16, or an address") from None


def parser() -> argparse.ArgumentParser:
    """The options, each with its default."""
    options = argparse.ArgumentParser(
        prog="retention-messaging-emulator",
        description="Apple's Retention Messaging API on this machine, for tests and for trying things out.",
        epilog=manual().replace("%", "%%"),
        formatter_class=_Help,
    )
    options.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    options.add_argument(
        "--control-from",
        default=[],
        action="append",
        type=_network,
        metavar="NETWORK",
        help="a network or an address that may use control routes and console as this machine may, for example "
        "172.17.0.0/16 of a container whose port is published; may be repeated",
    )
    options.add_argument("--port", default=8080, type=int, help="0 takes a free one")
    options.add_argument("--database", default=":memory:", help="a file that outlives the process")
    options.add_argument(
        "--credentials-directory",
        default=Path(".retention-messaging-emulator"),
        type=Path,
        help="where the key file is; it is made if there is none",
    )
    options.add_argument("--bundle-id", default=DEFAULT_BUNDLE_ID, help="the app in the printed configuration")
    options.add_argument(
        "--app", action="append", metavar="BUNDLE_ID", help="an app of the account, any if not given; may be repeated"
    )
    options.add_argument(
        "--product", action="append", help="a subscription of the apps, any if not given; may be repeated"
    )
    options.add_argument("--app-apple-id", default=DEFAULT_APP_APPLE_ID, type=int, help="the app in real-time requests")
    options.add_argument("--trust", type=Path, help="a PEM file with the certificate of the server at the realtime URL")
    options.add_argument(
        "--switch",
        default=[],
        action="append",
        type=switch,
        metavar="NAME=VALUE",
        help="how to answer where Apple's documentation is silent, for example total_duration=5000; may be repeated",
    )
    return options
