"""Pictures of a test go into a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crowdfund_kent.settings import get_settings


@pytest.fixture(autouse=True)
def storage_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test's files are."""
    folder = tmp_path / "storage"
    monkeypatch.setenv("CROWDFUND_KENT_STORAGE_FOLDER", str(folder))
    get_settings.cache_clear()
    yield folder
    monkeypatch.undo()
    get_settings.cache_clear()
