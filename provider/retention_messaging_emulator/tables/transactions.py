"""
What the App Store knows of a transaction id.

https://developer.apple.com/documentation/retentionmessaging/originaltransactionid
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from retention_messaging_emulator.errors import AppStoreError, RefusedError
from retention_messaging_emulator.tables.database import App

Kind = Literal["original", "renewal", "family-shared", "app-transaction", "invalid"]

# https://developer.apple.com/documentation/retentionmessaging/initiate-performance-test
REFUSED: Mapping[Kind, AppStoreError] = {
    "renewal": AppStoreError.TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR,
    "family-shared": AppStoreError.FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR,
    "app-transaction": AppStoreError.APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR,
    "invalid": AppStoreError.INVALID_TRANSACTION_ID,
}

# https://developer.apple.com/documentation/retentionmessaging/decodedrealtimerequestbody
DEFAULT_PRODUCT_ID = "com.example.monthly"
DEFAULT_LOCALE = "en-US"
DEFAULT_IDENTIFIER = "99371282"


@dataclass(frozen=True)
class Transaction:
    """A purchase: the product that was bought, and the locale of the device it was bought on."""

    identifier: str
    kind: Kind
    product_id: str = DEFAULT_PRODUCT_ID
    user_locale: str = DEFAULT_LOCALE


def kind(text: str) -> Kind:
    if text not in get_args(Kind):
        raise ValueError(f"a transaction must be one of {', '.join(get_args(Kind))}, not {text!r}")
    return cast("Kind", text)


def put(app: App, transaction: Transaction) -> None:
    app.execute(
        "INSERT OR REPLACE INTO known_transaction VALUES (:app, :identifier, :kind, :product_id, :user_locale)",
        identifier=transaction.identifier,
        kind=kind(transaction.kind),
        product_id=transaction.product_id,
        user_locale=transaction.user_locale,
    )


def original(app: App, identifier: str) -> Transaction:
    """The original transaction of this id: what was put, otherwise any digits. RefusedError if it is another kind."""
    rows = app.execute(
        "SELECT identifier, kind, product_id, user_locale FROM known_transaction"
        " WHERE app = :app AND identifier = :identifier",
        identifier=identifier,
    )
    is_number = identifier.isascii() and identifier.isdigit()
    found = Transaction(*rows[0]) if rows else Transaction(identifier, "original" if is_number else "invalid")
    if found.kind in REFUSED:
        raise RefusedError(REFUSED[found.kind])
    return found
