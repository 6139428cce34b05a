"""Clocks, who answers, what is late: pure, by tables."""

from datetime import UTC, datetime, timedelta

import pytest

from crowdfund_kent.cases import rules
from crowdfund_kent.cases.kinds import ABOUT, Kind, Outcome, Way
from crowdfund_kent.cases.states import CASE
from crowdfund_kent.cases.states import Case as Status
from crowdfund_kent.states import start_of, states_of


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


FRIDAY = moment("2026-11-20T16:00")


def test_every_state_of_a_case_is_in_its_table() -> None:
    assert states_of(CASE) == set(Status)
    assert start_of(CASE) == Status.NEW


def test_every_kind_has_its_clock_and_its_words() -> None:
    assert set(ABOUT) == set(Kind)
    for about in ABOUT.values():
        assert about.within.startswith(("within", "by"))


@pytest.mark.parametrize(
    ("kind", "asked", "due", "settled"),
    [
        (Kind.COMPLAINT, FRIDAY, "2026-11-24T16:00", "2026-11-28T00:00"),  # 48 hours, then 5 working days
        (Kind.REFUND, moment("2026-11-21T10:00"), "2026-11-25T00:00", "2026-11-28T00:00"),  # on a Saturday
        (Kind.WRONG, FRIDAY, "2026-11-24T00:00", None),
        (Kind.CALL, moment("2026-12-24T09:00"), "2026-12-30T00:00", None),  # over Christmas
        (Kind.FORMAT, FRIDAY, "2026-11-28T00:00", None),
        (Kind.REPORT, FRIDAY, "2026-11-24T00:00", None),
        (Kind.APPEAL, FRIDAY, "2026-11-28T00:00", None),
    ],
)
def test_a_kind_has_its_time(kind: Kind, asked: datetime, due: str, settled: str | None) -> None:
    found = rules.clocks(kind, asked)
    assert found.due_at == moment(due)
    assert found.settle_by == (moment(settled) if settled else None)


@pytest.mark.parametrize(
    ("status", "now", "what", "late", "days", "today"),
    [
        (Status.NEW, "2026-11-20T17:00", "answer", False, 0, False),
        (Status.NEW, "2026-11-24T09:00", "answer", False, 0, True),
        (Status.NEW, "2026-11-24T16:00", "answer", True, 0, False),
        (Status.REOPENED, "2026-11-26T09:00", "answer", True, 2, False),
        (Status.NEW, "2026-11-29T09:00", "answer", True, 3, False),  # a Sunday: the weekend does not count
        (Status.ANSWERED, "2026-11-26T09:00", "settle", False, 0, False),
        (Status.ANSWERED, "2026-11-27T23:59", "settle", False, 0, True),  # due at midnight is due today
        (Status.ANSWERED, "2026-11-30T09:00", "settle", True, 1, False),
        (Status.CLOSED, "2027-01-01T09:00", "", False, 0, False),
    ],
)
def test_the_clock_says_what_is_due(status: str, now: str, what: str, late: bool, days: int, today: bool) -> None:
    due = rules.clocks(Kind.COMPLAINT, FRIDAY)
    found = rules.standing(status, due.due_at, due.settle_by, moment(now))
    assert (found.what, found.is_late, found.days_late, found.is_today) == (what, late, days, today)


def test_the_first_answer_is_all_where_nothing_is_to_be_settled() -> None:
    due = rules.clocks(Kind.WRONG, FRIDAY)
    assert rules.standing(Status.ANSWERED, due.due_at, due.settle_by, moment("2027-01-01T09:00")).what == ""


@pytest.mark.parametrize(
    ("by", "asked", "about", "answered", "second", "refused"),
    [
        (1, None, None, set(), False, ""),
        (1, None, None, {1}, False, ""),  # a second letter of the same officer
        (1, None, None, {1}, True, "You answered this before"),
        (2, None, None, {1}, True, ""),
        (1, 1, None, set(), False, "You asked this yourself"),
        (1, None, 1, set(), False, "This is about you"),
        (None, None, None, set(), False, "Sign in first"),
    ],
)
def test_who_may_answer(
    by: int | None, asked: int | None, about: int | None, answered: set[int], second: bool, refused: str
) -> None:
    found = rules.why_not_answer(by, asked_by=asked, about=about, answered=answered, second=second)
    assert (found or "").startswith(refused)
    assert (found is None) == (refused == "")


@pytest.mark.parametrize(
    ("status", "outcome", "way", "may"),
    [
        (Status.NEW, Outcome.PUT_RIGHT, Way.EMAIL, False),
        (Status.NEW, Outcome.TWICE, Way.EMAIL, True),
        (Status.NEW, Outcome.NOT_MEANT, Way.PHONE, True),
        (Status.NEW, Outcome.PUT_RIGHT, Way.NONE, True),  # nobody waits
        (Status.REOPENED, Outcome.NOTHING_WRONG, Way.POST, False),
        (Status.ANSWERED, Outcome.PUT_RIGHT, Way.EMAIL, True),
    ],
)
def test_who_can_be_reached_is_answered_before_the_end(status: str, outcome: Outcome, way: Way, may: bool) -> None:
    assert (rules.why_not_close(status, outcome, way) is None) is may


def test_one_says_once_that_one_is_not_content() -> None:
    assert not rules.may_say_not_content(Status.NEW, None)
    assert rules.may_say_not_content(Status.ANSWERED, None)
    assert rules.may_say_not_content(Status.CLOSED, None)
    assert not rules.may_say_not_content(Status.ANSWERED, FRIDAY)
    assert rules.is_last_word(Status.ANSWERED, FRIDAY)
    assert not rules.is_last_word(Status.REOPENED, FRIDAY)


def test_small_numbers_of_complaints_are_not_told() -> None:
    day = timedelta(days=1)
    monday = moment("2026-11-16T09:00")
    times = [(monday, monday + day * days) for days in (0, 1, 1, 4, 7)]
    assert rules.figures(4, times[:4]) == rules.Figures(None, None)
    assert rules.figures(5, times[:4]) == rules.Figures(5, None)
    # Saturday and Sunday count for nothing: 0, 1, 1, 4, 5 working days
    assert rules.figures(6, times) == rules.Figures(6, 1)
