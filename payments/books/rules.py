"""Which days can be closed, and how old a commitment is. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

# (up to so many days, in words); the last holds the rest
AGES: Final[tuple[tuple[int, str], ...]] = (
    (30, "up to 30 days"),
    (90, "31 to 90 days"),
    (365, "91 days to a year"),
)
OLDER: Final = "over a year"
AGE_WORDS: Final = (*(words for _, words in AGES), OLDER)
_APRIL: Final = 4


def age_words(days: int) -> str:
    """How old something is, as the columns of a report say it.

    >>> age_words(0), age_words(31), age_words(366)
    ('up to 30 days', '31 to 90 days', 'over a year')
    """
    return next((words for most, words in AGES if days <= most), OLDER)


def year_end(day: date) -> date:
    """The 31 March on or before `day`."""
    this = date(day.year, 3, 31)
    return this if day >= this else date(day.year - 1, 3, 31)


def financial_year(day: date) -> str:
    """2026-27 for 1 April 2026 to 31 March 2027."""
    first = day.year if day.month >= _APRIL else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def why_not_closed(from_day: date, until_day: date, today: date) -> str | None:
    """Why these days can't be closed, in words; None when they can. Only days that are over can be."""
    if until_day < from_day:
        return (
            f"Choose a last day on or after {from_day:%-d %B %Y}: the days before it are closed, or have no movements."
        )
    if until_day >= today:
        return "Choose a last day that is over: what happens today could not be posted any more."
    return None


def follows(periods: Sequence[tuple[date, date]]) -> list[int]:
    """Places of the periods (from, until) that do not begin on the day after the one before them ended."""
    return [
        place for place, (before, after) in enumerate(pairwise(periods), 1) if after[0] != before[1] + timedelta(days=1)
    ]
