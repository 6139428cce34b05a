"""Pure decisions about cases: their clocks, who may answer, when one may be closed, what is late."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Final

from crowdfund_kent.cases.kinds import ABOUT, UNANSWERED, Kind, Outcome, Way
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.cases.states import Case as Status
from crowdfund_kent.clock import london_day
from crowdfund_kent.working_days import end_of_working_day, same_time_after, working_days_between

FEWEST_SHOWN: Final = 5  # fewer are not told, so that nobody is made out (domain.md, section 4)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Until when we answer, and until when it shall be settled (None where the first answer is all). UTC."""

    due_at: datetime
    settle_by: datetime | None


def clocks(kind: Kind, now: datetime) -> Clocks:
    """The clocks of a case that begins, or begins again, at `now`."""
    about = ABOUT[kind]
    until = same_time_after if about.to_the_hour else end_of_working_day
    return Clocks(
        until(now, about.answer_days),
        end_of_working_day(now, about.aim_days) if about.aim_days is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What the clock of a case says now. `what`: "answer" or "settle", empty when nothing is to be done."""

    what: str
    due_at: datetime | None
    is_late: bool = False
    days_late: int = 0  # whole working days over
    is_today: bool = False


def standing(status: str, due_at: datetime, settle_by: datetime | None, now: datetime) -> Standing:
    """First the answer, then settling it."""
    if status in WAITS_FOR_US:
        return _against("answer", due_at, now)
    if status == Status.ANSWERED and settle_by is not None:
        return _against("settle", settle_by, now)
    return Standing("", None)


def _against(what: str, due_at: datetime, now: datetime) -> Standing:
    if now < due_at:
        # an end of day is 00:00 after it: what is due by the end of today is due today
        last = london_day(due_at - (due_at.resolution))
        return Standing(what, due_at, is_today=last == london_day(now))
    days = working_days_between(london_day(due_at - due_at.resolution), london_day(now))
    return Standing(what, due_at, is_late=True, days_late=max(0, days))


def why_not_answer(
    by_id: int | None, *, asked_by: int | None, about: int | None, answered: Collection[int], second: bool
) -> str | None:
    """Why this officer doesn't answer; None when they may. `answered`: who did before; `second`: it was not enough."""
    if by_id is None:
        return "Sign in first: an answer has a name."
    if by_id == about:
        return "This is about you, so somebody else answers it."
    if by_id == asked_by:
        return "You asked this yourself, so somebody else answers it."
    if second and by_id in answered:
        return (
            "You answered this before, and they were not content. Somebody else answers it now: give it to a colleague."
        )
    return None


def why_not_close(status: str, outcome: Outcome, way: str) -> str | None:
    """Why a case can't be closed so; None when it can. Who can be reached gets an answer first."""
    if status in WAITS_FOR_US and way != Way.NONE and outcome not in UNANSWERED:
        return "Answer first: they wait for it. Without an answer only what was sent twice, or was not meant for us, is closed."
    return None


def may_say_not_content(status: str, second_at: datetime | None) -> bool:
    """Once, after an answer. After the second answer the way is outside."""
    return status in {Status.ANSWERED, Status.CLOSED} and second_at is None


def is_last_word(status: str, second_at: datetime | None) -> bool:
    """Two people have answered: what is left is the way outside."""
    return status in {Status.ANSWERED, Status.CLOSED} and second_at is not None


@dataclass(frozen=True, slots=True)
class Figures:
    """How complaints were answered. `number` is None below FEWEST_SHOWN; `median_days`: working days to the first answer."""

    number: int | None
    median_days: int | None


def figures(number: int, answered: Sequence[tuple[datetime, datetime]]) -> Figures:
    """`number` of complaints, and (opened, first answered) of those that were answered."""
    if number < FEWEST_SHOWN:
        return Figures(None, None)
    if len(answered) < FEWEST_SHOWN:
        return Figures(number, None)
    days = [working_days_between(london_day(opened), london_day(first)) for opened, first in answered]
    return Figures(number, median_low(days))
