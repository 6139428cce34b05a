"""What a report asks, when it is due, and when a cost has to be explained (domain.md, defaults: sized by amount). Pure.

Up to £1,000 of public money: three sentences and what it cost. Up to £5,000 also each cost, receipts of the larger ones,
people and hours. Above: a receipt for every cost, what was learnt, pictures. An interim report asks for how far it is and
for the costs until then, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from crowdfund_kent.money import pounds
from projects.asked import Level
from projects.delivery_rules import months_after
from projects.reports.kinds import ReportKind

NOT_PLANNED: Final = "Something that was not in the plan"


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that these rules read: pence, days, basis points."""

    small_pence: int = 100_000
    middle_pence: int = 500_000
    receipt_from_pence: int = 10_000
    difference_bp: int = 1_000
    difference_pence: int = 5_000
    interim_over_months: int = 6
    interim_days: int = 30
    soon_days: int = 14
    notice_days: int = 14
    again_days: int = 14
    more_days: int = 60


class Ask(StrEnum):
    """A question of a report."""

    WHAT = "what"
    COST = "cost"
    RECEIPTS = "receipts"
    TOTAL = "total"
    OTHER = "other"
    PEOPLE = "people"
    HOURS = "hours"
    LEARNT = "learnt"
    PICTURES = "pictures"


@dataclass(frozen=True, slots=True)
class Line:
    """One cost of the plan and what is said about it; pence. `planned` is None of what nobody planned."""

    number: int
    words: str
    planned_pence: int
    spent_pence: int | None = None
    reason: str = ""
    without_receipt: str = ""
    receipts: int = 0
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What the group has answered so far. `other_funding_pence`: cash of the plan that was found before launch."""

    came_of_it: str = ""
    learnt: str = ""
    people_reached: int | None = None
    volunteer_hours: int | None = None
    total_pence: int | None = None
    other_pence: int | None = None
    pictures: int = 0
    no_pictures: bool = False
    other_funding_pence: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One page of a report; `number` of the cost it is about; `done`: it is answered."""

    ask: Ask
    title: str
    done: bool
    number: int | None = None
    optional: bool = False

    @property
    def key(self) -> str:
        """Its name: what, cost-0, receipts-0."""
        return str(self.ask) if self.number is None else f"{self.ask}-{self.number}"

    @property
    def address(self) -> str:
        """The end of its page's address."""
        return f"receipts/{self.number}" if self.ask is Ask.RECEIPTS else self.key


def level_of(public_pence: int, limits: Limits) -> Level:
    """How much is asked, by the public money that a project got.

    >>> [level_of(pence, Limits()) for pence in (0, 100_000, 100_001, 500_000, 500_001)]
    [<Level.SMALL: 'small'>, <Level.SMALL: 'small'>, <Level.MIDDLE: 'middle'>, <Level.MIDDLE: 'middle'>, <Level.WHOLE: 'whole'>]
    """
    if public_pence <= limits.small_pence:
        return Level.SMALL
    return Level.MIDDLE if public_pence <= limits.middle_pence else Level.WHOLE


def needs_reason(line: Line, limits: Limits) -> bool:
    """Whether a cost differs from its plan by more than the settings let pass."""
    if line.spent_pence is None:
        return False
    difference = abs(line.spent_pence - line.planned_pence)
    share = line.planned_pence * limits.difference_bp // 10_000
    return difference > max(share, limits.difference_pence) or (line.is_extra and line.spent_pence > 0)


def needs_receipt(line: Line, level: Level, limits: Limits) -> bool:
    """Whether a receipt is asked for what was spent on this cost."""
    spent = line.spent_pence or 0
    if level is Level.SMALL or not spent:
        return False
    return level is Level.WHOLE or spent >= limits.receipt_from_pence


def questions(
    kind: ReportKind, level: Level, lines: Sequence[Line], given: Given, limits: Limits
) -> tuple[Question, ...]:
    """Every page in its order. Receipts are asked once a cost says that something was spent on it."""
    final = kind is ReportKind.FINAL
    made = [
        Question(Ask.WHAT, "What came of it" if final else "How far your project is", bool(given.came_of_it.strip()))
    ]
    if level is Level.SMALL:
        made.append(Question(Ask.TOTAL, "What it cost", given.total_pence is not None))
    else:
        made += _costs(level, lines, limits, final=final)
    if final and given.other_funding_pence:
        made.append(Question(Ask.OTHER, "Money from elsewhere", given.other_pence is not None))
    if final and level is not Level.SMALL:
        made.append(Question(Ask.PEOPLE, "People it reached", given.people_reached is not None))
        made.append(Question(Ask.HOURS, "Hours that volunteers gave", given.volunteer_hours is not None))
    if final and level is Level.WHOLE:
        made.append(Question(Ask.LEARNT, "What you learnt", bool(given.learnt.strip())))
    if final:
        has = bool(given.pictures) or given.no_pictures
        made.append(Question(Ask.PICTURES, "Pictures", has, optional=level is not Level.WHOLE))
    return tuple(made)


def _costs(level: Level, lines: Sequence[Line], limits: Limits, *, final: bool) -> list[Question]:
    made = []
    for line in lines:
        explained = not final or not needs_reason(line, limits) or bool(line.reason.strip())
        made.append(Question(Ask.COST, line.words, line.spent_pence is not None and explained, line.number))
        if needs_receipt(line, level, limits):
            has = bool(line.receipts) or bool(line.without_receipt.strip())
            made.append(Question(Ask.RECEIPTS, f"Receipts for: {line.words}", has, line.number))
    return made


def missing(asked: Sequence[Question]) -> list[Question]:
    """What must be answered before a report can be sent."""
    return [one for one in asked if not one.done and not one.optional]


def spent_pence(level: Level, lines: Sequence[Line], given: Given) -> int:
    """What backers and funds paid for: the costs, less what came from money that was found before launch. Never below 0."""
    costs = (given.total_pence or 0) if level is Level.SMALL else sum(line.spent_pence or 0 for line in lines)
    return max(0, costs - (given.other_pence or 0))


def other_problem(other_pence: int, level: Level, lines: Sequence[Line], given: Given) -> str | None:
    """Why this can't be what other money paid, or None."""
    costs = spent_pence(level, lines, Given(total_pence=given.total_pence))
    if other_pence > costs:
        return f"It can’t be more than everything cost, which is {pounds(costs)}"
    return None


# days --------------------------------------------------------------------------------------------------------


def interim_on(settled_on: date, finish_by: date, level: Level, limits: Limits) -> date | None:
    """From which day an interim report is asked because the project takes long; None where it isn't.

    A small one is not asked: three sentences at its end are enough.
    """
    day = months_after(settled_on, limits.interim_over_months)
    return day if level is not Level.SMALL and finish_by > day else None


def is_overdue(due_by: date, today: date, limits: Limits) -> bool:
    """The day is over, and the fair notice that followed it."""
    return today > due_by + timedelta(days=limits.notice_days)


def more_time_problem(new: date, due_by: date, today: date, limits: Limits) -> str | None:
    """Why a group can't have this later day, or None."""
    if new <= max(due_by, today):
        return "Enter a day in the future, after the one that was asked"
    latest = max(due_by, today) + timedelta(days=limits.more_days)
    if new > latest:
        return f"Enter a day within {limits.more_days} days, on or before {latest.day} {latest:%B %Y}"
    return None
