"""
The adapter of `pulumi up`: one thin class per resource, from pulumi.dynamic to its handler and back.

The module's path and the classes' names are in every user's state (`__provider`) and never change. Instances are
empty: what a run shares is in `resources.run`. A program imports this module for the names of its classes alone, so
handlers are imported when Pulumi calls.
"""

import json
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import UNKNOWN as PULUMI_UNKNOWN
from pulumi.output import Unknown as PulumiUnknown

from retention_messaging_provider import settings as settings_
from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.rules import UNKNOWN, Unknown
from retention_messaging_provider.rules import CheckFailure as FailedRule

if TYPE_CHECKING:
    from retention_messaging_provider.resources.handler import Handler

PROVIDER_KEY = "__provider"

T = TypeVar("T")


class RetentionMessagingError(Exception):
    """What a user sees of an expected failure: one line."""


# Pulumi shows `traceback.format_exc()`, which prints the module of an exception's class unless it is builtins.
RetentionMessagingError.__module__ = "builtins"


class _Handler:
    """The class of a handler, by its module in `resources` and its name there."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __get__(self, instance: object, owner: type) -> "type[Handler]":
        """Import it."""
        module = import_module(f"retention_messaging_provider.resources.{self._module}")
        handler: type[Handler] = getattr(module, self._name)
        return handler


class _Provider(ResourceProvider):
    """What the providers share: translation, and that only bugs show a traceback."""

    # A class reference holds nothing secret, and plain text keeps the state legible.
    serialize_as_secret_always = False
    handler: _Handler

    def configure(self, req: ConfigureRequest) -> None:
        """Called once per resource type and process, with the whole stack's config."""
        from retention_messaging_provider.resources import run  # noqa: PLC0415 - no program needs it

        run.begin(settings_.Settings.read(lambda key: req.config.get(f"{settings_.NAMESPACE}:{key}")))

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Inputs, and every failure of them."""
        return self._call(lambda handler: _checked(handler, _plain(_olds), _plain(news)))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Always True or False; never about `__provider`."""
        diff = self._call(lambda handler: handler.diff(_id, _plain(_olds), _plain(_news)))
        return DiffResult(diff.changes, diff.replaces, delete_before_replace=False)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """The new resource."""
        created = self._call(lambda handler: handler.create(_plain(props)))
        return CreateResult(created.id, created.outputs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What is at Apple; an empty id where it is gone, and no inputs where all is as recorded: Pulumi keeps its."""
        recorded = _plain(props)
        read = self._call(lambda handler: handler.read(id_, recorded))
        if read is None:
            return ReadResult("", {})
        return ReadResult(id_, read.outputs, None if read.outputs == recorded else read.inputs)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Complete outputs."""
        return UpdateResult(self._call(lambda handler: handler.update(_id, _plain(_olds), _plain(_news))))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Gone is success."""
        self._call(lambda handler: handler.delete(_id, _plain(_props)))

    def _call(self, call: "Callable[[Handler], T]") -> T:
        """
        Call the resource's handler. An expected failure is shown without a traceback, unless one is asked for.

        The limit is the whole process's, and other dynamic providers share it: the next call puts it back, and a bug.
        """
        from retention_messaging_provider.resources import run  # noqa: PLC0415 - no program needs it
        from retention_messaging_provider.resources.handler import EXPECTED  # noqa: PLC0415 - the same

        vars(sys).pop("tracebacklimit", None)
        try:
            return call(self.handler(run.current()))
        except EXPECTED as error:
            if run.current().settings.debug:
                raise
            sys.tracebacklimit = 0
            raise RetentionMessagingError(one_line(str(error))) from None
        except BaseException:
            vars(sys).pop("tracebacklimit", None)  # of a failure meanwhile, on another thread
            raise


class RealtimeUrlProvider(_Provider):
    """https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url."""

    handler = _Handler("realtime_url", "RealtimeUrl")


class ImageProvider(_Provider):
    """https://developer.apple.com/documentation/retentionmessaging/upload-image."""

    handler = _Handler("image", "Image")


class MessageProvider(_Provider):
    """https://developer.apple.com/documentation/retentionmessaging/upload-message."""

    handler = _Handler("message", "Message")


class PerformanceTestProvider(_Provider):
    """https://developer.apple.com/documentation/retentionmessaging/initiate-performance-test."""

    handler = _Handler("performance_test", "PerformanceTest")


class DefaultMessageProvider(_Provider):
    """https://developer.apple.com/documentation/retentionmessaging/configure-default-message."""

    handler = _Handler("default_message", "DefaultMessage")


def _checked(handler: "Handler", olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
    """Inputs and failures; what is merely doubtful is reported."""
    if isinstance(news.get("program"), str):
        news = {**news, "program": _declared(news["program"])}
    checked = handler.check(olds, news)
    for warning in checked.warnings:
        handler.run.report(warning)
    return CheckResult(_pulumi(checked.inputs), [_failure(failed) for failed in checked.failures])


@lru_cache(maxsize=1)
def _declared(text: str) -> Any:
    """What the program declares, of which every message sends the same JSON."""
    return json.loads(text)


def _failure(failed: FailedRule) -> CheckFailure:
    """Without a property of its own: Pulumi would print that one's value, which a provider cannot tell to be secret."""
    return CheckFailure("", f"{failed.property} {failed.reason}")


def _plain(props: Mapping[str, Any]) -> dict[str, Any]:
    """Pulumi's properties as a handler knows them."""
    return {key: _translate(value, PulumiUnknown, UNKNOWN) for key, value in props.items() if key != PROVIDER_KEY}


def _pulumi(props: Mapping[str, Any]) -> dict[str, Any]:
    """And back."""
    return {key: _translate(value, Unknown, PULUMI_UNKNOWN) for key, value in props.items()}


def _translate(value: Any, unknown: type, instead: object) -> Any:
    if isinstance(value, unknown):
        return instead
    if isinstance(value, dict):
        return {key: _translate(item, unknown, instead) for key, item in value.items()}
    if isinstance(value, list):
        return [_translate(item, unknown, instead) for item in value]
    # Every number of ours is a whole one; Pulumi's wire has only floats.
    return int(value) if isinstance(value, float) and value.is_integer() else value
