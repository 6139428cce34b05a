"""The generated past fits the public totals to the penny, and the figures say so from events."""

from pathlib import Path

from local.generate_history import write


def test_the_generator_writes_the_files_that_are_shipped(tmp_path: Path) -> None:
    for path in write(tmp_path):
        assert path.read_bytes() == (Path("local/history") / path.name).read_bytes(), path.name
