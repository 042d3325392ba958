"""What went wrong, as the one line that a user sees of it."""

from pathlib import Path
from traceback import extract_tb

from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.resources.handler import EXPECTED


def sentence_of(error: Exception) -> str:
    """
    One line: what happened; what to do next.

    Of what nobody expected it names the kind and the place only: its text may quote a secret.
    """
    if isinstance(error, EXPECTED):
        return one_line(str(error))
    place = extract_tb(error.__traceback__)[-1]
    return (
        f"a fault in this program ({type(error).__name__} in {Path(place.filename).name}, line {place.lineno}); "
        "report this line, with what `retention-messaging --version` prints, to the maintainers of the package"
    )
