"""Where the console is found; what draws it is imported when it is asked for, so that no start waits for it."""

from collections.abc import Callable
from importlib import import_module

from flask import Blueprint, Response

from retention_messaging_emulator.web.control_routes import Controlled


def create_console(controlled: Controlled) -> Blueprint:
    """The console, to be registered on the control routes, which guard it."""
    console = Blueprint("console", __name__, static_folder="static", template_folder="templates")
    console.add_url_rule("/", "page", _drawn_by("page", controlled))
    console.add_url_rule("/console/changes", "changes", _drawn_by("changes", controlled))
    console.add_url_rule("/console/<name>", "act", _drawn_by("act", controlled), methods=["POST"])
    return console


def _drawn_by(view: str, controlled: Controlled) -> Callable[..., Response]:
    def drawn(**named: str) -> Response:
        answer: Response = getattr(import_module(f"{__package__}.pages"), view)(controlled, **named)
        return answer

    return drawn
