"""What a report asks, by amount; days; when a cost has to be explained."""

from datetime import date

import pytest

from crowdfund_kent.states import states_of
from projects.asked import Level
from projects.reports.kinds import ReportKind
from projects.reports.rules import (
    Given,
    Limits,
    Line,
    interim_on,
    is_overdue,
    level_of,
    missing,
    more_time_problem,
    needs_reason,
    needs_receipt,
    other_problem,
    questions,
    spent_pence,
)
from projects.reports.states import MORE_TIME, REPORT, MoreTime, Report

LIMITS = Limits()
LINES = [Line(0, "Steel", 60_000, 60_000), Line(1, "Tea", 5_000, 5_000), Line(2, "Unplanned", 0, 0, is_extra=True)]
COSTS = ["cost-0", "receipts-0", "cost-1", "cost-2"]


def test_every_status_is_in_its_table() -> None:
    assert states_of(REPORT) == set(Report)
    assert states_of(MORE_TIME) == set(MoreTime)


@pytest.mark.parametrize(
    ("kind", "public_pence", "keys"),
    [
        ("final", 0, ["what", "total", "pictures"]),
        ("final", 100_000, ["what", "total", "pictures"]),
        ("final", 100_001, ["what", *COSTS, "people", "hours", "pictures"]),
        ("final", 500_000, ["what", *COSTS, "people", "hours", "pictures"]),
        (
            "final",
            500_001,
            [
                "what", "cost-0", "receipts-0", "cost-1", "receipts-1", "cost-2", "people", "hours", "learnt", "pictures"
            ],
        ),
        ("interim", 100_000, ["what", "total"]),
        ("interim", 500_000, ["what", *COSTS]),
        ("interim", 500_001, ["what", "cost-0", "receipts-0", "cost-1", "receipts-1", "cost-2"]),
    ],
)  # fmt: skip
def test_what_is_asked_grows_with_the_public_money(kind: str, public_pence: int, keys: list[str]) -> None:
    asked = questions(ReportKind(kind), level_of(public_pence, LIMITS), LINES, Given(), LIMITS)
    assert [one.key for one in asked] == keys


def test_pictures_are_needed_only_above_the_second_level() -> None:
    for level, needed in ((Level.SMALL, False), (Level.MIDDLE, False), (Level.WHOLE, True)):
        asked = questions(ReportKind.FINAL, level, [], Given(), LIMITS)
        assert ("pictures" in {one.key for one in missing(asked)}) is needed


def test_money_from_elsewhere_is_asked_about_where_there_was_some() -> None:
    asked = questions(ReportKind.FINAL, Level.SMALL, [], Given(other_funding_pence=1), LIMITS)
    assert [one.key for one in asked] == ["what", "total", "other", "pictures"]
    assert spent_pence(Level.MIDDLE, LINES, Given(other_pence=5_001)) == 59_999
    assert spent_pence(Level.SMALL, [], Given(total_pence=900, other_pence=1_000)) == 0
    assert other_problem(65_001, Level.MIDDLE, LINES, Given())
    assert other_problem(65_000, Level.MIDDLE, LINES, Given()) is None


@pytest.mark.parametrize(
    ("planned", "spent", "extra", "needed"),
    [
        (60_000, None, False, False),
        (60_000, 66_000, False, False),  # 10%, exactly
        (60_000, 66_001, False, True),
        (60_000, 53_999, False, True),
        (10_000, 15_000, False, False),  # half more, and £50 exactly
        (10_000, 15_001, False, True),
        (0, 0, True, False),
        (0, 1, True, True),  # what nobody planned is always explained
    ],
)
def test_a_cost_that_differs_has_a_reason(planned: int, spent: int | None, extra: bool, needed: bool) -> None:
    assert needs_reason(Line(0, "Steel", planned, spent, is_extra=extra), LIMITS) is needed


@pytest.mark.parametrize(
    ("level", "spent", "needed"),
    [
        (Level.SMALL, 90_000, False),
        (Level.MIDDLE, 9_999, False),
        (Level.MIDDLE, 10_000, True),
        (Level.WHOLE, 1, True),
        (Level.WHOLE, 0, False),
        (Level.WHOLE, None, False),
    ],
)
def test_receipts_are_asked_by_amount(level: Level, spent: int | None, needed: bool) -> None:
    assert needs_receipt(Line(0, "Steel", 60_000, spent), level, LIMITS) is needed


def test_days() -> None:
    settled = date(2021, 8, 31)
    assert interim_on(settled, date(2022, 2, 28), Level.WHOLE, LIMITS) is None
    assert interim_on(settled, date(2022, 3, 1), Level.WHOLE, LIMITS) == date(2022, 2, 28)
    assert interim_on(settled, date(2022, 8, 31), Level.SMALL, LIMITS) is None
    due = date(2022, 5, 20)
    assert [is_overdue(due, date(2022, 6, day), LIMITS) for day in (3, 4)] == [False, True]
    assert more_time_problem(due, due, date(2022, 5, 1), LIMITS)
    assert more_time_problem(date(2022, 7, 19), due, date(2022, 5, 1), LIMITS) is None
    assert "19 July" in str(more_time_problem(date(2022, 7, 20), due, date(2022, 5, 1), LIMITS))
