"""
`make demo`: the quickstart from `up` to `destroy`, without an Apple account, on the best engine that is found.

Brings the sandbox stack up, edits a message, brings the production stack up and decides Apple's review.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.found import MISSING, STAND_IN, Workspace, best
from retention_messaging_emulator import AppStoreConnect, Emulator

QUICKSTART = Path(__file__).with_name("quickstart")

BY_HAND = """
The same by hand, with an edit and an approval: docs/get-started.md; with an example: examples/README.md.
"""


class Demo:
    """One workspace with the quickstart, and the App Store it talks to."""

    def __init__(self, emulator: Emulator, workspace: Workspace) -> None:
        self.emulator = emulator
        self.workspace = workspace

    def play(self) -> None:
        """Everything, from the first `up` to the last `destroy`."""
        sandbox, production = self.emulator.sandbox, self.emulator.production
        with self.chapter("1. The sandbox stack: pulumi up"):
            self.pulumi("up", "--stack", "sandbox")
            show(sandbox)
        with self.chapter(
            "2. One text edited: pulumi up uploads it under a new identifier; the old one is deleted last"
        ):
            self.edit("You are 12 days in. Stay, and tomorrow is day 13.", "Day 12 of your streak. Day 13 is tomorrow.")
            self.pulumi("up", "--stack", "sandbox")
            show(sandbox)
        with self.chapter("3. Once more: nothing to do, and nothing is asked"):
            self.pulumi("up", "--stack", "sandbox")
        with self.chapter("4. The production stack, after a passed performance test: Apple reviews what is uploaded"):
            self.emulator.performance_test(passed=True)
            self.pulumi("up", "--stack", "production")
            show(production)
        with self.chapter("5. Apple approves: the next pulumi up sees it, and the identifiers may be shown"):
            self.emulator.approve(environment="production")
            self.pulumi("up", "--stack", "production")
            show(production)
        with self.chapter("6. Both stacks destroyed: nothing is left"):
            self.pulumi("destroy", "--stack", "sandbox")
            self.pulumi("destroy", "--stack", "production")
            show(sandbox)
            show(production)

    @contextmanager
    def chapter(self, headline: str) -> Iterator[None]:
        """A chapter: its headline, what happens, and the requests that reached the App Store."""
        print(f"\n{headline}\n")
        self.emulator.clear_requests()
        yield
        requests = self.emulator.requests()
        writing = [each for each in requests if each["method"] != "GET"]
        print(f"  {len(requests)} requests to the App Store, of which {len(writing)} write{':' if writing else ''}")
        for request in writing:
            print(f"    {request['method']:6} {request['path'].removeprefix('/inApps/v1/messaging')}")

    def pulumi(self, command: str, *arguments: str) -> None:
        """Run a command and print what a reader wants of its output: messages, outputs, counts."""
        print(f"  $ pulumi {command} --yes {' '.join(arguments)}")
        output = self.workspace.run(command, "--yes", "--skip-preview", *arguments).stdout
        sections = ("Diagnostics:", "Outputs:", "Resources:")
        provider = ("message ", "image ", "default of ")  # the stand-in prints the provider's lines as they come
        shown = False
        for line in output.splitlines():
            shown = line.startswith(sections) or (shown and line.startswith(" "))
            if shown or line.startswith(provider):
                print(f"    {line}")

    def edit(self, old: str, new: str) -> None:
        """Change the program."""
        program = self.workspace.program / "__main__.py"
        text = program.read_text()
        if old not in text:
            raise ValueError(f"the quickstart does not contain {old!r} any more")
        program.write_text(text.replace(old, new))
        print(f"  - {old}\n  + {new}")


def show(store: AppStoreConnect) -> None:
    """Print what the App Store has."""
    stored = store.inventory()
    print(f"  The App Store ({stored['environment']}) has:")
    for image in stored["images"]:
        print(f"    image   {image['imageIdentifier']} {image['imageState']}")
    for message in stored["messages"]:
        print(f"    message {message['messageIdentifier']} {message['messageState']:8} {message['header']}")
    if stored["realtimeURL"]:
        print(f"    realtime URL {stored['realtimeURL']}")
    if not (stored["images"] or stored["messages"] or stored["realtimeURL"]):
        print("    nothing")


def main() -> None:
    """Play the demo in a folder that goes at the end."""
    started = time.monotonic()
    engine, emulator = best(), Emulator()
    print(f"Engine: {engine}" + (f", because {MISSING}" if engine is STAND_IN else ""))
    with emulator.serve() as server, Workspace(engine, QUICKSTART, stack="sandbox") as workspace:
        key = workspace.folder / f"SubscriptionKey_{emulator.credentials.key_id}.p8"
        key.touch(mode=0o600)
        key.write_text(emulator.credentials.private_key)
        workspace.run("stack", "init", "production")
        for environment in ("sandbox", "production"):
            for setting, value in {
                "issuerId": emulator.credentials.issuer_id,
                "keyId": emulator.credentials.key_id,
                "privateKeyPath": str(key),
                "baseUrl": f"{server.url}/{environment}",
            }.items():
                workspace.run("config", "set", "--stack", environment, f"retention-messaging:{setting}", value)
        Demo(emulator, workspace).play()
    print(f"\nDone in {time.monotonic() - started:.0f} s.\n{BY_HAND}")


if __name__ == "__main__":
    main()
