"""A stack in process, at milliseconds a run: the handlers under the step logic of the stand-in engine."""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from engine.model import Goal, Options, ProviderError, Stopped
from engine.properties import UNKNOWN as ENGINES_UNKNOWN
from engine.properties import Properties
from engine.snapshot import Resource, Snapshot
from engine.steps import Deployment
from retention_messaging_emulator import AppStoreConnect, Emulator
from retention_messaging_emulator.app_store import Environment
from retention_messaging_provider.resources.default_message import DefaultMessage
from retention_messaging_provider.resources.handler import UNKNOWN, CheckFailure, Handler, Props
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.message import Message
from retention_messaging_provider.resources.performance_test import PerformanceTest
from retention_messaging_provider.resources.realtime_url import RealtimeUrl
from retention_messaging_provider.resources.run import OTHERS_POLL, Run
from retention_messaging_provider.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Executor

STACK, PROJECT = "dev", "app"
TYPE = "pulumi-python:dynamic/retention-messaging:"
HANDLERS: dict[str, type[Handler]] = {
    TYPE + handler.__name__: handler for handler in (DefaultMessage, Image, Message, PerformanceTest, RealtimeUrl)
}
COMPONENT = "app:index:Campaign"


@dataclass(frozen=True)
class Ref:
    """An output of another resource of the program."""

    name: str
    key: str


@dataclass(frozen=True)
class Want:
    """A resource as a program wants it: `inside` a component of that name, `aliases` are the URNs it had before."""

    handler: type[Handler]
    name: str
    props: Props
    aliases: tuple[str, ...] = ()
    inside: str = ""
    protect: bool = False

    @property
    def urn(self) -> str:
        return urn(self.handler, self.name, self.inside)


@dataclass(frozen=True)
class Record:
    """A resource in the stack's state; `delete` marks the original of one that was replaced."""

    handler: type[Handler]
    name: str
    id: str
    inputs: Props
    outputs: Props
    delete: bool


@dataclass
class Done:
    """What a command did: the step of each resource by name, the endpoints it asked, the lines it said."""

    steps: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class CheckFailed(Exception):
    """A check complained."""

    def __init__(self, complaints: Collection[CheckFailure]) -> None:
        super().__init__("; ".join(f"{each.property} {each.reason}" for each in complaints))


class Refused(Exception):
    """The engine refused something before it asked anybody."""


