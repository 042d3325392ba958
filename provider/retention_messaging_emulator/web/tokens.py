"""
Who asks.

https://developer.apple.com/documentation/appstoreserverapi/generating-json-web-tokens-for-api-requests
"""

import math
import re
from collections.abc import Collection
from typing import Any

import jwt

from retention_messaging_emulator.clock import Clock
from retention_messaging_emulator.credentials import Credentials, public_key_of
from retention_messaging_emulator.switches import Switches

AUDIENCE = "appstoreconnect-v1"
MAX_LIFETIME = 60 * 60  # seconds
# https://developer.apple.com/documentation/bundleresources/information-property-list/cfbundleidentifier
BUNDLE_ID = re.compile(r"[A-Za-z0-9.-]{1,155}")


class UnauthenticatedError(Exception):
    """The token is not accepted; the text gives the reason, and never shows the token."""


class TokenCheck:
    """
    Finds the app of a token, or refuses the token.

    `bundle_ids` are the apps of the account; None stands for every app.
    """

    def __init__(
        self, credentials: Credentials, bundle_ids: Collection[str] | None, switches: Switches, clock: Clock
    ) -> None:
        self._credentials = credentials
        self._public_key = public_key_of(credentials.private_key)
        self._bundle_ids = bundle_ids
        self._switches = switches
        self._clock = clock

    def bundle_id(self, authorization: str | None) -> str:
        """The `bid` of the token in an Authorization header; UnauthenticatedError otherwise."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise UnauthenticatedError("there is no `Authorization: Bearer` header")
        claims = self._claims(token.strip())
        self._check_times(claims)
        bundle_id = claims["bid"]
        if not isinstance(bundle_id, str) or not BUNDLE_ID.fullmatch(bundle_id):
            raise UnauthenticatedError("bid is not a bundle id")
        if self._bundle_ids is not None and bundle_id not in self._bundle_ids:
            raise UnauthenticatedError("bid is not an app of this account")
        return bundle_id

    @staticmethod
    def claimed_bundle_id(authorization: str | None) -> str | None:
        """The `bid` of a token that nobody believes."""
        try:
            claims = jwt.decode((authorization or "").rpartition(" ")[2], options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return None
        return str(claims["bid"]) if "bid" in claims else None

    def _claims(self, token: str) -> dict[str, Any]:
        required = ["iss", "exp", "aud", "bid", *(["iat"] if self._switches.iat_required else [])]
        try:
            header = jwt.get_unverified_header(token)
            if header.get("kid") != self._credentials.key_id:
                raise UnauthenticatedError("kid is not the key's")
            return jwt.decode(
                token,
                self._public_key,
                algorithms=["ES256"],
                audience=AUDIENCE,
                issuer=self._credentials.issuer_id,
                # The emulator's clock is not the machine's: the times are judged below.
                options={"require": required, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.InvalidTokenError as error:
            raise UnauthenticatedError(str(error)) from None

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._clock.now() / 1000
        issued, expires = claims.get("iat", now), claims["exp"]
        if not (_is_number(issued) and _is_number(expires)):
            raise UnauthenticatedError("iat and exp are not numbers")
        if expires <= now:
            raise UnauthenticatedError("exp is in the past")
        if issued > now:
            raise UnauthenticatedError("iat is in the future")
        if expires - issued > MAX_LIFETIME:
            raise UnauthenticatedError("exp is more than 60 minutes after iat")


def _is_number(value: object) -> bool:
    """Whether it is one that JSON has: NaN is none, though Python reads it."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
