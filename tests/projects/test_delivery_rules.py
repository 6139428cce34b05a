"""When a funded project is to begin, finish and report; every state of it is in its table."""

from datetime import date

import pytest

from crowdfund_kent.states import states_of
from projects.delivery_rules import Days, Lengths, days_of, is_late, later_finish_problem, months_after
from projects.states import DELIVERY, HAND_OVER, TURN, Delivery, HandOver, Turn

LENGTHS = Lengths(3, 12, 60)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2021, 12, 15), 1, date(2022, 1, 15)),
        (date(2021, 6, 1), 12, date(2022, 6, 1)),
        (date(2021, 10, 31), 6, date(2022, 4, 30)),
    ],
)
def test_months_after_a_day(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_the_days_follow_from_the_settlement() -> None:
    assert days_of(date(2021, 5, 10), LENGTHS) == Days(date(2021, 8, 10), date(2022, 5, 10), date(2022, 7, 9))


@pytest.mark.parametrize(("today", "late"), [(10, False), (24, False), (25, True)])
def test_late_after_fair_notice_only(today: int, late: bool) -> None:
    assert is_late(date(2021, 8, 10), date(2021, 8, today)) is late


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (date(2021, 8, 10), "Enter a day in the future"),
        (date(2022, 8, 31), None),
        (date(2022, 9, 1), "Enter a day within 12 months, on or before 31 August 2022"),
    ],
)
def test_a_later_end(new: date, problem: str | None) -> None:
    assert later_finish_problem(new, date(2021, 8, 10), date(2021, 8, 31), 12) == problem


def test_every_status_is_in_its_table() -> None:
    assert states_of(DELIVERY) == set(Delivery)
    assert states_of(TURN) == set(Turn)
    assert states_of(HAND_OVER) == set(HandOver)


def test_what_is_over_stays_over() -> None:
    assert not {old for old, _ in DELIVERY} & {Delivery.DELIVERED, Delivery.ENDED}
    assert not {old for old, _ in TURN} & {Turn.AGREED, Turn.REFUSED, Turn.WITHDRAWN}
