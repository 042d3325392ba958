"""What went wrong, as the one line that a user sees of it."""

import errno
from pathlib import Path
from traceback import extract_tb

from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.resources.handler import EXPECTED


def is_full(error: Exception) -> bool:
    """Whether it says that there is no room for what is written."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def sentence_of(error: Exception) -> str:
    """
    One line: what happened; what to do next.

    Of what nobody expected it names the kind and the place only: its text may quote a secret.
    """
    if isinstance(error, EXPECTED):
        return one_line(str(error))
    if isinstance(error, OSError) and is_full(error):
        return f"{error.filename or 'the output'} cannot be written ({error.strerror}); make room, then run again"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used ({error.strerror}); correct that, or name another, then run again"
    place = extract_tb(error.__traceback__)[-1]
    return (
        f"a fault in this program ({type(error).__name__} in {Path(place.filename).name}, line {place.lineno}); "
        "report this line, with what `retention-messaging --version` prints, to the maintainers of the package"
    )
