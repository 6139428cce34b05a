"""When a pledge needs a yes to a later last day, and when its backer is asked again: numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from pledges.later_day import Reminder, reminder_at, reminder_due, yes_is_needed

FIRST = datetime(2026, 12, 21, tzinfo=UTC)  # midnight in London after Sunday the 20th
LATER = FIRST + timedelta(days=28)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("closes_at", "needed"),
    [(LATER, True), (FIRST, True), (FIRST - SECOND, False)],
)
def test_a_yes_is_needed_from_the_first_deadline_on(closes_at: datetime, needed: bool) -> None:
    assert yes_is_needed(FIRST, closes_at) is needed


def test_reminders_come_at_nine_in_london_also_in_summer() -> None:
    assert reminder_at(FIRST, 7) == datetime(2026, 12, 13, 9, tzinfo=UTC)
    summer = datetime(2026, 7, 20, 23, tzinfo=UTC)  # midnight in London after the 20th
    assert reminder_at(summer, 7) == datetime(2026, 7, 13, 8, tzinfo=UTC)


FIRST_AT, LATER_AT = reminder_at(FIRST, 7), reminder_at(LATER, 7)


@pytest.mark.parametrize(
    ("told_ago", "days", "now", "due"),
    [
        (30, 28, FIRST_AT - SECOND, None),
        (30, 28, FIRST_AT, Reminder.FIRST),
        (30, 28, FIRST - SECOND, Reminder.FIRST),
        (30, 28, FIRST, None),
        (30, 28, LATER_AT, Reminder.SECOND),
        (30, 28, LATER, None),
        (8, 28, FIRST_AT + timedelta(days=1), None),  # agreed a day before the first reminder: too soon to ask again
        (8, 28, LATER_AT, Reminder.SECOND),
        (30, 1, FIRST_AT, None),  # the two would come a day apart: the second is enough
        (30, 1, FIRST_AT + timedelta(days=1), Reminder.SECOND),
    ],
)
def test_each_reminder_comes_in_its_week_and_well_after_the_mail_before(
    told_ago: int, days: int, now: datetime, due: Reminder | None
) -> None:
    found = reminder_due(
        told_at=FIRST - timedelta(days=told_ago),
        first_deadline_at=FIRST,
        deadline_at=FIRST + timedelta(days=days),
        days_before=7,
        now=now,
    )
    assert found == due
