"""
The lines that a run reports beside Pulumi's own: each is true when the command ends, whatever comes after it.

What stays at Apple though no record has it any more is named, with its identifier and the words "was not deleted".
"""

from collections.abc import Iterable

from retention_messaging_provider.api import RateLimited, RequestFailed
from retention_messaging_provider.api.rate_limit import local_time
from retention_messaging_provider.resources.deletion import Reason
from retention_messaging_provider.resources.records import (
    DefaultRecord,
    ImageRecord,
    MessageRecord,
    Upload,
    UrlRecord,
)


def waiting_line(record: MessageRecord) -> str:
    """A message that Apple has yet to review."""
    return f"{record} waits for Apple's review; until then {_meanwhile(record)}; run pulumi up again after it"


def rejected_line(record: MessageRecord, rejected: str) -> str:
    """A message that Apple rejected, or an image of it."""
    return f"{record}: Apple rejected {rejected}; {_meanwhile(record)} meanwhile; change it and run pulumi up"


def _meanwhile(record: MessageRecord) -> str:
    return f"{record.approved} stays" if record.approved else "there is nothing to show"


def approved_line(record: MessageRecord) -> str:
    """A message that Apple approved, in the run that moves its defaults."""
    return f"{record}: approved; its approved_identifier is {record.identifier} from this run on"


def approval_seen_line(record: MessageRecord) -> str:
    """A message that Apple approved, in a refresh."""
    return f"{record}: Apple approved {record.identifier}; pulumi up moves its defaults to it"


def rejected_image_line(record: ImageRecord) -> str:
    """An image that Apple rejected."""
    return f"{record}: Apple rejected it; change it and run pulumi up"


def not_looked_at_line(record: Upload, error: Exception) -> str:
    """What Apple would have to be asked for a plan, which goes on without it."""
    return f"The {record.ref.kind}s in {record.location} are as they were recorded, not looked at: {error}"


def filled_in_line(record: Upload) -> str:
    """What Apple never tells of an upload that was adopted, and the program says now."""
    return (
        f"{record}: what the program says is recorded as what Apple has under {record.identifier}, which Apple never "
        "tells; nothing is uploaded or compared, and what is changed after that is uploaded"
    )


def missing_line(record: Upload) -> str:
    """An upload that somebody else deleted while it waited."""
    return f"{record} is no longer at Apple; it is uploaded again"


def waits_in_default_line(record: DefaultRecord) -> str:
    """A default whose message has nothing to show yet."""
    shown = f"{record.shown} stays" if record.shown else "nothing is shown"
    return f"{record}: its message has nothing approved yet; until then {shown}"


def nobodys_line(record: DefaultRecord, identifier: str) -> str:
    """A plan in which no message of the program has what a default shows, as after a rename without an alias."""
    return (
        f"{record}: no message of the program has {identifier}, which is shown; "
        "after a rename or a move give message and default their aliases before pulumi up: aliases=['<former URN>']; "
        "what somebody else set is only taken over with adopt=True"
    )


def shown_line(record: MessageRecord, identifier: str, pair: str) -> str:
    """A message that leaves its record while a default shows it."""
    return (
        f"{record}: {identifier} was not deleted while {pair} showed it; delete it by hand when nothing shows it; "
        f"a rename or a move keeps it where the new resource has aliases=[{record.owner!r}]"
    )


def taken_over_line(record: DefaultRecord | UrlRecord) -> str:
    """A default, or a realtime URL, that Apple had already as it is wanted, and that this resource did not set."""
    return (
        f"{record}: Apple had it already as it is wanted; if another resource or stack has it, too, "
        "remove it there with pulumi state delete, for it takes it away when it goes"
    )


def retained_line(record: MessageRecord, left: Iterable[str]) -> str:
    """Earlier messages that were to be retained, of a message that is deleted."""
    return (
        f"{record}: {', '.join(left)} was not deleted, because retain_on_delete was set when it was superseded; "
        "delete it by hand if nothing shows it"
    )


def wanted_line(record: MessageRecord, identifier: str) -> str:
    """A message that leaves its record while a default of the program is given it by its identifier."""
    return (
        f"{record}: {identifier} was not deleted, because a default of the program names it; "
        "delete it by hand when nothing shows it"
    )


