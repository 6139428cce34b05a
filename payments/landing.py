"""What payments add to /account."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from projects.models import Campaign
from projects.raised import NextStep
from projects.states import Campaign as Status

SHOWN: Final = frozenset({Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED, Status.COLLAPSED})


async def _being_collected(_by: Actor) -> int:
    return await Campaign.filter(status__in=[Status.SUCCESSFUL, Status.COLLECTING], import_batch_id=None).count()


async def collection_steps(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """On the campaign's own page, for its group: how far cards are charged, and what came of it."""
    campaign = await Campaign.get(id=campaign_id).prefetch_related("project__group")
    if campaign.status not in SHOWN or campaign.import_batch_id is not None:
        return []
    href = f"/groups/{campaign.project.group.slug}/campaigns/{campaign.id}/settlement"
    return [NextStep("See how the cards are charged", href, "What came in, what did not, and what follows")]


NEXT_STEPS: Final = (collection_steps,)
LINKS: Final = tuple(
    LandingLink(role, "Collections: how far cards are charged", "settlements", _being_collected)
    for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR)
)
