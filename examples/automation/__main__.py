"""
The same resources from a Python program of your own, without a Pulumi project on disk.

    python examples/automation up | preview | refresh | destroy

The stack's settings come from environment variables: RETENTION_MESSAGING_ENVIRONMENT, …_BUNDLE_ID, …_ISSUER_ID,
…_KEY_ID, …_PRIVATE_KEY_PATH. The state is where PULUMI_BACKEND_URL says.
"""

import os
import sys

import pulumi
from pulumi import automation

import pulumi_retention_messaging as retention

HEADER = os.environ.get("HEADER", "Before you go")


def program() -> None:
    """One message, and the identifier that a server answers with."""
    message = retention.Message("goodbye", header=HEADER, body="Your data stays for a year, in case you come back.")
    pulumi.export("goodbye", message.approved_identifier)


def main(command: str) -> None:
    """Run one command on the stack of this environment."""
    stack = automation.create_or_select_stack(
        stack_name=os.environ["RETENTION_MESSAGING_ENVIRONMENT"],
        project_name="retention-automation",
        program=program,
        # Pulumi runs dynamic providers in a process of their own: with this interpreter, which has them installed.
        opts=automation.LocalWorkspaceOptions(env_vars={"PULUMI_PYTHON_CMD": sys.executable}),
    )
    result = getattr(stack, command)(on_output=print)
    if command == "up":
        print("A server may answer with", result.outputs["goodbye"].value or "nothing yet: Apple reviews it")


if __name__ == "__main__":
    main(sys.argv[1])
