"""Laying two sides beside each other, and which nights are due. Pure: amounts in pence, times UTC."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent.clock import day_begins, london_day
from payments.reconciling.kinds import Thing, What

NIGHTS: Final = 14  # after a run (payments: reconciliation)
AFTER_RUN: Final = timedelta(minutes=15)  # answers that are under way have come by then
AT: Final = timedelta(hours=3, minutes=30)  # after midnight in London
TRY_AGAIN: Final = timedelta(minutes=10)  # when the provider could not be asked


@dataclass(frozen=True, slots=True)
class Fact:
    """One side of one thing. counts: money moved (it succeeded and was not undone). pledge: its reference, or empty.

    word is the side's own word for its state, and is shown; what is compared is counts, pence and pledge.
    """

    reference: str
    pence: int
    counts: bool
    word: str
    pledge: str = ""

    def says_as(self, other: "Fact") -> bool:
        """Both say that money moved, as much, for the same pledge; or both that none did."""
        if not self.counts and not other.counts:
            return True
        return (self.counts, self.pence, self.pledge) == (other.counts, other.pence, other.pledge)

    def as_stored(self) -> dict[str, str | int | bool]:
        """For the row and the page."""
        return {
            "reference": self.reference,
            "pence": self.pence,
            "counts": self.counts,
            "word": self.word,
            "pledge": self.pledge,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """One difference: `subject` is the provider's id of the thing, or our row where the provider has none."""

    thing: Thing
    what: What
    subject: str
    ours: Fact | None
    theirs: Fact | None

    @property
    def key(self) -> tuple[str, str]:
        """What it is about, whatever the sides say."""
        return self.thing, self.subject

    @property
    def pledge(self) -> str:
        """The reference of the pledge it is about, where a side names one."""
        return next((side.pledge for side in (self.ours, self.theirs) if side is not None and side.pledge), "")


@dataclass(frozen=True, slots=True)
class Side:
    """Everything one side has of a campaign: provider's id (or our row's name) -> fact, for each thing."""

    facts: Mapping[Thing, Mapping[str, Fact]]

    def of(self, thing: Thing) -> Mapping[str, Fact]:
        """Its facts of one thing."""
        return self.facts.get(thing, {})


def compare(ours: Side, theirs: Side, things: Collection[Thing] = tuple(Thing)) -> list[Found]:
    """Every difference, by thing and subject. What did not move money on either side is none."""
    found = []
    for thing in things:
        mine, yours = ours.of(thing), theirs.of(thing)
        for subject in sorted({*mine, *yours}):
            what = _what(mine.get(subject), yours.get(subject))
            if what is not None:
                found.append(Found(thing, what, subject, mine.get(subject), yours.get(subject)))
    return _telling(found)


def _telling(found: list[Found]) -> list[Found]:
    """Without those that follow from another: the fee of a charge that differs itself, and the sum of single things."""
    charges = {one.subject for one in found if one.thing is Thing.CHARGE}
    found = [one for one in found if one.thing is not Thing.FEE or one.subject not in charges]
    return [one for one in found if one.thing is not Thing.BOOKS] or found


def _what(ours: Fact | None, theirs: Fact | None) -> What | None:
    if ours is not None and theirs is not None:
        if ours.says_as(theirs):
            return None
        if not ours.counts:
            return What.NOT_HERE
        return What.NOT_THERE if not theirs.counts else What.DIFFERS
    if ours is None:
        return What.NOT_HERE if theirs is not None and theirs.counts else None
    return What.NOT_THERE if ours.counts else None


def in_both(first: Collection[Found], second: Collection[Found]) -> list[Found]:
    """A difference counts when a second reading finds it too: what happened between two calls is none."""
    before = {one.key for one in first}
    return [one for one in second if one.key in before]


def due_days(run_day: date) -> list[date]:
    """The day of the run and the fourteen nights after it."""
    return [run_day + timedelta(days=night) for night in range(NIGHTS + 1)]


def due_at(day: date, run_at: datetime) -> datetime:
    """When a day is due: the day of the run a quarter of an hour after it, at whatever hour; the others in the night."""
    return run_at + AFTER_RUN if day == london_day(run_at) else day_begins(day) + AT
