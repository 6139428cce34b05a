"""When a pledge needs a yes to a later last day, and when its backer is asked again (ruling 15). Pure; times in UTC."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crowdfund_kent.clock import day_begins, london_day

MORNING: Final = timedelta(hours=9)  # after midnight in London: no mail in the night
LEAST_GAP: Final = timedelta(days=2)  # after the first mail, before a reminder


class Reminder(StrEnum):
    """Before which of the two last days a backer who has not answered is asked again: the first, or the later."""

    FIRST = "first"
    SECOND = "second"


def yes_is_needed(first_deadline_at: datetime, closes_at: datetime) -> bool:
    """Whether pledges made before the later day was agreed need a yes, when their campaign closes at `closes_at`.

    One that ends early, before the first deadline, met its target by the day that those pledges' own words named.
    """
    return closes_at >= first_deadline_at


def reminder_at(deadline_at: datetime, days_before: int) -> datetime:
    """9 in the morning in London, so many days before the last day of this deadline."""
    last_day = london_day(deadline_at - timedelta(microseconds=1))
    return day_begins(last_day - timedelta(days=days_before)) + MORNING


def reminder_due(
    *, told_at: datetime, first_deadline_at: datetime, deadline_at: datetime, days_before: int, now: datetime
) -> Reminder | None:
    """Which reminder is due at `now`, if any: each comes well after the mail before it (`told_at` is the first's time).

    One that nobody sent in time is not sent later: the next one is, or none.
    """
    first, second = reminder_at(first_deadline_at, days_before), reminder_at(deadline_at, days_before)
    if second <= now < deadline_at and told_at + LEAST_GAP <= second:
        return Reminder.SECOND
    if first <= now < min(first_deadline_at, second) and told_at + LEAST_GAP <= first and first + LEAST_GAP <= second:
        return Reminder.FIRST
    return None
