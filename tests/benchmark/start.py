"""
What a command takes before anything is done: imports, and the first `configure`; in time of the processor.

The provider's process has, beside what an empty provider has, the modules that sign and send: most of its memory.
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING

from benchmark.measure import NO_GOAL, Row, at_most, in_turns, not_measured
from benchmark.memory import ONLY_LINUX

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

MEMORY = """
from pathlib import Path
from benchmark.memory import memory_of

before = memory_of(Path("/proc/self"), "VmRSS")
from retention_messaging_provider.api import auth, sender
import cryptography.hazmat.primitives.asymmetric.ec, cryptography.hazmat.primitives.serialization, jwt
print((memory_of(Path("/proc/self"), "VmRSS") - before) / 1e6)
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
            "memory": lambda: printed(f"{PROVIDER}\n{MEMORY}"),
        },
    )
    memory = median(took.pop("memory"))
    took = {what: [1000 * each for each in times] for what, times in took.items()}
    yield more("import of the SDK", took["SDK"], "import of pulumi", took["pulumi"])
    yield at_most("first configure", NO_GOAL, 50, median(took["configure"]), "{:.1f} ms")
    yield more("import in the provider's process", took["provider"], "an empty provider", took["empty provider"])
    what = "memory of the modules that sign and send"
    sent_with = "cryptography, httpx, PyJWT"
    if memory:
        yield Row(what, sent_with, NO_GOAL, f"{memory:.0f} MB")
    else:
        yield not_measured(what, sent_with, ONLY_LINUX)


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
