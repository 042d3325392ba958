"""What a program talks to: Pulumi's resource monitor and engine services, over a deployment."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2, json_format  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from engine.model import Goal, Stopped
from engine.properties import is_secret, reveal
from engine.provider import GRPC_OPTIONS, start_child
from engine.snapshot import Resource
from engine.stack import Stack
from engine.steps import Deployment

# Parts of a registration that the stand-in engine does not know, and what users call them.
REFUSED_OPTIONS = {
    "importId": "import_",
    "remote": "remote components",
    "replaceOnChanges": "replace_on_changes",
    "deletedWith": "deleted_with",
    "providers": "explicit providers",
    "additionalSecretOutputs": "additional_secret_outputs",
}
REFUSED_CALLS = {
    "Invoke": "function calls (invoke)",
    "Call": "method calls",
    "ReadResource": "StackReference and Resource.get",
    "RegisterPackage": "parameterized packages",
}
DYNAMIC = "pulumi-python:dynamic"


class Monitor(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """Registrations become goals, logs are shown; a registration that fails is answered when the program has ended."""

    def __init__(self, deployment: Deployment, ended: threading.Event) -> None:
        self._deployment, self._ended = deployment, ended
        for method, what in REFUSED_CALLS.items():
            setattr(self, method, lambda request, context, what=what: self._refuse(what, context))

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802 - Pulumi's name
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id == "secrets")

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802 - Pulumi's name
        refused = [name for name in REFUSED_OPTIONS if getattr(request, name)]
        if refused:
            self._refuse(REFUSED_OPTIONS[refused[0]], context)
        if request.custom and not request.type.startswith(DYNAMIC):
            self._refuse(f"{request.type}, which is not a dynamic resource,", context)
        try:
            new = self._deployment.register(self._goal(request))
        except Stopped:
            self._stop(context)
        answer = {"urn": new.urn, "id": new.id, "object": new.outputs}
        answer |= {"result": "FAIL"} if new.urn in self._deployment.skipped else {}
        return json_format.ParseDict(answer, resource_pb2.RegisterResourceResponse())

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802 - Pulumi's name
        self._deployment.register_outputs(request.urn, json_format.MessageToDict(request.outputs))
        return empty_pb2.Empty()

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802 - Pulumi's name
        if request.severity == engine_pb2.ERROR:
            self._deployment.fail(request.message, request.urn)
        elif request.severity != engine_pb2.DEBUG:
            severity = engine_pb2.LogSeverity.Name(request.severity).lower()
            print(f"    {severity}: {request.message}", flush=True)
        return empty_pb2.Empty()

    def _goal(self, request: Any) -> Goal:
        resource = Resource(
            self._deployment.urn(request.type, request.name, request.parent),
            request.type,
            request.custom,
            inputs=json_format.MessageToDict(request.object),
            parent=request.parent,
            dependencies=list(request.dependencies),
            property_dependencies={key: list(value.urns) for key, value in request.propertyDependencies.items()},
            ignore_changes=list(request.ignoreChanges),
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
        )
        delete_before_replace = request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
        return Goal(resource, list(request.aliasURNs), delete_before_replace)

    def _refuse(self, what: str, context: Any) -> NoReturn:
        self._deployment.fail(f"the stand-in engine does not support {what}: use the Pulumi CLI for this program")
        self._stop(context)

    def _stop(self, context: Any) -> NoReturn:
        self._ended.wait()
        context.abort(grpc.StatusCode.CANCELLED, "the run has failed")
        raise Stopped  # not reached: abort raises


def run_program(deployment: Deployment, stack: Stack) -> None:
    """Run the stack's program to its end, or until the deployment fails."""
    ended = threading.Event()
    workers = ThreadPoolExecutor(128)
    server = grpc.server(workers, options=GRPC_OPTIONS)
    monitor = Monitor(deployment, ended)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(monitor, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    secret_keys = [key for key, value in stack.config.items() if is_secret(value)]
    config = {"PULUMI_CONFIG": json.dumps(reveal(stack.config)), "PULUMI_CONFIG_SECRET_KEYS": json.dumps(secret_keys)}
    mode = "preview" if deployment.options.preview else "update"
    program = start_child(stack.project, [address, stack.project.name, stack.name, mode], config)
    while program.poll() is None:
        if deployment.failed.wait(0.02):
            program.terminate()
            program.wait()
    with program:  # closes the pipe
        ended.set()
    workers.shutdown(wait=True)
    server.stop(grace=None)
    if program.returncode and not deployment.errors:
        deployment.fail(f"Program exited with non-zero exit code: {program.returncode}")
