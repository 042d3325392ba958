"""A resource that this run deletes without having seen what the program has of it now: what it left stays at Apple."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from retention_messaging_provider.api import ApiError
from retention_messaging_provider.resources import lines
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.records import DefaultRecord, Upload, UrlRecord
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.settings import SettingsError

Gone = Upload | DefaultRecord | UrlRecord


def is_left_behind(run: Run, record: Gone, left: Mapping[Ref, str]) -> bool:
    """
    Whether a record that goes leaves Apple as it is: what it has there, by the words that a line names it with.

    That is so in forced replacements: into another app or environment, which `check` cannot refuse, because it is not
    told what there was; and where the provider is replaced, too, because another process has seen the program then.
    """
    line = _elsewhere_line(run, record)
    if line:
        run.report(line(record, left.values()))
        return True
    if run.processes is None or not run.processes.has_other():
        return False
    if run.ledger.has_program() and not run.processes.is_claimed(record.ref):
        return False
    nobodys = [words for ref, words in left.items() if not run.processes.is_claimed(ref) and _is_there(run, ref)]
    if nobodys:
        run.report(lines.provider_replaced_line(record, nobodys))
    return True


def _elsewhere_line(run: Run, record: Gone) -> Callable[[Gone, Iterable[str]], str] | None:
    """What tells that the program is of another app or environment than a record; None where it is not."""
    home, environment = run.ledger.home_of(record.owner), run.settings.environment
    if home not in (None, record.location):
        return lines.elsewhere_line
    if run.ledger.has_program() and environment not in (None, record.location.environment):
        return lines.elsewhere_line if home else lines.other_environment_line
    return None


def _is_there(run: Run, ref: Ref) -> bool:
    """Whether an upload is at Apple still, as far as Apple tells: the other process may have deleted it."""
    with suppress(ApiError, SettingsError):
        return ref.kind not in (MESSAGE, IMAGE) or run.apple.fetch_state(ref) is not None
    return True
