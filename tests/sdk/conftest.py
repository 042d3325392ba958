import logging
from pathlib import Path

import pytest
from PIL import Image

from retention_messaging_provider.settings import KEYS, environment_variable


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's folder, with a picture in it; the settings in the tester's environment have no say."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # as Pulumi does: outputs of what failed await nobody
    monkeypatch.chdir(tmp_path)
    for key in KEYS:
        monkeypatch.delenv(environment_variable(key), raising=False)
    Image.new("RGB", (12, 9), "teal").save(tmp_path / "picture.png")
    return tmp_path
