"""
One rule for what somebody else configured, for the realtime URL and for defaults, at creation and at change.

What Apple has is overwritten where it is what this stack configured, or what a refresh recorded and the plan then
showed as a change; anything else only with `adopt=True`. It is deleted only where this stack configured it.
"""

from collections.abc import Collection

from retention_messaging_provider.resources.handler import Failure


def refuse_foreign(title: str, there: str | None, known: Collection[str], *, adopt: bool) -> None:
    """Raise Failure where Apple has something else than what is known, unless it is to be adopted."""
    if there and there not in known and not adopt:
        raise Failure(
            f"Apple has {there} as the {title} already, not configured by this resource, and it was not overwritten; "
            "leave it to whoever did, or set adopt=True to take it over, also after a rename or a move without an alias"
        )
