"""Asks Apple about an app: one list of each kind, the URL, and each pair once."""

from collections.abc import Collection

from retention_messaging_cli.progress import progress
from retention_messaging_provider.resources.apple import LISTS, UNKNOWN_PAIR
from retention_messaging_provider.resources.facts import Answers
from retention_messaging_provider.resources.known import View
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.run import Run


class Look:
    """
    Asks about one app.

    named: the products and locales that the user names, which Apple has to know; what a state has may have left sale
    requests: how many were made, not counting what is asked again after a failure or a wait
    """

    def __init__(self, run: Run, location: Location, named: Collection[str] = ()) -> None:
        self.run = run
        self.location = location
        self._named = named
        self.requests = 0

    def fetch_lists(self) -> View:
        """Every message and image with its state; None for any other. No pair is asked about."""
        with progress("Asking Apple for its lists"):
            client = self.run.apple.client(self.location)
            messages, images = (_all(LISTS[kind](client)) for kind in (MESSAGE, IMAGE))
        self.requests += 2
        return View(messages, images, {})

    def fetch_shown(self, pairs: Collection[str]) -> dict[str, str]:
        """
        Pair → the message that its customers are shown, "" for none.

        Raises InvalidRequest for a product or locale that the user names and Apple does not know: that one is
        misspelt is no evidence that it shows nothing.
        """
        shown = {}
        with progress("Asking Apple what is shown", total=len(pairs)) as advance:
            for pair in pairs:
                parts = pair.rsplit("/", 1)
                nothing = [code for code, part in zip(UNKNOWN_PAIR, parts, strict=True) if part not in self._named]
                shown[pair] = self.run.apple.fetch_default(self.location, pair, nothing)
                self.requests += 1
                advance()
        return shown

    def fetch_url(self) -> str | None:
        """The realtime URL, or None."""
        self.requests += 1
        return self.run.apple.fetch_url(self.location)


def _all(listed: dict[str, str]) -> dict[str, str | None]:
    """A whole list: what is not in it is not at Apple."""
    answers: Answers[str | None] = Answers(lambda _: None)
    answers.update(listed)
    return answers
