"""The JSON that control routes take, in camelCase. What cannot be meant is refused as it is read."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from retention_messaging_emulator.app_store import Environment
from retention_messaging_emulator.tables.transactions import (
    DEFAULT_IDENTIFIER,
    DEFAULT_LOCALE,
    DEFAULT_PRODUCT_ID,
    Kind,
)
from retention_messaging_emulator.web.faults import Fault

HOUR = 60 * 60 * 1000
LAST_MOMENT = 253_402_300_799_999  # the end of the year 9999, which dates of many languages end with

Milliseconds = Annotated[int, Meta(ge=-LAST_MOMENT, le=LAST_MOMENT)]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class Review(Struct, rename="camel", forbid_unknown_fields=True):
    """What is decided about: everything that is pending, unless one identifier, environment or app is named."""

    identifier: Text | None = None
    environment: Environment | None = None
    bundle_id: Text | None = None


class PerformanceTest(Struct, rename="camel", forbid_unknown_fields=True):
    """How the test that production asks for ended, of one app or of every app."""

    passed: bool
    bundle_id: Text | None = None


class Latency(Struct, rename="camel", forbid_unknown_fields=True):
    """How much later every answer comes; an hour at most."""

    milliseconds: Annotated[int, Meta(ge=0, le=HOUR)]


class Moment(Struct, rename="camel", forbid_unknown_fields=True):
    """Where the clock is put, in milliseconds since 1970, and how far it is moved then."""

    now: Annotated[int, Meta(ge=0, le=LAST_MOMENT)] | None = None
    advance: Milliseconds = 0


class Customer(Struct, rename="camel", forbid_unknown_fields=True):
    """Who taps Cancel Subscription."""

    product_id: Text = DEFAULT_PRODUCT_ID
    user_locale: Text = DEFAULT_LOCALE
    original_transaction_id: Text = DEFAULT_IDENTIFIER


class Transaction(Struct, rename="camel", forbid_unknown_fields=True):
    """What a transaction id stands for."""

    kind: Kind = "original"
    product_id: Text = DEFAULT_PRODUCT_ID
    user_locale: Text = DEFAULT_LOCALE


RateLimits = Literal["apple"] | dict[str, Annotated[int, Meta(ge=0, le=2**31)]]
"""Endpoint, or "*", → requests an hour; or "apple", which stands for the documented ones."""

Faults = list[Fault]
