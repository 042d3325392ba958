"""The defaults and the realtime URL of an account."""

from collections.abc import Iterator, Mapping

from retention_messaging_cli.adopt.adopted import Adopted, Known
from retention_messaging_cli.adopt.content import word
from retention_messaging_cli.adopt.holders import Holders
from retention_messaging_cli.adopt.names import pair_name
from retention_messaging_cli.adopt.source import Code
from retention_messaging_cli.state import SECRET
from retention_messaging_provider.resources.records import DefaultRecord, UrlRecord


def adopt_defaults(known: Known, holders: Holders, messages: Mapping[str, Adopted]) -> Iterator[Adopted]:
    """Every default that was asked about and shows something, or waits for its message. `messages`: by identifier."""
    location = known.inventory.location
    for pair, shown in holders.defaults.items():
        product_id, locale = pair.rsplit("/", 1)
        told = known.told.defaults.get(pair)
        name = known.names.resource("DefaultMessage", told.name if told else pair_name(pair, location.bundle_id))
        message = messages.get(holders.message_of(pair))
        inputs = {**known.owner("DefaultMessage", name), "productId": product_id, "locale": locale}
        record = DefaultRecord(location, inputs["owner"], pair, shown, configured=shown)
        yield Adopted(
            "DefaultMessage",
            name,
            f"{location.bundle_id}/{location.environment}/{pair}",
            {"product_id": product_id, "locale": locale, "message": Code(message.variable) if message else shown},
            record.to_outputs(inputs),
        )


def adopt_url(known: Known) -> Iterator[Adopted]:
    """The URL. One that a state has as a secret is recorded by the first `pulumi up`, and in no file here."""
    location, url, told = known.inventory.location, known.inventory.url, known.told.url
    if url is None:
        return
    name = known.names.resource("RealtimeUrl", told.name if told else "realtime-url")
    is_secret = bool(told and told.recorded.get("url") is SECRET)
    record = UrlRecord(location, known.target.urn("RealtimeUrl", name), url, configured=url)
    key = known.names.variable("RealtimeUrl", name)
    yield Adopted(
        "RealtimeUrl",
        name,
        f"{location.bundle_id}/{location.environment}",
        {"url": word(SECRET if is_secret else url, f"{key}_url")},
        {} if is_secret else record.to_outputs(known.owner("RealtimeUrl", name)),
        comment="a secret, which the first pulumi up records" if is_secret else "",
    )
