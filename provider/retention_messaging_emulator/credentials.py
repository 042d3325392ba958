"""
The In-App Purchase key that an emulator accepts.

https://developer.apple.com/documentation/appstoreserverapi/creating-api-keys-to-authorize-api-requests
"""

import base64
import hashlib
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

DEFAULT_BUNDLE_ID = "com.example.app"


@dataclass(frozen=True)
class Credentials:
    """What a client needs: the same four things that App Store Connect gives for Apple's servers."""

    key_id: str
    issuer_id: str
    bundle_id: str
    private_key: str = field(repr=False)
    """PEM text of a PKCS#8 P-256 key, as in a `.p8` file."""

    @classmethod
    def make(cls, bundle_id: str = DEFAULT_BUNDLE_ID) -> Self:
        """A new key."""
        key = ec.generate_private_key(ec.SECP256R1())
        return cls.of(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), bundle_id)

    @classmethod
    def of(cls, private_key: str, bundle_id: str = DEFAULT_BUNDLE_ID) -> Self:
        """A key, with a key id and an issuer id that are always the same for it."""
        fingerprint = hashlib.sha256(public_key_of(private_key)).digest()
        key_id = base64.b32encode(fingerprint)[:10].decode()
        return cls(key_id, str(uuid.UUID(bytes=fingerprint[16:])), bundle_id, private_key)

    @classmethod
    def kept_in(cls, directory: Path, bundle_id: str = DEFAULT_BUNDLE_ID) -> tuple[Self, Path]:
        """The key in the directory's `SubscriptionKey_….p8`, made and written if there is none; and its path."""
        existing = sorted(directory.glob("SubscriptionKey_*.p8"))
        if existing:
            return cls.of(existing[0].read_text(), bundle_id), existing[0]
        credentials = cls.make(bundle_id)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / f"SubscriptionKey_{credentials.key_id}.p8"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(credentials.private_key)
        return credentials, path


def public_key_of(private_key: str) -> bytes:
    """The public half of a PEM key, as PEM."""
    key = load_pem_private_key(private_key.encode(), password=None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
