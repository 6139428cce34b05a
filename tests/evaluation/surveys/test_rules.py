"""Rules of surveys: rounds, last days, reminders, and what is an answer."""

from datetime import date, timedelta

import pytest

from evaluation.surveys import rules
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.questionnaires import ABOUT_YOU, ALL, CURRENT, NOT_SAID


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 11, 29), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2024, 6, 30), date(2024, 4, 1), date(2024, 6, 30)),
    ],
)
def test_a_round_is_a_quarter(day: date, first: date, last: date) -> None:
    assert rules.quarter_of(day) == first
    assert rules.quarter_ends(first) == last


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
