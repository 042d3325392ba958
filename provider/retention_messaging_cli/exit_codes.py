"""What an exit code means, in every command."""

from enum import IntEnum
from typing import Self


class Exit(IntEnum):
    """The exit codes; `sentence` is what help says of one."""

    OK = 0, "done, and nothing needs you"
    NEEDS_YOU = 1, "something needs you: a check failed, or Apple rejected something"
    WAITING = 2, "something waits for Apple's review"
    FAILED = 3, "the command could not do its work: one line on stderr says why, and what to do next"
    USAGE = 4, "the command line is wrong: one line on stderr says how"
    INTERRUPTED = 130, "interrupted with Ctrl-C"

    sentence: str

    def __new__(cls, code: int, sentence: str) -> Self:
        """A number with its sentence."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member


ALWAYS = (Exit.FAILED, Exit.USAGE, Exit.INTERRUPTED)
"""Those that every command has."""
