"""What follows from a group's plan: days, and what cards cost. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crowdfund_kent.money import share
from projects.rules import Limits

CHECKED_WITHIN: Final = timedelta(days=14)  # how long an officer may need; the last day leaves room for it
USUAL_RUN: Final = timedelta(days=56)
EXAMPLE_PLEDGE_PENCE: Final = 2_500  # a usual gift, for an example only


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a campaign that ends on `last_day`: when it may open, when cards are charged, when money comes.

    `paid_about` is the day on which the last card has had its last try (rulings 7 and 8).
    """

    open_from: date
    open_by: date
    last_day: date
    charged_from: date
    paid_about: date


def days(last_day: date, today: date, limits: Limits, *, first_charge_hours: int, collection_days: int) -> Days:
    """The days that follow from a last day (domain.md, defaults: 6 to 12 weeks, 48 hours, 14 days)."""
    open_by = last_day - timedelta(days=limits.shortest_days)
    earliest = max(today, last_day - timedelta(days=limits.longest_days))
    # success is announced in the first hour after midnight, so that the first charge is a day after the hours end
    charged = last_day + timedelta(days=1 + -(-first_charge_hours // 24))
    return Days(min(earliest, open_by), open_by, last_day, charged, charged + timedelta(days=collection_days))


def usual_last_day(today: date) -> date:
    """A last day that leaves two weeks to check and eight to raise the money."""
    return today + CHECKED_WITHIN + USUAL_RUN


@dataclass(frozen=True, slots=True)
class CardCosts:
    """What cards would cost a group if everybody pledged the same, and what would be left, in pence."""

    pledges: int
    each_pence: int
    cost_pence: int
    left_pence: int


def card_costs(
    target_pence: int, *, rate_bp: int, fixed_pence: int, each_pence: int = EXAMPLE_PLEDGE_PENCE
) -> CardCosts:
    """An example for a group that bears the cost of cards (ruling 9): a share and a fixed part of each charge.

    >>> card_costs(100_000, rate_bp=150, fixed_pence=20).left_pence
    97720
    """
    whole, rest = divmod(max(0, target_pence), each_pence)
    charges = [(whole, each_pence), (1 if rest else 0, rest)]
    cost = sum(number * (share(pence, rate_bp) + fixed_pence) for number, pence in charges)
    return CardCosts(whole + (1 if rest else 0), each_pence, cost, max(0, target_pence - cost))
