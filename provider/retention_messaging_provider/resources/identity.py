"""
Owner and content → identifier.

Apple's uploads are immutable, cannot be read back, and are named by a UUID of our choosing. Ours is of version 8
(RFC 9562, section 5.8): the first 48 bits are a hash of the owner, the rest a hash of the content. So it is known
before anything is written, the same content has the same identifier, and a bare list from Apple tells which uploads
may be of which resource. That is a hint for finding them, never a reason to delete one: after a rename with an alias,
`pulumi stack rename` or `pulumi state move`, two resources share an owner prefix.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

OWNER_DIGITS = len("xxxxxxxx-xxxx")  # 48 bits


def derive(bundle_id: str, environment: str, owner: str, content: Mapping[str, Any], count: int = 0) -> str:
    """
    The identifier of this content for this owner, a lower-case UUID.

    `owner` is the resource's URN; `content` is canonical: what equals Apple's default is absent.
    `count` chooses the next of the chain, for an identifier that Apple will not take again.
    """
    hashed = [content, count] if count else [content]
    canonical = json.dumps(hashed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digits = _hash(bundle_id, environment, owner)[:12] + _hash(canonical)[:20]
    value = int(digits, 16) & ~(0xF << 76) & ~(0b11 << 62)
    return str(uuid.UUID(int=value | 8 << 76 | 0b10 << 62))


def owner_prefix(bundle_id: str, environment: str, owner: str) -> str:
    """What every identifier that is derived for this owner begins with."""
    digits = _hash(bundle_id, environment, owner)
    return f"{digits[:8]}-{digits[8:12]}"


def owner_prefix_of(identifier: str) -> str:
    """The part of an identifier where a derived one has its owner prefix."""
    return identifier[:OWNER_DIGITS].lower()


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
