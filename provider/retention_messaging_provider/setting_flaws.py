"""
What is wrong with a setting that is there: what it looks like instead, and never what it is if it may be a secret.

Source of the key's form: https://developer.apple.com/documentation/appstoreserverapi/creating-api-keys-to-authorize-api-requests
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from retention_messaging_provider import rules
from retention_messaging_provider.api import BaseUrlRefused, address
from retention_messaging_provider.api.auth import key_flaw

UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def with_newlines(key: str) -> str:
    r"""A key's text whose newlines may be written out, as \n or \r\n: many places for a variable hold one line only."""
    return re.sub(r"\\+n", "\n", re.sub(r"\\+r", "", key))


def key_in(path: str) -> str:
    """The text of a key's file. Raises OSError, ValueError or RuntimeError where it cannot be read."""
    return with_newlines(Path(path).expanduser().read_text(encoding="utf-8-sig"))


def unreadable(path: str, error: Exception) -> str:
    """What happened to the file of a key, in half a sentence."""
    is_binary = isinstance(error, UnicodeDecodeError)
    reason = "it is not a text file" if is_binary else getattr(error, "strerror", None) or error
    return f"is {path}, which cannot be read ({reason})"


def _issuer_id_flaw(value: str) -> str | None:
    if re.fullmatch(r"[A-Z0-9]{10}", value):
        return "looks like a key id; the issuer id is the UUID above the list of keys"
    if re.fullmatch(r"[0-9a-fA-F-]{20,}", value) and not re.fullmatch(UUID, value):
        return "is nearly a UUID; the issuer id is a whole one"
    return None if re.fullmatch(r"[A-Za-z0-9-]+", value) else "is no issuer id, which is a UUID"


def _key_id_flaw(value: str) -> str | None:
    if re.fullmatch(UUID, value):
        return "is a UUID, as issuer ids are; the key id is the ten characters in the name of the key's file"
    if re.fullmatch(r"\S*([./\\]|Key_)\S*", value):
        return "is the key's file name; the key id is the ten characters in it"
    return None if re.fullmatch(r"[A-Za-z0-9]+", value) else "is no key id, which is ten letters and digits"


def _private_key_flaw(value: str) -> str | None:
    if re.fullmatch(r"(~|\.{0,2}/|[A-Za-z]:).*|.*\.(p8|pem)", value):
        return "is the path of a key; a path is for privateKeyPath, and this is for the key's text"
    flaw = key_flaw(value)
    return flaw and f"is no In-App Purchase key: {flaw}"


def _key_path_flaw(value: str) -> str | None:
    if "-----BEGIN" in value or re.fullmatch(r"[A-Za-z0-9+/=\s]{100,}", value):
        return "is the text of a key; a text is for privateKey, and this is for the path of its file"
    try:
        flaw = key_flaw(key_in(value))
    except FileNotFoundError:
        return None  # missing, as a preview's whole key may be
    except (OSError, ValueError, RuntimeError) as error:
        return unreadable(value, error)
    return flaw and f"is {value}, which is no In-App Purchase key: {flaw}"


def _base_url_flaw(value: str) -> str | None:
    try:
        address.safe(value)
    except BaseUrlRefused as refused:
        return refused.reason
    return None


def _wait_flaw(value: str) -> str | None:
    return "is no duration such as 10m" if rules.seconds(value) is None else None


FLAWS: Mapping[str, Callable[[str], str | None]] = {
    "issuerId": _issuer_id_flaw,
    "keyId": _key_id_flaw,
    "privateKey": _private_key_flaw,
    "privateKeyPath": _key_path_flaw,
    "baseUrl": _base_url_flaw,
    "maxRateLimitWait": _wait_flaw,
}
"""Key → what is wrong with a value of it, or None."""
