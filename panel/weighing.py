"""One look at a campaign for one fund: its rules today, whether it may come in, the most it may give and why."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crowdfund_kent.clock import business_now, business_today
from panel import rules
from pledges.calculator import Most, Terms, most
from pledges.fund_queries import calculator_terms, rules_on
from pledges.fund_scope import Numbers, numbers_for
from pledges.models import FundRules
from pledges.totals import Totals, totals
from projects.models import Campaign, Project


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

    def as_stored(self) -> dict[str, Any]:
        """What an award and its match pledge keep for ever: numbers and fixed words only."""
        return {
            "at": business_now().isoformat(),
            "rules_id": self.fund_rules.id,
            "rules_from": self.fund_rules.applies_from.isoformat(),
            "variant": self.variant,
            "backers": self.totals.backers,
            "crowd_pence": self.totals.crowd_pence,
            "inputs": self.terms.as_stored(),
            "fitting": list(self.fitting),
            **self.most.as_stored(),
        }


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

    Raises Refused where the fund has no rules for that day, or it has no target.
    """
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
        not_yet=rules.not_yet(
            least_backers=numbers.least_backers,
            least_raised_bp=numbers.least_raised_bp,
            backers=raised.backers,
            crowd_pence=raised.crowd_pence,
            target_pence=terms.target_pence,
        )
        if isinstance(given_to, Campaign)
        else None,
        fitting=tuple(sorted(fitting)),
    )
