"""When a funded project is to begin, to finish and to report, and when it is late (domain.md, defaults). Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FAIR_NOTICE: Final = timedelta(days=14)  # after a day that is over, before a project is called late


@dataclass(frozen=True, slots=True)
class Lengths:
    """What the settings say: months to begin and to finish after the settlement, days to report after that."""

    start_months: int
    finish_months: int
    report_days: int


@dataclass(frozen=True, slots=True)
class Days:
    """Last days, in London."""

    start_by: date
    finish_by: date
    report_by: date


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last: 30 November and 3 months is 28 or 29 February.

    >>> months_after(date(2021, 11, 30), 3)
    datetime.date(2022, 2, 28)
    """
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def days_of(settled_on: date, lengths: Lengths) -> Days:
    """The days of a project whose campaign settled on this day."""
    finish = months_after(settled_on, lengths.finish_months)
    return Days(months_after(settled_on, lengths.start_months), finish, report_day(finish, lengths.report_days))


def report_day(finished: date, report_days: int) -> date:
    """The last day for the final report of what is, or is to be, finished on this day."""
    return finished + timedelta(days=report_days)


def is_late(due: date, today: date) -> bool:
    """Its day is over, and the notice that followed it."""
    return today > due + FAIR_NOTICE


def later_finish_problem(new: date, today: date, now_by: date, longest_months: int) -> str | None:
    """Why a group may not promise this day as its new end, or None."""
    if new <= today:
        return "Enter a day in the future"
    latest = months_after(max(today, now_by), longest_months)
    if new > latest:
        return f"Enter a day within {longest_months} months, on or before {latest.day} {latest:%B %Y}"
    return None
