import ast
from pathlib import Path

import retention_messaging_emulator

SOURCES = sorted(Path(retention_messaging_emulator.__file__).parent.glob("*.py"))


def test_the_emulator_knows_nothing_of_the_provider() -> None:
    """The emulator imports neither the provider nor Pulumi."""
    nodes = [node for source in SOURCES for node in ast.walk(ast.parse(source.read_text()))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names} | {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module
    }

    assert "cheroot" in imported
    assert not {name for name in imported if name.startswith(("retention_messaging_provider", "pulumi"))}


def test_what_is_public_is_sorted() -> None:
    """`__all__` of the emulator is sorted."""
    assert retention_messaging_emulator.__all__ == sorted(retention_messaging_emulator.__all__)
