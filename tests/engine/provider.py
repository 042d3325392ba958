"""Dynamic providers in their own process, as the CLI runs them (`python -u -m pulumi.dynamic`), over gRPC."""

import os
import subprocess
import threading
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from engine.model import ProviderError
from engine.properties import Properties
from engine.stack import Project

CHILD = Path(__file__).with_name("child.py")
# As the SDK has it: https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/runtime/_grpc_settings.py
GRPC_OPTIONS = [("grpc.max_receive_message_length", 1024 * 1024 * 400)]


class ProviderProcess:
    """A running provider; calling it is a provider's call, `close` ends it."""

    def __init__(self, project: Project, config: Properties) -> None:
        self._process = subprocess.Popen(
            [project.python, "-u", CHILD, "provider"],
            cwd=project.folder,
            env={**os.environ, "PULUMI_PROJECT": project.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self._output = self._process.stdout
        port = self._output.readline().strip()
        self._echo = threading.Thread(target=self._show_output)
        self._echo.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=GRPC_OPTIONS)
        self._stub = ResourceProviderStub(self._channel)
        self("Configure", {"args": config, "acceptSecrets": True})

    def __call__(self, method: str, request: Properties) -> Properties:
        message = json_format.ParseDict(request, getattr(provider_pb2, f"{method}Request")())
        try:
            answer: Properties = json_format.MessageToDict(getattr(self._stub, method)(message))
        except grpc.RpcError as error:
            raise ProviderError(error.details().strip()) from None
        return answer

    def close(self) -> None:
        self._channel.close()
        self._process.terminate()
        self._echo.join()
        with self._process:  # waits, and closes the pipes
            pass

    def _show_output(self) -> None:
        for line in self._output:
            print(f"    {line}", end="", flush=True)
