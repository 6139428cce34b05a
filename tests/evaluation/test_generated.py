"""The generated past fits the public totals to the penny, and the figures say so from events."""

from datetime import date
from pathlib import Path

from evaluation.figures import figures_as_at
from evaluation.history import import_history
from local.generate_history import BACKERS, write


def test_the_generator_writes_the_files_that_are_shipped(tmp_path: Path) -> None:
    for path in write(tmp_path):
        assert path.read_bytes() == (Path("local/history") / path.name).read_bytes(), path.name


async def test_the_totals_of_both_days(pilot: list[Path]) -> None:
    summary = await import_history(pilot)
    assert summary.projects == 90
    early = await figures_as_at(date(2021, 6, 24))
    assert (early.projects, early.match_pledged_pence, early.project_value_pence) == (28, 13_000_000, 55_000_000)
    assert early.leverage_bp == 42_308
    late = await figures_as_at(date(2023, 6, 13))
    assert late.projects == 60
    assert late.project_value_pence > 110_000_000
    assert late.backers == BACKERS
    assert 4_900 <= late.backers <= 5_000
    assert all(one.projects > 0 for one in late.by_district)
    assert late.match_released_pence > 0
    assert late.success_rate_bp is not None
    assert 5_000 < late.success_rate_bp < 9_000
    assert late.generated
    assert next(iter(late.as_json())) == "generated"