def found_line(record: Upload, identifier: str) -> str:
    """An upload that was found under a name like ours, and that nothing tells to be ours."""
    return (
        f"{record}: {identifier} was not deleted with it, because nothing records that this resource uploaded it; "
        "delete it by hand if no default shows it and no other stack has it"
    )


def unsure_line(record: Upload, identifier: str) -> str:
    """The same, where this run has not seen every message of the program, one of which may have it."""
    return (
        f"{record}: {identifier} was not deleted, because a message that this run has not seen yet may have it; "
        "pulumi refresh looks for it again"
    )


def forgotten_line(record: MessageRecord, left: Iterable[str]) -> str:
    """A message that somebody else deleted, whose record goes in a refresh with what it accounts for."""
    return (
        f"{record} is no longer at Apple and leaves the state; what it superseded was not deleted by this refresh: "
        f"{', '.join(left)}; run pulumi up, then delete by hand what nothing shows or uses"
    )


def in_use_line(identifier: str, title: str) -> str:
    """An image that Apple would not delete."""
    return f"{title}: the image {identifier} was not deleted while a message at Apple used it"


def after_all_line(identifier: str, title: str) -> str:
    """What was not deleted while something used or showed it, and was a moment later."""
    return f"{title}: {identifier} was deleted after all"


def replaced_first_line(record: DefaultRecord) -> str:
    """A default that Pulumi deletes before what replaces it is there, if anything does."""
    return f"{record}: {record.shown} was not deleted before its replacement; if there is none, delete it by hand"


def default_left_out_line(record: DefaultRecord, there: str) -> str:
    """A default whose resource leaves the program, which has another one for the same customers."""
    return (
        f"{record}: {there} was not deleted, because the program has another default for it that this run leaves out; "
        "run pulumi up without --exclude and --target"
    )


def elsewhere_line(record: Upload | DefaultRecord | UrlRecord, left: Iterable[str]) -> str:
    """What a forced replacement in another app or environment would take away from the one it leaves."""
    return (
        f"{record}: {', '.join(left)} in {record.location} was not deleted, because the program has this resource "
        "elsewhere now; set environment, bundleId and baseUrl back and run pulumi up --replace, or delete it by hand"
    )


def other_environment_line(record: Upload | DefaultRecord | UrlRecord, left: Iterable[str]) -> str:
    """What leaves a program that is of another environment now, in the same run."""
    return (
        f"{record}: {', '.join(left)} in {record.location} was not deleted, because the program left it in a run for "
        "another environment; delete it by hand if nothing shows or uses it"
    )


def provider_replaced_line(record: Upload | DefaultRecord | UrlRecord, left: Iterable[str]) -> str:
    """What goes in a run that replaces the provider, too, so that another process has seen the program."""
    return (
        f"{record}: {', '.join(left)} was not deleted, because Pulumi replaced its provider in the same run, as "
        "--replace '**' does; delete it by hand if nothing shows or uses it"
    )


def left_out_line(record: DefaultRecord, apples: RateLimited) -> str:
    """A default that a refresh does not look at, because Apple allows no more requests an hour."""
    when = f" after {local_time(apples.retry_at)}" if apples.retry_at else " in an hour"
    return (
        f"{record} was not looked at, because Apple's rate limit is reached; run pulumi refresh again{when}, which "
        "looks at it first"
    )


def looked_at_before_line() -> str:
    """The defaults that are not looked at for those that an earlier refresh did not look at."""
    return (
        "the refresh before this one left some defaults out for Apple's rate limit; this one looked at those, and not "
        "at the others; run pulumi refresh again to look at them"
    )


def not_configured_line(record: DefaultRecord | UrlRecord, there: str) -> str:
    """A default, or a realtime URL, that is not what its resource configured."""
    return f"{record}: {there} was not configured by this resource, and was not deleted"


def not_swept_line(record: Upload, error: RequestFailed) -> str:
    """What an interrupted run left, and a request failed that was to delete it."""
    return f"{record}: what an interrupted run left goes in the next pulumi up; {error.what}"


def shared_line(record: Upload, identifier: str) -> str:
    """A message that is at Apple under the name of one that goes, in a command without a program."""
    return (
        f"{record}: {identifier} was not deleted with it, because another resource may have it, which had this name "
        "once; run retention-messaging prune, which tells what no stack has"
    )


UNACCOUNTED = {Reason.FOUND: found_line, Reason.UNSURE: unsure_line, Reason.SHARED: shared_line}
"""What names an upload that stays because nothing tells that it is ours, by the reason."""
