"""The calls of a provider: it gets values in clear, and answers in clear."""

import threading
from collections.abc import Callable
from typing import Protocol

from engine.model import Diff, Provider, ProviderError, Stopped
from engine.properties import Properties, conceal, has_unknown, is_secret, reveal
from engine.snapshot import Resource


class Fail(Protocol):
    """Records an error, so that nothing more begins."""

    def __call__(self, message: str, urn: str = "", *, in_step: bool = False) -> None: ...


class Calls:
    """One run's calls. `open_provider` is called with the config in clear, again when that has become another.

    What a provider raises or complains of goes to `fail`, and the call ends with Stopped. Only a preview takes values
    that are unknown.
    """

    def __init__(
        self,
        open_provider: Callable[[Properties], Provider],
        config: Callable[[], Properties],
        fail: Fail,
        lock: threading.RLock,
        *,
        is_preview: bool,
    ) -> None:
        self._open_provider, self._config, self._fail, self._lock = open_provider, config, fail, lock
        self._is_preview = is_preview
        self._opened: tuple[Properties, Provider] | None = None

    def ask(self, method: str, resource: Resource, **fields: object) -> Properties:
        try:
            with self._lock:
                config = self._config()
                if self._opened is None or self._opened[0] != config:
                    self._opened = (config, self._open_provider(reveal(config)))
            return self._known(self._opened[1](method, {"urn": resource.urn, **reveal(fields)}))
        except ProviderError as error:
            self._fail(str(error), resource.urn, in_step=method not in ("Check", "Diff"))
            raise Stopped from None

    def _known(self, answer: Properties) -> Properties:
        """
        The answer, if the engine takes it.

        https://github.com/pulumi/pulumi/blob/master/pkg/resource/plugin/rpc.go
        """
        unknown = [key for key, value in answer.get("inputs", {}).items() if has_unknown(value)]
        if unknown and not self._is_preview:
            raise ProviderError(f'unexpected unknown property value for "{unknown[0]}"')
        return answer

    def check(self, new: Resource, olds: Properties, news: Properties) -> Properties:
        """The inputs as the provider wants them."""
        answer = self.ask("Check", new, olds=olds, news=news)
        inputs = conceal(answer.get("inputs", {}), news)
        for failure in answer.get("failures", ()):
            key = failure.get("property")
            value = "[secret]" if is_secret(inputs.get(key)) else inputs.get(key)
            about = f": property {key} value {{{value}}}" if key else ""
            self._fail(f"{new.type} resource '{new.name}'{about} has a problem: {failure['reason']}", new.urn)
        if answer.get("failures"):
            raise Stopped
        return inputs

    def diff(self, new: Resource, id_: str, old_inputs: Properties, old_outputs: Properties) -> Diff:
        answer = self.ask("Diff", new, id=id_, olds=old_outputs, news=new.inputs) if new.custom else {}
        wanted = ignoring(new.ignore_changes, new.inputs, old_inputs)
        known = {"DIFF_SOME": True, "DIFF_NONE": False}
        changes = known.get(answer.get("changes", ""), reveal(wanted) != reveal(old_inputs))
        return Diff(changes, bool(answer.get("replaces")), answer.get("deleteBeforeReplace", False))


def ignoring(keys: list[str], news: Properties, olds: Properties) -> Properties:
    """The new inputs with the old values of ignored properties."""
    return {**news, **{key: olds[key] for key in keys if key in olds and key in news}}
