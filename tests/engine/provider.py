"""Dynamic providers in their own process, as the CLI runs them (`python -u -m pulumi.dynamic`), over gRPC."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from engine.model import Diff, ProviderError
from engine.properties import Properties, from_struct, to_struct

CHILD = Path(__file__).with_name("child.py")
# As large as the SDK allows: https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/runtime/_grpc_settings.py
GRPC_OPTIONS = [("grpc.max_receive_message_length", 1024 * 1024 * 400)]


class ProviderProcess:
    """Starts the process, configures it, translates the calls; `close` ends it."""

    def __init__(self, python: str, folder: Path, project: str, config: Properties) -> None:
        self._process = subprocess.Popen(
            [python, "-u", CHILD, "provider"],
            cwd=folder,
            env={**os.environ, "PULUMI_PROJECT": project},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        port = self._process.stdout.readline().strip()
        if not port:
            raise ProviderError("the dynamic provider did not start")
        self._echo = threading.Thread(target=self._show_output, daemon=True)
        self._echo.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=GRPC_OPTIONS)
        self._stub = ResourceProviderStub(self._channel)
        self._call("Configure", messages.ConfigureRequest(args=to_struct(config), acceptSecrets=True))

    def close(self) -> None:
        self._channel.close()
        self._process.terminate()
        self._echo.join()
        with self._process:  # waits, and closes the pipes
            pass

    def check(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[tuple[str, str]]]:
        request = messages.CheckRequest(urn=urn, olds=to_struct(olds), news=to_struct(news))
        answer = self._call("Check", request)
        return from_struct(answer.inputs), [(each.property, each.reason) for each in answer.failures]

    def diff(self, urn: str, id_: str, olds: Properties, news: Properties) -> Diff:
        request = messages.DiffRequest(urn=urn, id=id_, olds=to_struct(olds), news=to_struct(news))
        answer = self._call("Diff", request)
        changes = {messages.DiffResponse.DIFF_NONE: False, messages.DiffResponse.DIFF_SOME: True}.get(answer.changes)
        return Diff(changes, list(answer.replaces), answer.deleteBeforeReplace)

    def create(self, urn: str, props: Properties) -> tuple[str, Properties]:
        answer = self._call("Create", messages.CreateRequest(urn=urn, properties=to_struct(props)))
        return answer.id, from_struct(answer.properties)

    def read(self, urn: str, id_: str, props: Properties) -> tuple[str, Properties, Properties | None]:
        answer = self._call("Read", messages.ReadRequest(urn=urn, id=id_, properties=to_struct(props)))
        inputs = from_struct(answer.inputs) if answer.HasField("inputs") else None
        return answer.id, from_struct(answer.properties), inputs

    def update(self, urn: str, id_: str, olds: Properties, news: Properties) -> Properties:
        request = messages.UpdateRequest(urn=urn, id=id_, olds=to_struct(olds), news=to_struct(news))
        return from_struct(self._call("Update", request).properties)

    def delete(self, urn: str, id_: str, props: Properties) -> None:
        self._call("Delete", messages.DeleteRequest(urn=urn, id=id_, properties=to_struct(props)))

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            raise ProviderError(error.details().strip()) from None

    def _show_output(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            print(f"    {line}", end="", flush=True)
