"""Secrets in the CLI's own passphrase scheme, version 1: PBKDF2, then AES-256-GCM.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/config/crypt.go
"""

import os
from base64 import b64decode, b64encode
from functools import cached_property
from hashlib import pbkdf2_hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ITERATIONS = 1_000_000
_VERIFIED = "pulumi"  # what a salt carries encrypted, so that a wrong passphrase is noticed


class Passphrase:
    """Encrypts and decrypts for one stack; the key is derived (half a second) when it is first needed.

    `salt` is the stack file's `encryptionsalt`, `v1:<salt>:v1:<nonce>:<ciphertext>`; without one, a new one is made.
    """

    def __init__(self, passphrase: str, salt: str = "") -> None:
        self._passphrase = passphrase
        self._salt = b64decode(salt.split(":")[1]) if salt else os.urandom(8)
        self._verifier = salt.split(":", 2)[2] if salt else ""

    @property
    def salt(self) -> str:
        return f"v1:{b64encode(self._salt).decode()}:{self._verifier or self.encrypt(_VERIFIED)}"

    def encrypt(self, plaintext: str) -> str:
        nonce = os.urandom(12)
        encrypted = self._cipher.encrypt(nonce, plaintext.encode(), None)
        return f"v1:{b64encode(nonce).decode()}:{b64encode(encrypted).decode()}"

    def decrypt(self, ciphertext: str) -> str:
        """Raises ValueError for a wrong passphrase or a damaged text."""
        return _open(self._cipher, ciphertext)

    @cached_property
    def _cipher(self) -> AESGCM:
        cipher = AESGCM(pbkdf2_hmac("sha256", self._passphrase.encode(), self._salt, _ITERATIONS, 32))
        if self._verifier:
            _open(cipher, self._verifier)
        return cipher


def _open(cipher: AESGCM, ciphertext: str) -> str:
    version, nonce, encrypted = ciphertext.split(":")
    if version != "v1":
        raise ValueError(f"unknown version of a secret: {version}")
    try:
        return cipher.decrypt(b64decode(nonce), b64decode(encrypted), None).decode()
    except InvalidTag:
        raise ValueError("incorrect passphrase") from None
