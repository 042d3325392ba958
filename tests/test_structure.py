"""How the project is built: which package may import which, how tests are named, and what is in no file."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
PROVIDER, EMULATOR, SDK = "retention_messaging_provider", "retention_messaging_emulator", "pulumi_retention_messaging"
CLI = "retention_messaging_cli"

IMPORTS = {
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
        "psutil",
    },
    f"{PROVIDER}.settings": {
        f"{PROVIDER}.api",
        f"{PROVIDER}.remedies",
        f"{PROVIDER}.rules",
        f"{PROVIDER}.setting_flaws",
    },
    f"{PROVIDER}.setting_flaws": {f"{PROVIDER}.api", f"{PROVIDER}.rules"},
    f"{PROVIDER}.rules": {f"{PROVIDER}.remedies", f"{PROVIDER}.texts"},
    f"{PROVIDER}.remedies": set(),
    f"{PROVIDER}.texts": {"regex"},
    f"{PROVIDER}.png": {"PIL"},
    f"{PROVIDER}.api": {"cryptography", "httpcore", "httpx", "jwt", "tenacity"},
    PROVIDER: set(),
    CLI: {
        EMULATOR,
        f"{PROVIDER}.api",
        f"{PROVIDER}.dynamic",
        f"{PROVIDER}.png",
        f"{PROVIDER}.remedies",
        f"{PROVIDER}.resources",
        f"{PROVIDER}.rules",
        f"{PROVIDER}.settings",
        f"{PROVIDER}.texts",
        "PIL",
        "click",
        "httpx",
        "jinja2",
        "packaging",
        "pulumi",
        "regex",
        "rich",
        "yaml",
    },
    EMULATOR: {"PIL", "cryptography", "flask", "h11", "httpx", "jwt", "msgspec", "regex", "waitress"},
}
"""Every package, from the top down → all that it imports beside itself and the standard library."""


MODULES = {
    ".".join(file.relative_to(root).with_suffix("").parts): file
    for root in (CHECKOUT / "provider", CHECKOUT / "sdk")
    for file in sorted(root.rglob("*.py"))
}


LONGEST_MODULE = 300
MACHINE_PATH = re.compile(r"(?<![\w.~<}-])/(?:home|root|Users|tmp|work|opt|mnt|private)/[\w.-]+")
LONGEST_NAME = 60
TEXTS = {".cfg", ".json", ".md", ".py", ".toml", ".txt", ".yaml", ".yml", ""}


def texts() -> Iterator[Path]:
    """Every text file of the project."""
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    yield from (CHECKOUT / name for name in listed.splitlines() if Path(name).suffix in TEXTS)


def package_of(module: str) -> str:
    """The package of `IMPORTS` that a module belongs to; of what is not ours, its first name."""
    ours = (package for package in IMPORTS if module == package or module.startswith(f"{package}."))
    return next(ours, module.partition(".")[0])


def imported(source: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; not those that it names relative to itself."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_tests(source: Path) -> Iterator[ast.FunctionDef]:
    """Every test function of a file."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node


def is_sentence(docstring: str | None) -> bool:
    """Whether there is a docstring, on one line, that ends as a sentence does."""
    return docstring is not None and "\n" not in docstring and docstring.endswith(".")


@pytest.mark.parametrize("package", IMPORTS)
def test_imports_point_one_way(package: str) -> None:
    """A package imports exactly what its row names."""
    files = [file for module, file in MODULES.items() if package_of(module) == package]

    found = {package_of(module) for file in files for module in imported(file)}

    assert found - sys.stdlib_module_names - {package} == IMPORTS[package]


def room_of(module: str) -> str:
    """The folder right below a top package that a module is in, or the module, if it lies there itself."""
    return ".".join(module.split(".")[:2])


@pytest.mark.parametrize("package", [SDK, PROVIDER, EMULATOR, CLI])
@pytest.mark.parametrize("place", [str, room_of], ids=["modules", "folders"])
def test_there_is_no_circle_of_imports(package: str, place: Callable[[str], str]) -> None:
    """Inside a package no module, and no folder, is imported by what it imports."""
    arrows: dict[str, set[str]] = defaultdict(set)
    for module, file in MODULES.items():
        if module.startswith(f"{package}.") and not module.endswith("__init__"):
            inside = {each if each in MODULES else each.rpartition(".")[0] for each in imported(file)} & MODULES.keys()
            arrows[place(module)] |= {place(each) for each in inside} - {place(module)}

    order = list(TopologicalSorter(arrows).static_order())

    assert len(order) > 5


SLOW = {
    "PIL",
    "cryptography",
    "flask",
    "httpcore",
    "httpx",
    "jinja2",
    "jwt",
    "regex",
    "tenacity",
    "waitress",
}
"""What takes its time to import, and many a command of Pulumi's has no need of."""


@pytest.mark.parametrize(
    ("package", "left_alone"),
    [
        (SDK, {*SLOW, EMULATOR, f"{PROVIDER}.resources"}),
        (f"{PROVIDER}.dynamic", {*SLOW, EMULATOR, SDK}),
        (f"{PROVIDER}.resources.message", {*SLOW, "pulumi", SDK}),
        (EMULATOR, {"pulumi", PROVIDER, SDK}),
        (f"{CLI}.__main__", {*SLOW, "pulumi", "rich", EMULATOR, SDK}),
    ],
)
def test_an_import_loads_nothing_that_is_not_needed(package: str, left_alone: set[str]) -> None:
    """An import of one package loads none of those that it works without."""
    program = f"import sys, {package}; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert left_alone.isdisjoint(loaded)
    assert package in loaded


def test_a_module_has_at_most_300_lines() -> None:
    """A module of the provider, the emulator or the SDK has at most 300 lines."""
    lengths = {module: len(file.read_text().splitlines()) for module, file in MODULES.items()}

    assert {module: length for module, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_file_contains_a_path_of_one_machine() -> None:
    """No text file of the project contains an absolute path of one machine."""
    found = [
        f"{file.relative_to(CHECKOUT)}: {path}" for file in texts() for path in MACHINE_PATH.findall(file.read_text())
    ]

    assert found == []


def test_a_test_has_a_short_name_and_a_sentence() -> None:
    """The name of a test has at most 60 characters, and its docstring is one sentence on one line."""
    wrong = [
        f"{file.relative_to(CHECKOUT)}: {test.name}"
        for file in sorted((CHECKOUT / "tests").rglob("test_*.py"))
        for test in find_tests(file)
        if len(test.name) > LONGEST_NAME or not is_sentence(ast.get_docstring(test))
    ]

    assert wrong == []
