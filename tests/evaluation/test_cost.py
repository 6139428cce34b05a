"""What it costs to run: officers' hours at their cost and what the books bear, for each project and each £1 of match."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from crowdfund_kent import chart, ledger
from crowdfund_kent.clock import day_begins, real_now
from evaluation import services
from evaluation.history import import_history
from evaluation.indicators import Results, measured
from evaluation.kinds import WorkKind
from evaluation.scope import Records, Scope
from payments.accounts import CARD_COSTS, LOSSES
from tests.evaluation.test_history import PLEDGES, PROJECT, files
from tests.projects import make

DAY = date(2021, 5, 15)


async def costs(scope: Scope) -> tuple[Results, list[int | None]]:
    found = await measured(scope)
    return found, [
        found.of(key).value for key in ("officer_time", "cost_of_running", "cost_per_project", "cost_per_pound")
    ]


@pytest.fixture
async def spent(pilot: list[Path], tmp_path: Path) -> None:
    """A project with £500 of match; ten hours at £25 and twenty minutes at £12.50; £12.34 of card costs, £5.66 lost."""
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    officer = await make.officer()
    await services.enter_hours(date(2021, 4, 1), WorkKind.PANEL, 600, 2_500, officer)
    await services.enter_hours(date(2021, 5, 1), WorkKind.CHECKING, 20, 1_250, officer)
    await services.enter_hours(date(2021, 6, 1), WorkKind.CHECKING, 6_000, 2_500, officer)
    for account, pence, day in ((CARD_COSTS, 1_234, 20), (LOSSES, 566, 21)):
        at = day_begins(date(2021, 4, day))
        await ledger.post("cost of a test", f"test:{day}", [(account, pence), ("platform", -pence)], at)
    at = day_begins(DAY + timedelta(days=1))
    await ledger.post("cost of a test", "test:later", [(CARD_COSTS, 99_900), ("platform", -99_900)], at)


async def test_hours_fees_and_losses_of_that_day_for_each_project_and_pound(spent: None) -> None:
    found, told = await costs(Scope.of(DAY, records=Records.REAL))
    cost = 25_000 + 417 + 1_234 + 566  # twenty minutes of £12.50 are £4.17
    assert told == [620, cost, cost, 5_443]
    parts = {part.name: part.value for part in found.of("cost_of_running").parts["cost"]}
    assert parts == {"Officers' hours": 25_417, "Card costs of the programme": 1_234, "Losses of the programme": 566}
    assert sum(part.value or 0 for part in found.of("officer_time").parts["kind of work"]) == 620


async def test_hours_that_are_entered_anew_change_what_is_known_now_alone(spent: None) -> None:
    before = real_now()
    await services.enter_hours(date(2021, 4, 1), WorkKind.PANEL, 1_200, 2_500, await make.officer())
    assert (await costs(Scope.of(DAY, records=Records.REAL)))[1][0] == 1_220
    assert (await costs(Scope(DAY, before, Records.REAL)))[1][0] == 620


async def test_of_generated_records_and_without_hours_no_cost_is_told(pilot: list[Path], tmp_path: Path) -> None:
    await import_history(files(tmp_path, [PROJECT], PLEDGES))
    for records in Records:
        assert (await costs(Scope.of(DAY, records=records)))[1] == [None] * 4


async def test_a_process_that_knows_no_accounts_tells_no_cost(spent: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "_composed", [])
    with pytest.raises(LookupError, match="was not put together"):
        await measured(Scope.of(DAY, records=Records.REAL))
