"""The messages of an account: those at Apple that no other one's record accounts for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from retention_messaging_cli.adopt.adopted import Adopted, Known
from retention_messaging_cli.adopt.content import UNTOLD, content_of, keywords, recordable, withheld
from retention_messaging_cli.adopt.holders import Holders
from retention_messaging_cli.adopt.names import pair_name, upload_name
from retention_messaging_provider.resources.known import APPROVED
from retention_messaging_provider.resources.records import MessageRecord, images_of


def adopt_messages(known: Known, holders: Holders, images: Mapping[str, Adopted]) -> Iterator[Adopted]:
    """Every message. `images`: by identifier."""
    variables = {identifier: image.variable for identifier, image in images.items()}
    for identifier in holders.messages:
        told = known.told.messages.get(identifier)
        content = content_of(told.recorded) if told else UNTOLD
        name = known.names.resource("Message", told.name if told else _name(known, holders, identifier))
        variable = known.names.variable("Message", name)
        managed = {each for each in images_of(content) if each in images and not images[each].retain}
        inputs = {
            **known.owner("Message", name),
            **recordable(content),
            "managedImages": sorted(managed),
            "pairs": holders.pairs(identifier),
        }
        if _is_retained(known, holders, identifier):
            inputs["retainOnDelete"] = True
        yield Adopted(
            "Message",
            name,
            identifier,
            keywords(content, variable, variables),
            _record(known, holders, identifier, inputs).to_outputs(inputs),
            variable,
            "retainOnDelete" in inputs,
            _comment(known, holders, identifier, content),
        )


def _name(known: Known, holders: Holders, identifier: str) -> str:
    """After the first pair that shows it: a pair shows one message. Else after its identifier."""
    pairs = holders.own_pairs(identifier)
    bundle_id = known.inventory.location.bundle_id
    return pair_name(pairs[0], bundle_id) if pairs else upload_name("message", identifier)


def _is_retained(known: Known, holders: Holders, identifier: str) -> bool:
    """Whether it is to stay at Apple: as a state has it, else where somebody nobody knows of may show it."""
    if told := known.told.messages.get(identifier):
        return bool(told.recorded.get("retainOnDelete"))
    return known.inventory.messages[identifier] == APPROVED and not holders.own_pairs(identifier)


def _record(known: Known, holders: Holders, identifier: str, inputs: Mapping[str, Any]) -> MessageRecord:
    """As a state has it, with the pairs of today; else what Apple tells."""
    pairs = frozenset(inputs["pairs"])
    if record := holders.records.get(identifier):
        return replace(record, pairs=pairs, former=(record.former | record.pairs) - pairs)
    state = known.inventory.messages[identifier]
    shown = identifier if state == APPROVED else ""
    return MessageRecord.from_outputs(
        {**inputs, "messageIdentifier": identifier, "messageState": state, "approvedIdentifier": shown}
    )


def _comment(known: Known, holders: Holders, identifier: str, content: Mapping[str, Any]) -> str:
    pairs, state = holders.own_pairs(identifier), known.inventory.messages[identifier]
    parts = [f"{identifier}: {state}"]
    if pairs:
        parts.append(f"for {', '.join(pairs)}")
    elif _is_retained(known, holders, identifier):
        parts.append("no default is known that shows it: it stays at Apple when it leaves this program")
    parts += [f"before pulumi up, write its {key} here: a secret as a whole" for key in withheld(content)]
    return "; ".join(parts)
