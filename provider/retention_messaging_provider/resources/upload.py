"""
Getting an image or a message to Apple under its identifier: what both have in common.

An identifier is derived, or explicit where the user gives one. One that Apple refuses as taken and does not list gives
way to the next of a chain; what has ours already is taken, and `is_new` tells so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.api import RetentionMessagingClient
from retention_messaging_provider.resources import identity
from retention_messaging_provider.resources.handler import Failure, Props, name_of
from retention_messaging_provider.resources.ledger import Ref
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.rules import NOT_TOLD, UNKNOWN, CheckFailure, Unknown, is_known

# An identifier that Apple refuses as taken and does not list is passed over; more than a few are unheard of.
LONGEST_CHAIN = 5

EXPLICIT = "explicitIdentifier"
"""The input that tells that the user gave the identifier."""

Content = Callable[[Mapping[str, Any]], Props]


@dataclass(frozen=True)
class Uploaded:
    """What an upload got: its identifier, its state, and whether this command has uploaded it."""

    identifier: str
    state: str
    is_new: bool


def identified(key: str, content: Content, olds: Props, news: Props) -> Props:
    """The inputs with an identifier: the user's, or the recorded one while the content stays, or a derived one."""
    given = news.get(key)
    if given is not None:
        return {**news, key: given.lower() if is_known(given) else UNKNOWN, EXPLICIT: True}
    if olds and is_same(content(olds), content(news)):
        return {**news, key: olds[key]}
    return {**news, key: derived(content, news)}


def is_same(was: Props, now: Props) -> bool:
    """
    Whether content is as it was recorded, or fills in what is recorded as NOT_TOLD.

    Apple never tells the content of an upload that was adopted. While any of it is NOT_TOLD, whatever a program says
    of it is taken for what Apple has: nobody can compare the two.
    """
    return was == now or any(not_told(was))


def not_told(value: object, path: str = "") -> Iterator[str]:
    """The paths, below `path`, of what is NOT_TOLD in a value."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from not_told(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from not_told(item, f"{path}[{i}]")
    elif value == NOT_TOLD:
        yield path


def derived(content: Content, inputs: Props, count: int = 0) -> str | Unknown:
    """The derived identifier of these inputs; UNKNOWN while what it is derived from is."""
    parts = (inputs["bundleId"], inputs["environment"], inputs["owner"], content(inputs))
    return identity.derive(*parts, count) if is_known(parts) else UNKNOWN


def identifier_failures(key: str, content: Content, olds: Props, news: Props) -> Iterable[CheckFailure]:
    """What is wrong about what is NOT_TOLD, an explicit identifier, in whatever case it is written, and `adopt`."""
    given, text = news.get(key), content(news)
    is_kept = bool(olds) and is_same(content(olds), text)
    yield from rules.boolean("adopt", news.get("adopt"))
    if not is_kept:
        for path in not_told(news):
            yield CheckFailure(
                path,
                "is NOT_TOLD, and what Apple never tells cannot be uploaded; fill it in, or, in a new stack of what "
                "retention-messaging adopt wrote, first type: pulumi import --file adopt.json --generate-code=false",
            )
    if given is None:
        if news.get("adopt") is True:
            yield CheckFailure(
                "adopt", f"is set, but there is no {key}: nothing to adopt; give the identifier, or leave adopt out"
            )
        return
    yield from rules.uuid(key, given)
    is_recorded = olds and isinstance(given, str) and given.lower() == olds[key]
    if is_recorded and is_known(text) and not is_kept:
        yield CheckFailure(
            key,
            f"is {given} as before, but what Apple has under it cannot be changed; "
            "choose another identifier for the new content, or leave it out",
        )


def claim_failures(run: Run, key: str, ref: Ref, inputs: Props) -> Iterable[CheckFailure]:
    """The failure that another resource of the program has the identifier, where the user gave it to one of them."""
    claim = run.ledger.claim_explicit if inputs.get(EXPLICIT) else run.ledger.claim
    first = claim(ref, inputs["owner"])
    if first != inputs["owner"] and run.ledger.is_explicit(ref):
        yield CheckFailure(key, f"is {ref.identifier}, which {name_of(first)} has, too; keep one of them")


def is_another(key: str, olds: Mapping[str, Any], news: Props) -> bool:
    """Whether the user gives another identifier than the recorded one."""
    return bool(news.get(EXPLICIT)) and news[key] != olds[key]


def upload(  # noqa: PLR0913, PLR0917 - what is uploaded, as whom, and how
    run: Run,
    ref: Ref,
    title: str,
    inputs: Props,
    content: Content,
    send: Callable[[RetentionMessagingClient, str], None],
) -> Uploaded:
    """Upload under the identifier of the reference, or take what has it already, if that is ours."""
    for count in range(1, LONGEST_CHAIN):
        state = run.apple.fetch_state(ref)
        if inputs.get(EXPLICIT):
            _explicit(ref, state, adopt=bool(inputs.get("adopt")))
        if state is not None:
            if inputs.get(EXPLICIT):
                _alone(run, ref, inputs["owner"])
            return Uploaded(ref.identifier, state, is_new=False)
        identifier = ref.identifier
        state = run.apple.upload(ref, lambda client, to=identifier: send(client, to))  # type: ignore[misc]
        if state is not None:
            return Uploaded(identifier, state, is_new=True)
        if inputs.get(EXPLICIT):
            _explicit(ref, "taken", adopt=False)
        if run.apple.fetch_state(ref) is None:
            ref = replace(ref, identifier=str(derived(content, inputs, count)))
    raise Failure(
        f"Apple refuses every identifier of {title} as taken and lists none of them; "
        f"give it one of your own with {ref.kind}Identifier"
    )


def _explicit(ref: Ref, state: str | None, *, adopt: bool) -> None:
    """Refuse to take over what was not to be taken over, and to adopt what is not there."""
    if state is not None and not adopt:
        raise Failure(
            f"Apple has the {ref.kind} {ref.identifier} already, and it was not touched; "
            f"choose another {ref.kind}Identifier, or set adopt=True to take it over"
        )
    if state is None and adopt:
        raise Failure(
            f"Apple has no {ref.kind} {ref.identifier}, so there is nothing to adopt; "
            "correct the identifier, or leave adopt out to upload it"
        )


def _alone(run: Run, ref: Ref, owner: str) -> None:
    """Refuse to take over what another resource of the program has, which may come later in this command."""
    run.wait_for_every_message()
    if run.ledger.is_claimed_by_another(ref, owner):
        raise Failure(
            f"another resource of the program has the {ref.kind} {ref.identifier}, too, and it was not touched; "
            "keep one of them"
        )


def lower_case_identifiers(value: Any, key: str = "") -> Any:
    """Apple answers identifiers in lower case; so they are recorded."""
    if isinstance(value, dict):
        return {k: lower_case_identifiers(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [lower_case_identifiers(item, key) for item in value]
    return value.lower() if key in ("imageIdentifier", "managedImages") and isinstance(value, str) else value
