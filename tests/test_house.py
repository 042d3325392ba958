"""How the house is built: who may know whom, and what is in no file."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PROVIDER, EMULATOR, SDK = "retention_messaging_provider", "retention_messaging_emulator", "pulumi_retention_messaging"

KNOWS = {
    SDK: {
        f"{PROVIDER}.api",
        f"{PROVIDER}.dynamic",
        f"{PROVIDER}.png",
        f"{PROVIDER}.rules",
        f"{PROVIDER}.settings",
        "pulumi",
    },
    f"{PROVIDER}.dynamic": {
        f"{PROVIDER}.api",
        f"{PROVIDER}.png",
        f"{PROVIDER}.resources",
        f"{PROVIDER}.rules",
        f"{PROVIDER}.settings",
        "pulumi",
    },
    f"{PROVIDER}.resources": {
        f"{PROVIDER}.api",
        f"{PROVIDER}.png",
        f"{PROVIDER}.rules",
        f"{PROVIDER}.settings",
        "httpx",
    },
    f"{PROVIDER}.settings": {f"{PROVIDER}.api", f"{PROVIDER}.rules"},
    f"{PROVIDER}.rules": {"regex"},
    f"{PROVIDER}.png": {"PIL"},
    f"{PROVIDER}.api": {"cryptography", "httpx", "jwt", "tenacity"},
    PROVIDER: set(),
    EMULATOR: {"PIL", "cheroot", "cryptography", "flask", "h11", "httpx", "jwt", "regex"},
}
"""Every part of the house, from the top down → all that it imports beside itself and the standard library."""


MODULES = {
    ".".join(file.relative_to(root).with_suffix("").parts): file
    for root in (HOUSE / "provider", HOUSE / "sdk")
    for file in sorted(root.rglob("*.py"))
}


LONGEST = 300
SOMEBODYS_PLACE = re.compile(r"(?<![\w.~<}-])/(?:home|root|Users|tmp|work|opt|mnt|private)/[\w.-]+")
TEXTS = {".cfg", ".json", ".md", ".py", ".toml", ".txt", ".yaml", ".yml", ""}


def texts() -> Iterator[Path]:
    """Every text file of the project."""
    listed = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    yield from (HOUSE / name for name in listed.splitlines() if Path(name).suffix in TEXTS)


def part_of(module: str) -> str:
    """The part that a module belongs to; of what is not ours, the package."""
    ours = (part for part in KNOWS if module == part or module.startswith(f"{part}."))
    return next(ours, module.partition(".")[0])


def imported(source: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; not those that it names relative to itself."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("part", KNOWS)
def test_imports_point_one_way(part: str) -> None:
    files = [file for module, file in MODULES.items() if part_of(module) == part]

    known = {part_of(module) for file in files for module in imported(file)}

    assert known - sys.stdlib_module_names - {part} == KNOWS[part]


@pytest.mark.parametrize(
    ("package", "left_alone"),
    [
        (SDK, {"PIL", "flask", "cheroot", EMULATOR}),
        (f"{PROVIDER}.dynamic", {"PIL", "flask", "cheroot", EMULATOR, SDK}),
        (f"{PROVIDER}.resources.message", {"pulumi", "PIL", SDK}),
        (EMULATOR, {"pulumi", PROVIDER, SDK}),
    ],
)
def test_an_import_loads_nothing_that_is_not_needed(package: str, left_alone: set[str]) -> None:
    program = f"import sys, {package}; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert left_alone.isdisjoint(loaded)
    assert package in loaded


def test_a_file_is_one_thought() -> None:
    lengths = {module: len(file.read_text().splitlines()) for module, file in MODULES.items()}

    assert {module: length for module, length in lengths.items() if length > LONGEST} == {}


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    named = [
        f"{file.relative_to(HOUSE)}: {place}" for file in texts() for place in SOMEBODYS_PLACE.findall(file.read_text())
    ]

    assert named == []
