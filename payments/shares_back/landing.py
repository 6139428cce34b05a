"""What shares of unspent money add to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from payments.shares_back import queries
from payments.shares_back.models import SharesBack
from payments.shares_back.states import Giving


async def _due(_by: Actor) -> int:
    """Campaigns of which nobody has proposed anything yet."""
    waiting = {one.campaign_id for one in await SharesBack.filter(status=Giving.PROPOSED)}
    return len([one for one in await queries.campaigns_due() if one.campaign_id not in waiting])


async def _to_decide(by: Actor) -> int:
    """Proposed by somebody else."""
    return await SharesBack.filter(status=Giving.PROPOSED).exclude(proposed_by_id=by.person_id).count()


LINKS: Final = (
    LandingLink(Role.FUND_OFFICER, "Shares of unspent money", "shares_back", _due, "Due, and nobody has proposed it."),
    LandingLink(Role.FINANCE_APPROVER, "Shares of unspent money to give back", "shares_back", _to_decide),
    LandingLink(Role.AUDITOR, "Shares of unspent money", "shares_back"),
)
