"""When somebody is asked and reminded, until when, and what an answer may be. Pure; days are London's."""

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from evaluation.surveys.questionnaires import LONGEST_WORDS, Question

MISSED_AFTER: Final = timedelta(days=30)  # a campaign that missed its target: time to see what becomes of the project
BACKER_AFTER: Final = timedelta(days=14)
# later than this after its day nobody is asked: what happened before there were surveys is not caught up on
GROUP_WITHIN: Final = timedelta(days=180)
BACKER_WITHIN: Final = timedelta(days=60)
BACKER_GAP: Final = timedelta(days=365)  # a backer of several projects is asked once a year at most
TOO_FEW: Final = 10
_SECOND_HALF: Final = 7  # July
Given = Mapping[str, Sequence[str] | str]


@dataclass(frozen=True, slots=True)
class Days:
    """How long an invitation is open, and how many days before its last one it is brought to mind again."""

    open: int
    remind: int


def half_of(day: date) -> date:
    """The first day of the half-year: a round. A shorter one would often hold a single group.

    >>> half_of(date(2026, 11, 29))
    datetime.date(2026, 7, 1)
    """
    return date(day.year, _SECOND_HALF if day.month >= _SECOND_HALF else 1, 1)


def half_ends(first: date) -> date:
    """The last day of the half-year in which a round began."""
    return date(first.year, 12, 31) if first.month >= _SECOND_HALF else date(first.year, 6, 30)


def told_until(answers: Mapping[date, int]) -> date | None:
    """Rounds that ended up to this day are told; None: none is. `answers`: how many, by the last day of rounds that are over.

    Rounds join until they hold TOO_FEW answers, and the next begin anew: so what is told on one day less what is told on
    another is always what so many said together, and never a round that is small.

    >>> told_until({date(2026, 2, 11): 12, date(2026, 8, 11): 3})
    datetime.date(2026, 2, 11)
    >>> told_until({date(2026, 2, 11): 12, date(2026, 8, 11): 3, date(2027, 2, 11): 7})
    datetime.date(2027, 2, 11)
    """
    until, waiting = None, 0
    for last_day in sorted(answers):
        waiting += answers[last_day]
        if waiting >= TOO_FEW:
            until, waiting = last_day, 0
    return until


def delivered_until(today: date) -> date:
    """The latest day of delivery whose twelve months are over by today; those of 29 February end on the 28th.

    >>> delivered_until(date(2024, 2, 29)), delivered_until(date(2025, 2, 28))
    (datetime.date(2023, 2, 28), datetime.date(2024, 2, 29))
    """
    if (today.month, today.day) == (2, 29):
        return date(today.year - 1, 2, 28)
    if (today.month, today.day) == (2, 28) and isleap(today.year - 1):
        return date(today.year - 1, 2, 29)
    return today.replace(year=today.year - 1)


def closes_on(invited: date, days: Days) -> date:
    """The last day on which an invitation is answered or changed."""
    return invited + timedelta(days=days.open)


def reminder_due(invited: date, closes: date, today: date, days: Days) -> bool:
    """Once, some days before the last one, and never on the day of the invitation or after the last day."""
    return invited < today <= closes and today >= closes - timedelta(days=days.remind)


def is_open(closes: date, today: date) -> bool:
    """It may be answered or changed."""
    return today <= closes


def unanswered(questions: Sequence[Question], given: Given) -> list[Question]:
    """Questions that want an answer before it can be sent."""
    return [one for one in questions if one.is_needed and not given.get(one.key)]


def taken(questions: Sequence[Question], given: Given) -> dict[str, list[str] | str]:
    """What of `given` is an answer to one of the questions: choices that were offered, words that are not too long."""
    found: dict[str, list[str] | str] = {}
    for one in questions:
        value = given.get(one.key)
        if not value:
            continue
        if one.is_words:
            found[one.key] = str(value)[:LONGEST_WORDS]
            continue
        chosen = [value] if isinstance(value, str) else list(value)
        known = [key for key in one.names if key in chosen]
        if known:
            found[one.key] = known if one.many else known[:1]
    return found


def contradiction(question: Question, chosen: Sequence[str]) -> str | None:
    """Why these can't be chosen together, or None."""
    if question.many and "nothing" in chosen and len(chosen) > 1:
        return f"Choose “{question.names['nothing']}” alone, or the others"
    return None
