"""A resource that the program has in another app or environment than the one it was recorded in."""

from collections.abc import Iterable

from retention_messaging_provider.resources import lines
from retention_messaging_provider.resources.records import DefaultRecord, Upload, UrlRecord
from retention_messaging_provider.resources.run import Run


def is_left_behind(run: Run, record: Upload | DefaultRecord | UrlRecord, identifiers: Iterable[str]) -> bool:
    """
    Whether a record that goes leaves Apple as it is, with a line that names what is left.

    `check` refuses another app or environment, but for a forced replacement, of which it is not told what there was.
    """
    home, environment = run.ledger.home_of(record.owner), run.settings.environment
    is_moved = home is not None and home != record.location
    is_of_another_environment = run.ledger.has_program() and environment not in (None, record.location.environment)
    if is_moved or is_of_another_environment:
        run.report(lines.elsewhere_line(record, identifiers))
        return True
    return False
