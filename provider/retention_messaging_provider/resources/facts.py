"""What this command knows, gathered for a decision about one message."""

from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.review import Program
from retention_messaging_provider.resources.run import Run


def program(run: Run, location: Location, *, kept_but_by: str = "") -> Program:
    """What the ledger has of the program; what the resource `kept_but_by` accounts for does not count as kept."""
    ledger = run.ledger
    return Program(
        is_claimed=lambda each: ledger.is_claimed(Ref(location, MESSAGE, each)),
        is_kept=lambda each: ledger.is_kept(Ref(location, MESSAGE, each), but_by=kept_but_by),
        has_image=lambda each: ledger.is_claimed(Ref(location, IMAGE, each)),
        has_seen_messages=ledger.has_seen_every(MESSAGE) or not ledger.has_program(),
        has_seen_images=ledger.has_seen_every(IMAGE),
        knows_pairs=ledger.knows_all_pairs(),
        pairs=lambda each: ledger.pairs_noted_for(location, each),
    )


def siblings(run: Run, record: MessageRecord) -> dict[str, str]:
    """
    What Apple lists besides under a message's owner prefixes → state.

    Not what the record tells of, nor what a resource of the program has or accounts for.
    """
    uploads = run.apple.uploads(record.location, MESSAGE)
    own = {record.identifier, *record.superseded, *record.retained}
    listed = {i: state for prefix in sorted(record.prefixes) for i, state in uploads.siblings(prefix).items()}
    refs = {i: Ref(record.location, MESSAGE, i) for i in listed if i not in own}
    return {i: listed[i] for i, ref in refs.items() if not (run.ledger.is_claimed(ref) or run.ledger.is_kept(ref))}
