"""Rules of surveys: rounds, last days, reminders, and what is an answer."""

from datetime import date, timedelta

import pytest

from evaluation.surveys import rules
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.questionnaires import ABOUT_YOU, ALL, CURRENT, NOT_SAID


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 11, 29), date(2026, 7, 1), date(2026, 12, 31)),
        (date(2024, 6, 30), date(2024, 1, 1), date(2024, 6, 30)),
    ],
)
def test_a_round_is_half_a_year(day: date, first: date, last: date) -> None:
    assert rules.half_of(day) == first
    assert rules.half_ends(first) == last


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([], 0),
        ([9], 0),
        ([10], 1),
        ([9, 1], 2),
        ([12, 3], 1),
        ([12, 3, 0, 6], 1),
        ([12, 3, 0, 7], 4),
        ([0, 40, 9], 2),
    ],
)
def test_what_is_told_on_one_day_and_not_on_another_is_what_ten_said_at_least(counts: list[int], told: int) -> None:
    days = [date(2026 + at // 2, 2 if at % 2 else 8, 11) for at in range(len(counts))]
    days = sorted(days)
    ended = dict(zip(days, counts, strict=True))
    assert rules.told_until(ended) == (days[told - 1] if told else None)
    before = 0
    for upto in range(len(counts) + 1):
        until = rules.told_until({day: ended[day] for day in days[:upto]})
        now = sum(counts[: days.index(until) + 1]) if until else 0
        assert now == before or now - before >= rules.TOO_FEW
        before = now


@pytest.mark.parametrize("year", [2023, 2024])
def test_twelve_months_are_over_on_the_same_day_of_the_next_year(year: int) -> None:
    day, latest = date(year, 1, 1), date(year - 1, 1, 1)
    while day.year == year:
        until = rules.delivered_until(day)
        assert until - latest in (timedelta(0), timedelta(1), timedelta(2)), (
            "no day of delivery is passed over for long"
        )
        assert (until.month, until.day) == (day.month, day.day) or 2 in (day.month, until.month)
        day, latest = day + timedelta(days=1), until


@pytest.mark.parametrize(("today", "due"), [(1, False), (27, False), (28, True), (42, True), (43, False)])
def test_a_reminder_comes_two_weeks_before_the_last_day(today: int, due: bool) -> None:
    invited, days = date(2026, 3, 1), rules.Days(42, 14)
    closes = rules.closes_on(invited, days)
    assert rules.reminder_due(invited, closes, invited + timedelta(days=today), days) == due


def test_only_what_was_offered_is_an_answer() -> None:
    asked = CURRENT[SurveyKind.PROJECT].of(Variant.MATCHED)
    given = {
        "without_match": ["maybe"],
        "unlocked": ["skills", "gold", "people"],
        "words": "x" * 2_000,
        "anyway": ["no"],
    }
    taken = rules.taken(asked, given)
    assert taken == {"unlocked": ["people", "skills"], "words": "x" * 1_000}
    assert [one.key for one in rules.unanswered(asked, taken)] == ["without_match", "effort"]
    unlocked = next(one for one in asked if one.key == "unlocked")
    assert rules.contradiction(unlocked, ["nothing", "people"])
    assert rules.contradiction(unlocked, ["nothing"]) is None


def test_every_question_that_must_be_answered_has_a_way_out() -> None:
    for survey in ALL.values():
        for question in survey.questions:
            assert not question.is_needed or {"unsure", "nothing"} & set(question.names), question.key
            assert all("," not in key for key in question.names)
    assert all(NOT_SAID in question.names for question in ABOUT_YOU)
