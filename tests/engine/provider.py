"""The engine's child processes; dynamic providers in theirs, as the CLI runs them, over gRPC."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen

import grpc  # type: ignore[import-untyped]
from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from engine.model import Provider, ProviderError
from engine.properties import Properties
from engine.stack import Project

CHILD = Path(__file__).with_name("child.py")
# As the SDK has it: https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/runtime/_grpc_settings.py
GRPC_OPTIONS = [("grpc.max_receive_message_length", 1024 * 1024 * 400)]


def start_child(project: Project, arguments: list[str], env: dict[str, str], stdout: int | None = None) -> Popen[str]:
    """child.py in this Python, in the program's folder; it ends when its standard input is closed."""
    return Popen(
        [sys.executable, "-u", CHILD, *arguments],
        cwd=project.folder,
        env={**os.environ, **env},
        stdin=PIPE,
        stdout=stdout,
        text=True,
    )


@contextmanager
def running_provider(project: Project, config: Properties) -> Iterator[Provider]:
    """A provider process, as long as the block lasts; what it prints is shown."""
    with start_child(
        project, ["provider", f"engine-{os.getpid()}"], {"PULUMI_PROJECT": project.name}, stdout=PIPE
    ) as process:
        assert process.stdout
        address = f"127.0.0.1:{process.stdout.readline().strip()}"
        echo = threading.Thread(target=sys.stdout.writelines, args=[process.stdout])
        echo.start()
        try:
            with grpc.insecure_channel(address, options=GRPC_OPTIONS) as channel:
                provider = partial(_call, ResourceProviderStub(channel))
                provider("Configure", {"args": config, "acceptSecrets": True})
                yield provider
        finally:
            process.terminate()
            echo.join()


def _call(stub: ResourceProviderStub, method: str, request: Properties) -> Properties:
    message = json_format.ParseDict(request, getattr(provider_pb2, f"{method}Request")())
    try:
        answer: Properties = json_format.MessageToDict(getattr(stub, method)(message))
    except grpc.RpcError as error:
        raise ProviderError(error.details().strip()) from None
    return answer
