"""Provider classes in this process: what they get and answer is encoded as on the wire, and nothing is started."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider
from pulumi.runtime import rpc

from engine.model import Diff, ProviderError
from engine.properties import UNKNOWN, Properties, to_struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class InProcess:
    """The `open_provider` of a Deployment is `lambda config: InProcess(providers, config)`.

    `providers` has an instance for each type token; an exception but `Exception` (a kill) passes through a run.
    """

    def __init__(self, providers: Mapping[str, ResourceProvider], config: Properties) -> None:
        self._providers = dict(providers)
        self._config = config
        self._configured: set[str] = set()

    def check(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[tuple[str, str]]]:
        answer = self._ask(urn, lambda provider: provider.check(_arrives(olds), _arrives(news)))
        return _leaves(answer.inputs), [(each.property, each.reason) for each in answer.failures]

    def diff(self, urn: str, id_: str, olds: Properties, news: Properties) -> Diff:
        answer = self._ask(urn, lambda provider: provider.diff(id_, _arrives(olds), _arrives(news)))
        return Diff(answer.changes, answer.replaces or [], bool(answer.delete_before_replace))

    def create(self, urn: str, props: Properties) -> tuple[str, Properties]:
        answer = self._ask(urn, lambda provider: provider.create(_arrives(props)))
        return answer.id, _leaves(answer.outs or {})

    def read(self, urn: str, id_: str, props: Properties) -> tuple[str, Properties, Properties | None]:
        answer = self._ask(urn, lambda provider: provider.read(id_, _arrives(props)))
        return answer.id or "", _leaves(answer.outs or {}), None if answer.inputs is None else _leaves(answer.inputs)

    def update(self, urn: str, id_: str, olds: Properties, news: Properties) -> Properties:
        answer = self._ask(urn, lambda provider: provider.update(id_, _arrives(olds), _arrives(news)))
        return _leaves(answer.outs or {})

    def delete(self, urn: str, id_: str, props: Properties) -> None:
        self._ask(urn, lambda provider: provider.delete(id_, _arrives(props)))

    def _ask(self, urn: str, call: Callable[[ResourceProvider], Any]) -> Any:
        type_ = urn.split("::")[2].rpartition("$")[2]
        provider = self._providers[type_]
        try:
            if type_ not in self._configured:
                provider.configure(ConfigureRequest(Config(self._config, urn.split("::")[1])))
                self._configured.add(type_)
            return call(provider)
        except Exception:  # noqa: BLE001 - whatever the provider raised
            raise ProviderError(traceback.format_exc().strip()) from None


def _arrives(values: Properties) -> Properties:
    return rpc.deserialize_properties(to_struct(values), keep_unknowns=True)


def _leaves(values: Properties) -> Properties:
    known = {key: value for key, value in values.items() if value is not None}
    encoded: Properties = json.loads(json.dumps(known, default=lambda unknown: UNKNOWN))
    return encoded
