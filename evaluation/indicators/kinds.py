"""What an indicator is, and what was found for it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from crowdfund_kent.money import pounds_exact
from evaluation.kinds import Objective


class Unit(StrEnum):
    """How a whole number is read."""

    COUNT = "count"
    PENCE = "pence"
    SHARE = "basis points"  # 10000 = all
    PER_POUND = "basis points of £1"  # 10000 = £1.00 for each £1
    DAYS = "days"
    MINUTES = "minutes"
    TENTHS = "tenths"
    HUNDREDTHS = "hundredths"


class Shown(StrEnum):
    """How a figure may be shown to everybody (disclosure.py)."""

    OPEN = "open"  # of things that have public pages, or of public money: shown as it is
    PEOPLE = "people"  # how many people: small ones are left out, parts are rounded
    GIVEN = "given"  # what people gave: shown where enough people are behind it and nobody stands out
    UNSEEN = "unseen"  # of things of which some never had a page: `people` are those, the others are shown as they are
    ASKED = "asked"  # how many were asked, and how many answered
    ANSWERS = "answers"  # what they chose: nobody and a few look alike, so that an answer of all tells of none


class Section(StrEnum):
    """The part of the report in which it stands, in the order of a committee paper."""

    FIGURES = "The figures"
    WORKED = "What worked"
    SPREAD = "Who and where"
    VALUE = "Value for money and cost"
    RUNNING = "How it was run"


NO_EVIDENCE: Final = "no evidence yet"
NOT_IMPORTED: Final = "records that were imported do not have it"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the registry. Page, glossary, data dictionary and exports are made from it."""

    key: str
    name: str
    question: str
    definition: str
    formula: str  # in words
    unit: Unit
    numerator: str
    denominator: str  # "none" where nothing is divided
    source: str  # tables whose rows it reads
    serves: Objective
    limits: str
    section: Section
    shown: Shown = Shown.OPEN
    parts: tuple[str, ...] = ()  # the ways it is broken down: "district", "legal form"


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a breakdown. `people` stand behind the value, and the one who gave most gave `largest_pence`."""

    key: str
    name: str
    value: int | None
    people: int | None = None
    largest_pence: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The value with what it is made of. `value` None: there is no evidence, and `why` says so."""

    value: int | None
    numerator: int | None = None
    denominator: int | None = None
    why: str = ""
    people: int | None = None
    largest_pence: int = 0
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    low: int | None = None  # of an interval
    high: int | None = None
    hidden: bool = False  # left out by disclosure.py

    @property
    def has_evidence(self) -> bool:
        """Something to show."""
        return self.value is not None


def nothing(why: str = NO_EVIDENCE) -> Found:
    """There is no evidence."""
    return Found(None, why=why)


def ratio(numerator: int, denominator: int, why: str = "there is nothing to divide by yet") -> Found:
    """In basis points, half up; without evidence where there is nothing to divide by."""
    if denominator == 0:
        return Found(None, numerator, denominator, why)
    scaled = (2 * numerator * 10_000 + denominator) // (2 * denominator)
    return Found(scaled, numerator, denominator)


def fewest(*counts: int) -> int:
    """The smallest of counts that are not 0, else 0: whom a share of them tells of."""
    return min((count for count in counts if count), default=0)


def in_words(value: int | None, unit: Unit) -> str:
    """As pages print it: 42308 -> £4.23, 7312 -> 73.1%, 13000000 -> £130,000.00 (half up)."""
    if value is None:
        return NO_EVIDENCE
    match unit:
        case Unit.PENCE:
            return pounds_exact(value)
        case Unit.SHARE:
            sign, rest = ("−" if value < 0 else ""), (abs(value) + 5) // 10
            return f"{sign}{rest // 10}.{rest % 10}%"
        case Unit.PER_POUND:
            return pounds_exact((value + 50) // 100)
        case Unit.DAYS:
            return f"{value:,} day{'' if value == 1 else 's'}"
        case Unit.MINUTES:
            hours, minutes = divmod(value, 60)
            return f"{hours:,} h {minutes:02d} min" if minutes else f"{hours:,} h"
        case Unit.TENTHS:
            return f"{'−' if value < 0 else ''}{abs(value) // 10:,}.{abs(value) % 10}"
        case Unit.HUNDREDTHS:
            return f"{'−' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d}"
        case Unit.COUNT:
            return f"{value:,}"
