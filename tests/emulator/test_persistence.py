from pathlib import Path

from emulator.samples import BULLET, MESSAGE, bullet_point, identifier, message
from retention_messaging_emulator import Emulator


def test_a_database_file_outlives_the_emulator(tmp_path: Path) -> None:
    """Everything in a database file is there for the next emulator."""
    first = Emulator(tmp_path / "emulator.sqlite")
    first.sandbox.upload_image(identifier(1), BULLET, "BULLET_POINT")
    first.sandbox.upload_message(identifier(2), message(bulletPoints=[bullet_point()]))
    first.sandbox.configure_default_message("monthly", "en-US", {"messageIdentifier": identifier(2)})
    first.performance_test(passed=True)
    first.production.configure_realtime_url({"realtimeURL": "https://retention.example.com"})
    before = first.inventory()
    first.close()

    second = Emulator(tmp_path / "emulator.sqlite")

    assert second.inventory() == before
    assert second.sandbox.image_file(identifier(1)) == BULLET


def test_an_emulator_in_memory_begins_with_nothing() -> None:
    """An emulator in memory starts empty."""
    Emulator().sandbox.upload_message(identifier(), MESSAGE)

    assert Emulator().inventory() == []
