"""Subsidy control by the rule set of its day. Pure.

A rule set says up to what a group that is an enterprise may have had in three years, this money with it, and what must be
written down and published. Sources: domain.md, section 4 [P]; what is marked [K] is general knowledge, to be checked with
the council's lawyers before first use; [A] is ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

_APRIL: Final = 4
YEARS_BEFORE: Final = 2  # the financial year of the day, and two before it


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What holds for money offered from `applies_from` on, until the next rule set."""

    key: str
    name: str
    applies_from: date
    limit_pence: int
    publish_over_pence: int | None  # what is above it is entered in the public database; None: nothing is
    source: str


# newest first
RULE_SETS: Final = (
    RuleSet(
        "mfa 2023",
        "minimal financial assistance under the Subsidy Control Act 2022",
        date(2023, 1, 4),
        31_500_000,
        10_000_000,
        "£315,000 in three years and the written confirmation before payment [P]; the years are financial years, and what is"
        " above £100,000 is published in the national database [K]",
    ),
    RuleSet(
        "safa 2021",
        "small amounts of financial assistance under the trade agreement with the European Union",
        date(2021, 1, 1),
        31_500_000,
        None,
        "325,000 special drawing rights in three fiscal years [K]: worth more than £315,000 on every day of 2021 and 2022 [K], so"
        " £315,000 is safely within it [A]",
    ),
    RuleSet(
        "de minimis 2014",
        "de minimis aid under Regulation (EU) 1407/2013",
        date(2014, 1, 1),
        16_500_000,
        None,
        "200,000 euros in three fiscal years [K]; £165,000 is safely within it [A]",
    ),
)


def rule_set_on(day: date) -> RuleSet:
    """The rule set of a day; the oldest for days before all of them."""
    return next((one for one in RULE_SETS if one.applies_from <= day), RULE_SETS[-1])


def rule_set(key: str) -> RuleSet:
    """By its key. LookupError for one that we do not know."""
    for one in RULE_SETS:
        if one.key == key:
            return one
    raise LookupError(f"no rule set is called {key}")


def years_begin(day: date) -> date:
    """The first day that counts: 1 April of the financial year two before that of `day`.

    >>> years_begin(date(2026, 3, 31)), years_begin(date(2026, 4, 1))
    (datetime.date(2023, 4, 1), datetime.date(2024, 4, 1))
    """
    year = day.year if day.month >= _APRIL else day.year - 1
    return date(year - YEARS_BEFORE, _APRIL, 1)


def total_pence(ours: Iterable[int], declared_pence: int) -> int:
    """All that counts against the limit."""
    return sum(ours) + declared_pence


def finding(rules: RuleSet, *, is_enterprise: bool, total: int) -> str:
    """The cause with which a check moves: no enterprise, within the limit (up to and including it), above the limit."""
    if not is_enterprise:
        return "no enterprise"
    return "within the limit" if total <= rules.limit_pence else "above the limit"


def to_publish(rules: RuleSet, *, is_enterprise: bool, amount_pence: int) -> bool:
    """Whether this one is entered in the public database."""
    return is_enterprise and rules.publish_over_pence is not None and amount_pence > rules.publish_over_pence
