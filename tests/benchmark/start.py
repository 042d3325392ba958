"""What a command takes before anything is done: imports, and the first `configure`; in time of the processor."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING

from benchmark.measure import NO_GOAL, Row, at_most, in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure import Options

PROVIDER = "import dill, grpc, pulumi.dynamic; from pulumi.runtime.proto import provider_pb2_grpc"
"""https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/dynamic/__main__.py, without its server."""

CONFIGURE = """
import time
from pulumi.dynamic import Config, ConfigureRequest
from retention_messaging_provider.dynamic import MessageProvider

config = {"retention-messaging:environment": "sandbox", "retention-messaging:bundleId": "com.example.app"}
began = time.process_time()
MessageProvider().configure(ConfigureRequest(Config(config, "app")))
print(time.process_time() - began)
"""

TIMES = 3
"""As often again as what takes long: a start is short, and its time uneven."""


def rows(options: Options) -> Iterator[Row]:
    """Two imports, each beside what is imported anyway, and `configure`."""
    took = in_turns(
        TIMES * options.times,
        {
            "SDK": imported("import pulumi_retention_messaging"),
            "pulumi": imported("import pulumi"),
            "provider": imported(f"{PROVIDER}; import retention_messaging_provider.dynamic"),
            "empty provider": imported(PROVIDER),
            "configure": lambda: printed(CONFIGURE),
        },
    )
    took = {what: [1000 * each for each in times] for what, times in took.items()}
    yield more("import of the SDK", took["SDK"], "import of pulumi", took["pulumi"])
    yield at_most("first configure", NO_GOAL, 50, median(took["configure"]), "{:.1f} ms")
    yield more("import in the provider's process", took["provider"], "an empty provider", took["empty provider"])


def more(what: str, ours: list[float], against: str, theirs: list[float]) -> Row:
    """How much longer ours takes, in milliseconds."""
    difference = median(our - their for our, their in zip(ours, theirs, strict=True))
    details = f"{median(ours):.0f} beside {median(theirs):.0f} ms"
    return at_most(what, against, 60, difference, "{:.0f} ms more", details=details)


def imported(statements: str) -> Callable[[], float]:
    """Runs a new interpreter with them, and answers how long that has worked."""
    return lambda: printed(f"{statements}; import time; print(time.process_time())")


def printed(program: str) -> float:
    done = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)
