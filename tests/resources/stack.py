"""A stack in process, at milliseconds a run: it asks the lives of resources in the order of the Pulumi engine."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

import httpx

from retention_messaging_emulator import AppStoreConnect, Emulator
from retention_messaging_emulator.state import Environment
from retention_messaging_provider.resources.lifecycle import UNKNOWN, Complaint, Created, Life, Props
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.settings import Settings


@dataclass(frozen=True)
class Ref:
    """An output of another resource of the program."""

    name: str
    key: str


@dataclass(frozen=True)
class Want:
    """A resource as a program wants it; `alias` is the name it had before."""

    life: type[Life]
    name: str
    props: Props
    alias: str = ""


@dataclass(eq=False)
class Record:
    """A resource in the stack's state: `needs` are names; `delete` marks the original of one that was replaced."""

    life: type[Life]
    name: str
    id: str
    inputs: Props
    outputs: Props
    needs: set[str]
    delete: bool = False


@dataclass
class Done:
    """What a command did: the step of each resource by name, the endpoints it asked, the lines it said."""

    steps: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class CheckFailed(Exception):
    """A check complained."""

    def __init__(self, complaints: Collection[Complaint]) -> None:
        super().__init__("; ".join(f"{each.property} {each.reason}" for each in complaints))


class Stack:
    """The state of one stack, whose every command is a run of its own."""

    def __init__(self, apple: Emulator, environment: Environment) -> None:
        self.apple = apple
        self.environment: Environment = environment
        self.settings = settings_for(apple, environment)
        self.state: list[Record] = []
        self.now = time.time()
        self.on_sleep: Callable[[], object] = lambda: None
        self.transport: httpx.BaseTransport = httpx.WSGITransport(app=apple.app)

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

    def up(self, *program: Want, replace: Collection[str] = (), targets: Collection[str] | None = None) -> Done:
        """`replace` are names of what is replaced, changed or not; `targets` of what there is a run for, if not all."""
        wanted = {want.name for want in program}
        names = wanted | {each.name for each in self.state} if targets is None else targets
        with self._command() as (run, done):
            self._bring_all([want for want in program if want.name in names], run, done, replace)
            doomed = [each for each in self.state if each.delete or each.name not in wanted]
            self._delete([each for each in doomed if each.name in names], run, done)
        return done

    def preview(self, *program: Want) -> Done:
        recorded = deepcopy(self.state)
        with self._command() as (run, done):
            self._bring_all(program, run, done, preview=True)
        self.state = recorded
        return done

    def killed_up(self, *program: Want) -> None:
        """An `up` that is cut off after its uploads, before anything is recorded or deleted."""
        recorded = deepcopy(self.state)
        with self._command() as (run, done):
            self._bring_all(program, run, done)
        self.state = recorded

    def refresh(self) -> Done:
        with self._command() as (run, done):
            for record in [each for each in self.state if not each.delete]:
                life = record.life(run)
                read = life.read(record.id, record.outputs)
                if read is None:
                    self.state.remove(record)
                    done.steps[record.name] = "delete"
                    continue
                diff = life.diff(record.id, read.outputs, record.inputs)
                record.inputs, record.outputs = read.inputs, read.outputs
                done.steps[record.name] = "update" if diff.changes else "same"
        return done

    def destroy(self) -> Done:
        with self._command() as (run, done):
            self._delete(self.state, run, done)
        return done

    def begin(self, **settings: Any) -> tuple[Run, list[str]]:
        """A new run, and the lines it is going to say."""
        said: list[str] = []
        chosen = Settings(**{**vars(self.settings), **settings})
        return Run(chosen, say=said.append, transport=self.transport, sleep=self._sleep, clock=lambda: self.now), said

    def pass_time(self, seconds: float) -> None:
        """For the run and for Apple."""
        self.now += seconds
        self.apple.clock.advance(int(seconds * 1000))

    def _sleep(self, seconds: float) -> None:
        self.pass_time(seconds)
        self.on_sleep()

    def props(self, want: Want) -> Props:
        """What the SDK would send."""
        settings = self.settings
        place = {"environment": self.environment, "bundleId": settings.bundle_id, "baseUrl": settings.recorded_base_url}
        owner = {"owner": urn(want)} if "owner" in want.life.TABLE else {}
        return {**place, **owner, **{key: value for key, value in want.props.items() if value is not None}}

    @contextmanager
    def _command(self) -> Iterator[tuple[Run, Done]]:
        self.apple.clear_requests()
        run, said = self.begin()
        done = Done(said=said)
        yield run, done
        done.requests = [each["endpoint"] for each in self.apple.requests()]

    def _bring_all(
        self, program: Collection[Want], run: Run, done: Done, replace: Collection[str] = (), *, preview: bool = False
    ) -> None:
        outputs = {each.name: each.outputs for each in self.state if not each.delete}
        for want in program:
            props = _resolve(self.props(want), outputs)
            step, record = self._bring(want, props, run, forced=want.name in replace, preview=preview)
            done.steps[want.name], outputs[want.name] = step, record.outputs

    def _bring(self, want: Want, props: Props, run: Run, *, forced: bool, preview: bool) -> tuple[str, Record]:
        """New: check → create. Unchanged: check → diff. Changed: and → update; or → check anew → create."""
        life = want.life(run)
        old = next((each for each in self.state if not each.delete and each.name in (want.name, want.alias)), None)
        inputs = _check(life, old.inputs if old and not forced else {}, props)
        step = "replace" if old else "create"
        if old and not forced:
            diff = life.diff(old.id, old.outputs, inputs)
            step = "replace" if diff.replaces else "update" if diff.changes else "same"
            inputs = _check(life, {}, props) if diff.replaces else inputs
        if old and step in ("same", "update"):
            old.name, old.inputs = want.name, inputs
            if step == "update":
                old.outputs = inputs if preview else life.update(old.id, old.outputs, inputs)
            return step, old
        created = Created("", inputs) if preview else life.create(inputs)
        record = Record(want.life, want.name, created.id, inputs, created.outputs, _references(want.props))
        if old:
            old.delete = True
        self.state.append(record)
        return step, record

    def _delete(self, doomed: Collection[Record], run: Run, done: Done) -> None:
        """What others need goes after them; what could not be deleted stays in the state."""
        dependents = {each: [other for other in doomed if each.name in other.needs] for each in doomed}
        for record in TopologicalSorter(dependents).static_order():
            if not record.inputs.get("retainOnDelete"):
                record.life(run).delete(record.id, record.outputs)
            self.state.remove(record)
            done.steps.setdefault(record.name, "delete")


def urn(want: Want) -> str:
    return f"urn:pulumi:dev::app::pulumi-python:dynamic/retention-messaging:{want.life.__name__}::{want.name}"


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


def _check(life: Life, olds: Props, news: Props) -> Props:
    checked = life.check(olds, news)
    if checked.complaints:
        raise CheckFailed(checked.complaints)
    return checked.inputs


def _references(value: Any) -> set[str]:
    """The names of the resources that are referred to."""
    if isinstance(value, Ref):
        return {value.name}
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_references, inside))


def _resolve(value: Any, outputs: dict[str, Props]) -> Any:
    """With the outputs that are referred to, which a preview may not know."""
    if isinstance(value, Ref):
        return outputs[value.name].get(value.key, UNKNOWN)
    if isinstance(value, dict):
        return {key: _resolve(item, outputs) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, outputs) for item in value]
    return value
