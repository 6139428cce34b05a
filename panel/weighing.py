"""One look at a campaign for one fund: its rules today, whether it may come in, the most it may give and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crowdfund_kent.clock import business_now, business_today
from panel import rules
from pledges.calculator import Most, Terms, most
from pledges.fund_queries import calculator_terms, rules_on
from pledges.fund_scope import Numbers, numbers_for
from pledges.kinds import Accrual
from pledges.models import FundRules, MatchFund
from pledges.totals import Totals, totals
from projects.models import Campaign, Project
from projects.queries.looks import looked_version


@dataclass(frozen=True, slots=True)
class Weighing:
    """Everything on which an award rests, as it stands now. `variant`: whose `numbers` hold; empty for the rules' own."""

    fund_rules: FundRules
    numbers: Numbers
    variant: str
    totals: Totals
    terms: Terms
    most: Most
    not_yet: rules.NotYet | None
    fitting: tuple[int, ...]
    accrual: Accrual = Accrual.FLAT
    place_kinds: tuple[str, ...] = ()
    income_pence: int | None = None
    version_id: int | None = None  # what was weighed, as it was frozen; None for a project at which nobody looked

    def as_stored(self) -> dict[str, Any]:
        """What an award and its match pledge keep for ever: numbers and fixed words only, enough for replay()."""
        return {
            "at": business_now().isoformat(),
            "rules_id": self.fund_rules.id,
            "rules_from": self.fund_rules.applies_from.isoformat(),
            "variant": self.variant,
            "place_kinds": list(self.place_kinds),
            "income_pence": self.income_pence,
            "accrual": self.accrual.value,
            "version_id": self.version_id,
            "backers": self.totals.backers,
            "crowd_pence": self.totals.crowd_pence,
            "least_backers": self.numbers.least_backers,
            "least_raised_bp": self.numbers.least_raised_bp,
            "inputs": self.terms.as_stored(),
            "fitting": list(self.fitting),
            **self.most.as_stored(),
        }


def replay(stored: Mapping[str, Any]) -> Most:
    """What the calculator finds once more from what as_stored() kept: a past decision has the same terms for ever. Pure.

    Raises KeyError for what keeps no inputs (imported records).
    """
    return most(Terms(**stored["inputs"]))


def same(stored: Mapping[str, Any]) -> bool:
    """Whether the terms that were stored are those that follow from the stored inputs, to the penny. Pure."""
    found = replay(stored)
    then = [(term["name"], term["pence"]) for term in stored["terms"]]
    return (
        then == [(str(term.name), term.pence) for term in found.terms]
        and stored["most_pence"] == found.pence
        and stored["binds"] == str(found.binds)
    )


async def weigh(
    given_to: Campaign | Project,
    fund_id: int,
    fitting: Collection[int] = (),
    day: date | None = None,
    *,
    place_kinds: Collection[str] = (),
    income_pence: int | None = None,
) -> Weighing:
    """Weigh a campaign, or a project that needs no crowd, for a fund. Under locks when it decides.

    `fitting`: the fund's sources with a purpose that the award fits. `place_kinds`, `income_pence`: for variants.
    `not_yet`: the crowd has not done its part (not asked where the fund comes in first), or nobody looked at the project.
    Raises Refused where the fund has no rules for that day, or it has no target.
    """
    fund = await MatchFund.get(id=fund_id)
    fund_rules = await rules_on(fund_id, day or business_today())
    raised = await totals(given_to.id) if isinstance(given_to, Campaign) else Totals()
    numbers, variant = numbers_for(fund_rules, place_kinds, income_pence)
    terms = replace(
        await calculator_terms(given_to, fund_id, fund_rules, fitting),
        max_share_bp=numbers.max_share_bp,
        max_amount_pence=numbers.max_amount_pence,
    )
    return Weighing(
        fund_rules=fund_rules,
        numbers=numbers,
        variant=variant,
        totals=raised,
        terms=terms,
        most=most(terms),
        not_yet=await _not_yet(given_to, fund, numbers, raised, terms),
        fitting=tuple(sorted(fitting)),
        accrual=Accrual(fund.accrual),
        place_kinds=tuple(sorted(str(kind) for kind in place_kinds)),
        income_pence=income_pence,
        version_id=await _version_id(given_to),
    )


async def _version_id(given_to: Campaign | Project) -> int | None:
    if isinstance(given_to, Campaign):
        return given_to.version_id
    looked = await looked_version(given_to.id)
    return looked.id if looked is not None else None


async def _not_yet(
    given_to: Campaign | Project, fund: MatchFund, numbers: Numbers, raised: Totals, terms: Terms
) -> rules.NotYet | None:
    if isinstance(given_to, Project):
        return rules.NOBODY_LOOKED if await looked_version(given_to.id) is None else None
    if fund.accrual == Accrual.IN_FIRST:
        return None
    return rules.not_yet(
        least_backers=numbers.least_backers,
        least_raised_bp=numbers.least_raised_bp,
        backers=raised.backers,
        crowd_pence=raised.crowd_pence,
        target_pence=terms.target_pence,
    )
