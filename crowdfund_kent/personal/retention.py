"""What is let go by the calendar: each rule finds what is due and lets it go in small batches; the log has numbers only.

Packages name their rules in retention.py; wiring.py puts them together. A rule may run twice, late or never: rows say
what is due. domain.md, defaults: money records 6 years, what was refused 2, an abandoned draft 1.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent.clock import business_now, day_begins, london_day
from crowdfund_kent.database import transaction
from crowdfund_kent.invariants import Rule as CheckRule
from crowdfund_kent.personal.models import RetentionRun
from crowdfund_kent.settings import get_settings

GRACE: Final = timedelta(days=7)
YEAR: Final = timedelta(days=365)
APRIL: Final = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept how long. `due(now)`: how many are over their time; `let_go(now)`: empties some, returns how many."""

    name: str
    what: str
    kept: str
    due: Callable[[datetime], Awaitable[int]]
    let_go: Callable[[datetime], Awaitable[int]]


def years_end(day: date) -> date:
    """1 April on or before `day`: financial years end on 31 March."""
    return date(day.year if day.month >= APRIL else day.year - 1, APRIL, 1)


def money_before(now: datetime) -> datetime:
    """Six whole financial years are over since: 1 May 2021 belongs to 2021-22, and goes on 1 April 2028."""
    start = years_end(london_day(now))
    return day_begins(start.replace(year=start.year - get_settings().money_keep_years))


_rules: list[Rule] = []


def compose(rules: Sequence[Rule]) -> None:
    """What wiring.py puts together."""
    _rules[:] = rules


def all_rules() -> Sequence[Rule]:
    """Every rule, in the order of the packages."""
    return tuple(_rules)


async def run() -> dict[str, int]:
    """Every rule once, each to its end; what was let go is noted. Returns how many by rule."""
    gone = {}
    for rule in all_rules():
        total = 0
        while count := await rule.let_go(business_now()):
            total += count
        if total:
            async with transaction():
                await RetentionRun.create(rule=rule.name, count=total, at=business_now())
        gone[rule.name] = total
    return gone


async def waiting() -> dict[str, int]:
    """How many each rule would let go of now: for `crowdfund-kent retention --dry-run`."""
    return {rule.name: await rule.due(business_now()) for rule in all_rules()}


async def _kept_too_long() -> list[str]:
    late = business_now() - GRACE
    return [f"{rule.name}: {count}" for rule in all_rules() if (count := await rule.due(late))]


RULES: Final = (
    CheckRule(
        "nothing is kept beyond its time",
        "what a rule of retention lets go of is gone within a week of its day",
        find=_kept_too_long,
    ),
)
