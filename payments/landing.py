"""What payments add to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from projects.models import Campaign
from projects.states import Campaign as Status


async def _being_collected(_by: Actor) -> int:
    return await Campaign.filter(status__in=[Status.SUCCESSFUL, Status.COLLECTING], import_batch_id=None).count()


LINKS: Final = tuple(
    LandingLink(role, "Collections: how far cards are charged", "settlements", _being_collected)
    for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR)
)
