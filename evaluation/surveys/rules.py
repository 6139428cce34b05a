"""When somebody is asked and reminded, until when, and what an answer may be. Pure; days are London's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from evaluation.surveys.questionnaires import LONGEST_WORDS, Question

MISSED_AFTER: Final = timedelta(days=30)  # a campaign that missed its target: time to see what becomes of the project
YEAR_AFTER: Final = timedelta(days=365)
BACKER_AFTER: Final = timedelta(days=14)
# later than this after its day nobody is asked: what happened before there were surveys is not caught up on
GROUP_WITHIN: Final = timedelta(days=180)
BACKER_WITHIN: Final = timedelta(days=60)
BACKER_GAP: Final = timedelta(days=365)  # a backer of several projects is asked once a year at most
TOO_FEW: Final = 10
_MONTHS_OF_QUARTER: Final = 3
Given = Mapping[str, Sequence[str] | str]


@dataclass(frozen=True, slots=True)
class Days:
    """How long an invitation is open, and how many days before its last one it is brought to mind again."""

    open: int
    remind: int


def quarter_of(day: date) -> date:
    """The first day of the quarter: a round.

    >>> quarter_of(date(2026, 11, 29))
    datetime.date(2026, 10, 1)
    """
    return date(day.year, day.month - (day.month - 1) % _MONTHS_OF_QUARTER, 1)


def quarter_ends(first: date) -> date:
    """Its last day."""
    year, month = (first.year + 1, 1) if first.month + _MONTHS_OF_QUARTER > 12 else (first.year, first.month + 3)
    return date(year, month, 1) - timedelta(days=1)


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
