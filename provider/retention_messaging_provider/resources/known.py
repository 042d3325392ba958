"""What is known for a decision about a message: what Apple has, and what the program has."""

from dataclasses import dataclass

# https://developer.apple.com/documentation/retentionmessaging/messagestate
APPROVED, PENDING, REJECTED = "APPROVED", "PENDING", "REJECTED"
DECIDED = (APPROVED, REJECTED)


@dataclass(frozen=True)
class View:
    """
    What Apple has at one location.

    messages, images: identifier → state, None where there is none
    shown: pair → the message that its customers are shown, "" for none
    """

    messages: dict[str, str | None]
    images: dict[str, str | None]
    shown: dict[str, str]


@dataclass(frozen=True)
class Program:
    """
    What this command knows of the program.

    claimed, kept: whether another resource has a message, or accounts for it; images: whether a resource has an image
    replaced_images: whether the resource that had an image has, or will have, another one
    wanted: whether a default is given a message by its identifier
    pairs: the pairs of the program's defaults that were recorded to show a message, or are to
    all_pairs: those of all its defaults, whichever message they show
    has_program: whether there is one; a refresh and a destroy have none
    has_seen_messages, has_seen_images: whether each of the program's has been seen, so that what none claims none has
    knows_pairs: whether the pairs of its defaults are all known
    """

    claimed: dict[str, bool]
    kept: dict[str, bool]
    wanted: dict[str, bool]
    images: dict[str, bool]
    replaced_images: dict[str, bool]
    pairs: dict[str, set[str]]
    all_pairs: frozenset[str]
    has_program: bool
    has_seen_messages: bool
    has_seen_images: bool
    knows_pairs: bool