class Stack:
    """The state of one stack, whose every command is a run of its own and raises what failed first."""

    def __init__(self, apple: Emulator, environment: Environment) -> None:
        self.apple = apple
        self.environment: Environment = environment
        self.settings = settings_for(apple, environment)
        self.snapshot = Snapshot()
        self.now = time.time()
        self.said: list[str] = []
        self.on_sleep: Callable[[], object] = lambda: None
        self.executor: Executor | None = None
        self._go_on: Callable[[], object] = lambda: None
        self.transport: httpx.BaseTransport = httpx.WSGITransport(app=apple.app)
        self.folder = Path(os.devnull)  # in which one command can tell the next nothing

    @property
    def state(self) -> list[Record]:
        """What is recorded of Apple's resources."""
        return [
            Record(HANDLERS[each.type], each.name, each.id, each.inputs, each.outputs, each.delete)
            for each in self.snapshot.resources
            if each.type in HANDLERS
        ]

    @property
    def store(self) -> AppStoreConnect:
        """What Apple has for this stack's app."""
        return self.apple.app_store(self.environment)

    @property
    def messages(self) -> dict[str, str]:
        """Identifier → state of what Apple has."""
        return {each["messageIdentifier"]: each["messageState"] for each in self.store.messages()}

    @property
    def images(self) -> dict[str, str]:
        """Identifier → state of what Apple has."""
        return {each["imageIdentifier"]: each["imageState"] for each in self.store.images()}

    def __getitem__(self, name: str) -> Props:
        """The recorded outputs of a resource."""
        return next(each.outputs for each in self.state if each.name == name and not each.delete)

    def up(
        self,
        *program: Want,
        replace: Collection[str] = (),
        targets: Collection[str] | None = None,
        refresh: bool = False,
    ) -> Done:
        """`replace` are names of what is replaced, changed or not; `targets` of what there is a run for, if not all."""
        return self._run(program, refresh=refresh, replace=replace, targets=targets)

    def preview(self, *program: Want) -> Done:
        return self._run(program, preview=True)

    def killed_up(self, *program: Want) -> None:
        """An `up` that is cut off after its uploads, before anything is recorded or deleted."""
        recorded = self.snapshot
        self._run(program, finish=False)
        self.snapshot = recorded

    def refresh(self) -> Done:
        return self._run((), refresh=True, finish=False)

    def destroy(self, targets: Collection[str] | None = None) -> Done:
        return self._run((), targets=targets)

    def begin(self, **settings: Any) -> tuple[Run, list[str]]:
        """A new run, and the lines it is going to say."""
        said: list[str] = []
        chosen = Settings(**{**vars(self.settings), **settings})
        return Run(
            chosen,
            report=said.append,
            transport=self.transport,
            sleep=self._sleep,
            clock=lambda: self.now,
            folder=lambda: self.folder,
        ), said

    def pass_time(self, seconds: float) -> None:
        """For the run and for Apple."""
        self.now += seconds
        self.apple.clock.advance(int(seconds * 1000))

    def props(self, want: Want, program: Collection[Want] = ()) -> Props:
        """What the SDK would send, as a part of this program."""
        settings = self.settings
        place = {"environment": self.environment, "bundleId": settings.bundle_id, "baseUrl": settings.recorded_base_url}
        owner = {"owner": want.urn} if "owner" in want.handler.TABLE else {}
        facts = facts_of(want, program or [want]) if want.handler is Message else {}
        if want.handler is DefaultMessage:
            facts = {"program": {key: want.props[key] for key in ("productId", "locale", "messageIdentifier")}}
        given = {key: value for key, value in want.props.items() if value is not None}
        return {**place, **owner, **facts, **given}

    def _sleep(self, seconds: float) -> None:
        self.pass_time(seconds)
        self.on_sleep()
        if seconds == OTHERS_POLL:  # a wait for the other resources: the engine goes on with the program
            self._go_on()

    def _run(
        self,
        program: Collection[Want],
        *,
        preview: bool = False,
        refresh: bool = False,
        finish: bool = True,
        replace: Collection[str] = (),
        targets: Collection[str] | None = None,
    ) -> Done:
        self.apple.clear_requests()
        self._go_on = lambda: None
        run, self.said = self.begin()
        provider = _Provider(run)
        urns = {each.name: each.urn for each in self.snapshot.resources} | {want.name: want.urn for want in program}
        deployment = Deployment(
            STACK,
            PROJECT,
            deepcopy(self.snapshot),
            lambda _: provider,
            options=Options(
                preview, [urns[n] for n in replace], None if targets is None else [urns[n] for n in targets]
            ),
            save=self._save,
            executor=self.executor,
        )
        try:
            if refresh:
                deployment.refresh()
            wanted = _Program(self, program, deployment)
            self._go_on = wanted.go_on
            wanted.register()
            if finish:
                deployment.finish()
        except Stopped:
            deployment.finish()
        if provider.failure:
            raise provider.failure
        if deployment.errors:
            raise Refused(deployment.errors)
        steps: dict[str, str] = {}
        for step in deployment.steps:
            if step.resource.type in HANDLERS and step.op != "delete-replaced":
                steps.setdefault(step.resource.name, step.op)
        return Done(steps, [each["endpoint"] for each in self.apple.requests()], self.said)

    def _save(self, snapshot: Snapshot) -> None:
        """A copy, because the run goes on with the records."""
        self.snapshot = Snapshot([replace(each) for each in snapshot.resources], snapshot.pending_operations)


class _Program:
    """A program whose resources are registered in its order, the next one also while a step of another one waits."""

    def __init__(self, stack: Stack, wants: Collection[Want], deployment: Deployment) -> None:
        self.stack, self.wants, self.deployment = stack, wants, deployment
        self.left = list(wants)
        self.made = {
            name: deployment.register(Goal(Resource(urn_of(COMPONENT, name), COMPONENT, custom=False)))
            for name in sorted({want.inside for want in wants} - {""})
        }

    def register(self) -> None:
        while self.left:
            self._register(self.left.pop(0))

    def go_on(self) -> None:
        """With the next one, unless it refers to what is not there yet; whoever waits is told of a failure later."""
        if self.left and {ref.name for ref in _references(self.left[0].props)} <= self.made.keys():
            with suppress(Stopped):
                self._register(self.left.pop(0))

    def _register(self, want: Want) -> None:
        needs = {ref: self.made[ref.name] for ref in _references(want.props)}
        inputs = _replaced(
            self.stack.props(want, self.wants),
            {ref: each.outputs.get(ref.key, ENGINES_UNKNOWN) for ref, each in needs.items()},
        )
        resource = Resource(
            want.urn,
            TYPE + want.handler.__name__,
            custom=True,
            inputs=inputs,
            parent=urn_of(COMPONENT, want.inside) if want.inside else "",
            dependencies=[each.urn for each in needs.values()],
            property_dependencies={
                key: [self.made[ref.name].urn for ref in _references(value)] for key, value in want.props.items()
            },
            protect=want.protect,
            retain_on_delete=bool(want.props.get("retainOnDelete")),
        )
        goal = Goal(resource, list(want.aliases), delete_before_replace=False)
        self.made[want.name] = self.deployment.register(goal)


