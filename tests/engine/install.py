"""`make pulumi`: the official Pulumi CLI, of the installed SDK's version, into the checkout."""

import sys

from pulumi.automation import PulumiCommand
from pulumi.automation.errors import CommandError

from engine.found import CHECKOUT

try:
    command = PulumiCommand.install(root=str(CHECKOUT / ".pulumi"))
except (CommandError, OSError) as error:
    sys.exit(
        f"The Pulumi CLI could not be fetched ({str(error).strip().splitlines()[-1]}); where the network forbids "
        "it, install it another way (https://www.pulumi.com/docs/install/): it is found on PATH and in ~/.pulumi/bin"
    )
print(f"Pulumi {command.version} is in {command.command}")
