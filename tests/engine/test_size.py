"""The stand-in engine stays small enough to be read."""

import ast
import tokenize
from pathlib import Path

# These serve the Pulumi CLI as much as the stand-in.
NO_PART_OF_IT = {"engines.py", "found.py", "workspace.py", "install.py", "record.py"}
# A hundred and fifty of them for --target, --exclude, taints and `refresh --run-program`: what users reach for when
# something has gone wrong, and where it matters most what is deleted.
LIMIT = 1150
NO_CODE = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def test_the_stand_in_engine_is_small() -> None:
    """The stand-in engine stays under its limit of lines of code."""
    files = [file for file in Path(__file__).parent.glob("*.py") if not file.name.startswith("test_")]

    lines = {file.name: lines_of_code(file) for file in files if file.name not in NO_PART_OF_IT}

    assert sum(lines.values()) < LIMIT, lines


def lines_of_code(file: Path) -> int:
    """The lines that hold any Python but comments and docstrings: blank lines do not count, closing brackets do."""
    with file.open("rb") as source:
        tokens = [token for token in tokenize.tokenize(source.readline) if token.type not in NO_CODE]
    held = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    return len(held - docstring_lines(file))


def docstring_lines(file: Path) -> set[int]:
    texts = [each for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.Expr)]
    docstrings = [each for each in texts if isinstance(each.value, ast.Constant)]
    return {line for each in docstrings for line in range(each.lineno, (each.end_lineno or each.lineno) + 1)}
