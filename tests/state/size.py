"""How large what is recorded of a resource is, and how large what it gives to Apple."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SENT = {"header", "body", "image", "bulletPoints"}
"""https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody"""

ONLY_HERE = "baseUrl"
"""What is recorded because the emulator is not at Apple's address."""

MOST = 1200
"""Bytes of a record beyond twice what it gives to Apple, as input and as output."""


def recorded(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> int:
    """Bytes of the inputs and outputs, which are what the engine does not add of itself."""
    return sum(size({key: value for key, value in each.items() if key != ONLY_HERE}) for each in (inputs, outputs))


def sent(inputs: Mapping[str, Any]) -> int:
    """Bytes of the text, with its images and bullet points, that is uploaded; 0 where there is none."""
    text = {key: value for key, value in inputs.items() if key in SENT}
    return size(text) if text else 0


def size(value: object) -> int:
    """Bytes as JSON without blanks."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
