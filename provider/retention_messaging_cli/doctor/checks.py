"""The checks, in the order in which things go wrong."""

from retention_messaging_cli.doctor import apple, credentials, endpoint, machine, program
from retention_messaging_cli.doctor.finding import Check
from retention_messaging_cli.doctor.server import Server
from retention_messaging_cli.doctor.stack import Stack

OF_STACK: tuple[Check[Stack], ...] = (
    Check("python", machine.python),
    Check("package", machine.package),
    Check("sdk", machine.sdk),
    Check("cli", machine.cli),
    Check("program", program.program),
    Check("settings", credentials.settings),
    Check("key", credentials.key),
    Check("token", credentials.token),
    Check("network", apple.network),
    Check("clock", apple.clock),
    Check("access", apple.access),
    Check("other-environment", apple.other_environment),
)

OF_ENDPOINT: tuple[Check[Server], ...] = (
    Check("python", machine.python),
    Check("package", machine.package),
    Check("url", endpoint.url),
    Check("tls", endpoint.tls),
    Check("get", endpoint.get),
    Check("junk", endpoint.junk),
    Check("signed", endpoint.signed),
    Check("latency", endpoint.latency),
)
