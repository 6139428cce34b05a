"""A fund, a campaign that its crowd backs, and the people who decide: what most tests of awards begin with."""

from dataclasses import dataclass
from typing import Any

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from panel.models import Award
from panel.services import awards as services
from pledges import funds
from pledges.models import MatchFund, MatchPledge
from projects.models import Campaign
from tests.pledges import pot_make as make


@dataclass
class Stage:
    """Who and what is on it. `officer` proposes, `signatory` signs, `owner` answers for the group."""

    fund: MatchFund
    campaign: Campaign
    owner: Actor
    officer: Actor
    signatory: Actor

    async def propose(self, amount_pence: int = 400_000, **more: Any) -> Award:
        by = more.pop("by", self.officer)
        campaign = more.pop("campaign", self.campaign)
        return await services.propose(campaign.id, self.fund.id, amount_pence, "It opens the pool to all.", by, **more)

    async def signed(self, amount_pence: int = 400_000) -> MatchPledge:
        return await services.sign((await self.propose(amount_pence)).id, self.signatory)


async def stage(
    *caps: int,
    crowd: tuple[int, ...] = (60_000, 60_000),
    rules: funds.Rules | None = None,
    purposes: tuple[str, ...] = (),
    limit_pence: int = 500_000,
    **campaign: Any,
) -> Stage:
    """A pot of £200,000 unless caps are given; a target of £10,000 with 2 backers and £1,200."""
    fund = await make.fund(*(caps or (20_000_000,)), rules=rules, purposes=purposes)
    owner = await make.person("Ora")
    live = await make.live_campaign(owner=owner, **campaign)
    for amount in crowd:
        await make.card_pledge(live, amount)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    signatory = await make.person("Sam", Role.SIGNATORY, fund=fund)
    await make.authority(fund, signatory, limit_pence)
    return Stage(fund, live, owner, officer, signatory)
