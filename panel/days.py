"""The days of a round: their order, when it opens and closes, and how its decision clock stands. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from crowdfund_kent.clock import day_begins, day_ends
from crowdfund_kent.working_days import add_working_days, working_days_between
from panel.states import Round


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a round, each shown as its last day in London."""

    opens_on: date
    pitch_by: date
    scores_by: date
    meets_on: date


def takes_pitches(status: str, pitch_by: date, now: datetime) -> bool:
    """Whether a group can send its pitch now: until the end of the last day, also where the worker is late."""
    return status == Round.OPEN and now < day_ends(pitch_by)


def decide_by(pitch_by: date, working_days: int) -> date:
    """The decision clock: so many working days in England after the last day for pitches."""
    return add_working_days(pitch_by, working_days)


@dataclass(frozen=True, slots=True)
class Clock:
    """How the decision clock stands. `left`: working days after today up to the last one, below 0 when late."""

    decide_by: date
    left: int
    running: bool

    @property
    def late(self) -> bool:
        """Whether the last day has gone by without a signature."""
        return self.running and self.left < 0

    @property
    def words(self) -> str:
        """The clock in words, without the day itself."""
        if not self.running:
            return "decided"
        if self.left < 0:
            return f"{_days(-self.left)} late"
        return "today is the last day" if self.left == 0 else f"{_days(self.left)} left"


def clock(last: date, today: date, *, running: bool) -> Clock:
    """The clock of a round that must be decided by `last`. A weekend after the last working day is late by less than one
    working day, and says so.
    """
    left = working_days_between(today, last)
    return Clock(last, min(left, -1) if today > last else left, running)


def _days(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"


def why_not(days: Days, last: date, fund_starts: date, fund_ends: date) -> tuple[str, str] | None:
    """What is wrong with the days of a planned round: the field, and what to do; None where they are in order."""
    if days.opens_on < fund_starts:
        return "opens_on", f"The fund opens on {_day(fund_starts)}. Enter that day or a later one."
    if days.pitch_by < days.opens_on:
        return "pitch_by", f"Enter {_day(days.opens_on)} or a later day: groups can ask from then on."
    if days.scores_by < days.pitch_by:
        return "scores_by", f"Enter {_day(days.pitch_by)} or a later day: the panel scores what was sent in by then."
    if days.meets_on < days.scores_by:
        return "meets_on", f"Enter {_day(days.scores_by)} or a later day: the panel meets when the scores are in."
    if days.meets_on > last:
        return "meets_on", f"Enter {_day(last)} or an earlier day: the fund's rules ask for a decision by then."
    if last > fund_ends:
        return "pitch_by", f"The fund ends on {_day(fund_ends)}, before the decision. Enter an earlier day."
    return None


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def opens_at(opens_on: date) -> datetime:
    """00:00 in London on the first day, in UTC."""
    return day_begins(opens_on)


def closes_at(pitch_by: date) -> datetime:
    """00:00 in London after the last day, in UTC."""
    return day_ends(pitch_by)