class _Provider:
    """The provider of one run as the engine calls it; `failure` is what it raised first."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.failure: Exception | None = None

    def __call__(self, method: str, request: Properties) -> Properties:
        handler = HANDLERS[request["urn"].split("::")[2].rpartition("$")[2]](self.run)
        given = {key: _replaced(value, {ENGINES_UNKNOWN: UNKNOWN}) for key, value in request.items() if key != "urn"}
        try:
            answer = ANSWERS[method](self, handler, given)
        except Exception as error:
            self.failure = self.failure or error
            raise ProviderError(str(error)) from error
        return {key: _replaced(value, {UNKNOWN: ENGINES_UNKNOWN}) for key, value in answer.items()}

    def check(self, handler: Handler, request: Properties) -> Properties:
        checked = handler.check(request["olds"], request["news"])
        for doubt in checked.warnings:
            self.run.report(doubt)
        if checked.failures:
            self.failure = self.failure or CheckFailed(checked.failures)
        failures = [{"property": each.property, "reason": each.reason} for each in checked.failures]
        return {"inputs": checked.inputs, "failures": failures}

    def diff(self, handler: Handler, request: Properties) -> Properties:
        diff = handler.diff(request["id"], request["olds"], request["news"])
        return {"changes": "DIFF_SOME" if diff.changes else "DIFF_NONE", "replaces": diff.replaces}

    def create(self, handler: Handler, request: Properties) -> Properties:
        created = handler.create(request["properties"])
        return {"id": created.id, "properties": created.outputs}

    def read(self, handler: Handler, request: Properties) -> Properties:
        read = handler.read(request["id"], request["properties"])
        return {"id": request["id"], "properties": read.outputs, "inputs": read.inputs} if read else {}

    def update(self, handler: Handler, request: Properties) -> Properties:
        return {"properties": handler.update(request["id"], request["olds"], request["news"])}

    def delete(self, handler: Handler, request: Properties) -> Properties:
        handler.delete(request["id"], request["properties"])
        return {}


ANSWERS: dict[str, Callable[[_Provider, Handler, Properties], Properties]] = {
    "Check": _Provider.check,
    "Diff": _Provider.diff,
    "Create": _Provider.create,
    "Read": _Provider.read,
    "Update": _Provider.update,
    "Delete": _Provider.delete,
}


def urn_of(type_: str, name: str, parent_type: str = "") -> str:
    return f"urn:pulumi:{STACK}::{PROJECT}::{parent_type and f'{parent_type}$'}{type_}::{name}"


def urn(handler: type[Handler], name: str, inside: str = "") -> str:
    """The URN of a resource, inside a component if one is named."""
    return urn_of(TYPE + handler.__name__, name, COMPONENT if inside else "")


def facts_of(want: Want, program: Collection[Want]) -> Props:
    """What the SDK tells a message of the whole program."""
    kinds = [each.handler for each in program]
    images = {each.name for each in program if each.handler is Image and not each.props.get("retainOnDelete")}
    return {
        "pairs": sorted(
            pair_of(each) for each in program if each.handler is DefaultMessage and shows(each) in (want.name, None)
        ),
        "managedImages": sorted({ref for ref in _references(want.props) if ref.name in images}, key=str),
        "program": {
            "images": kinds.count(Image),
            "messages": kinds.count(Message),
            "pairs": sorted({pair_of(each) for each in program if each.handler is DefaultMessage}),
            "wanted": sorted(
                each.props["messageIdentifier"]
                for each in program
                if each.handler is DefaultMessage and isinstance(each.props["messageIdentifier"], str)
            ),
            "explicit": sorted(
                each.props["messageIdentifier"].lower()
                for each in program
                if each.handler is Message and isinstance(each.props.get("messageIdentifier"), str)
            ),
            "isComplete": True,
        },
    }


def pair_of(default: Want) -> str:
    return f"{default.props['productId']}/{default.props['locale']}"


def shows(default: Want) -> str | None:
    """The name of the message that a default refers to; None where it cannot be attributed."""
    shown = default.props["messageIdentifier"]
    return shown.name if isinstance(shown, Ref) else None


def settings_for(apple: Emulator, environment: Environment) -> Settings:
    return Settings(
        environment=environment,
        bundle_id=apple.credentials.bundle_id,
        issuer_id=apple.credentials.issuer_id,
        key_id=apple.credentials.key_id,
        private_key=apple.credentials.private_key,
        base_url=f"http://localhost/{environment}",
        max_rate_limit_wait="0s",
    )


def _references(value: Any) -> Iterator[Ref]:
    """The outputs that are referred to."""
    if isinstance(value, Ref):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inside:
        yield from _references(item)


def _replaced(value: Any, by: dict[Any, Any]) -> Any:
    """The value with every item that the table has replaced by what it says."""
    if isinstance(value, dict):
        return {key: _replaced(item, by) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, by) for item in value]
    return by.get(value, value)
