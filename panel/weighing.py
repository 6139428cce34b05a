"""One look at a campaign for one fund: its rules today, whether it may come in, the most it may give and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from crowdfund_kent.clock import business_now, business_today
from panel import rules
from pledges.calculator import Most, Terms, most
from pledges.fund_queries import calculator_terms, rules_on
from pledges.models import FundRules
from pledges.totals import Totals, totals
from projects.models import Campaign, Project


@dataclass(frozen=True, slots=True)
class Weighing:
    """Everything on which an award rests, as it stands now."""

    fund_rules: FundRules
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
            "backers": self.totals.backers,
            "crowd_pence": self.totals.crowd_pence,
            "inputs": self.terms.as_stored(),
            "fitting": list(self.fitting),
            **self.most.as_stored(),
        }


async def weigh(
    given_to: Campaign | Project, fund_id: int, fitting: Collection[int] = (), day: date | None = None
) -> Weighing:
    """Weigh a campaign, or a project that needs no crowd, for a fund. Under locks when it decides.

    `fitting`: the fund's sources with a purpose that the award fits.

    Raises Refused where the fund has no rules for that day, or it has no target.
    """
    fund_rules = await rules_on(fund_id, day or business_today())
    raised = await totals(given_to.id) if isinstance(given_to, Campaign) else Totals()
    terms = await calculator_terms(given_to, fund_id, fund_rules, fitting)
    return Weighing(
        fund_rules=fund_rules,
        totals=raised,
        terms=terms,
        most=most(terms),
        not_yet=rules.not_yet(
            least_backers=fund_rules.least_backers,
            least_raised_bp=fund_rules.least_raised_bp,
            backers=raised.backers,
            crowd_pence=raised.crowd_pence,
            target_pence=terms.target_pence,
        )
        if isinstance(given_to, Campaign)
        else None,
        fitting=tuple(sorted(fitting)),
    )
