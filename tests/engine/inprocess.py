"""Provider classes in this process: what they get and answer is encoded as on the wire, and nothing is started."""

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider
from pulumi.runtime import rpc

from engine.model import ProviderError
from engine.properties import UNKNOWN, Properties, to_struct


class InProcess:
    """The `open_provider` of a Deployment is `lambda config: InProcess(providers, config)`.

    `providers` has an instance for each type token. What is no `Exception` (a kill) passes through the run.
    """

    def __init__(self, providers: Mapping[str, ResourceProvider], config: Properties) -> None:
        self._providers, self._config = providers, config
        self._configured: set[str] = set()

    def __call__(self, method: str, request: Properties) -> Properties:
        urn, *arguments = request.values()  # in the order of the provider methods' parameters
        _, project, types, _ = urn.removeprefix("urn:").split("::")
        type_ = types.rpartition("$")[2]
        provider = self._providers[type_]
        try:
            if type_ not in self._configured:
                provider.configure(ConfigureRequest(Config(self._config, project)))
                self._configured.add(type_)
            answer = getattr(provider, method.lower())(*map(_arriving, arguments))
        except Exception:  # noqa: BLE001 - whatever the provider raised
            raise ProviderError(traceback.format_exc().strip()) from None
        given = {attribute: getattr(answer, attribute, None) for attribute in LEAVING}
        return {LEAVING[key][0]: LEAVING[key][1](value) for key, value in given.items() if value is not None}


def _arriving(value: Any) -> Any:
    return rpc.deserialize_properties(to_struct(value), keep_unknowns=True) if isinstance(value, dict) else value


def _encoded(values: dict[str, Any]) -> Properties:
    known = {key: value for key, value in values.items() if value is not None}
    encoded: Properties = json.loads(json.dumps(known, default=lambda unknown: UNKNOWN))
    return encoded


# Attribute of a provider's answer: the field of the protocol, and how it is encoded.
LEAVING: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "id": ("id", str),
    "inputs": ("inputs", _encoded),
    "outs": ("properties", _encoded),
    "failures": ("failures", lambda failures: [vars(failure) for failure in failures]),
    "changes": ("changes", lambda changes: "DIFF_SOME" if changes else "DIFF_NONE"),
    "replaces": ("replaces", list),
    "delete_before_replace": ("deleteBeforeReplace", bool),
}
