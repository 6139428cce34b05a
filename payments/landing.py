"""What payments add to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from payments.models import RefundProposal
from payments.reconciling.models import Difference
from payments.states import RefundProposal as Proposal
from projects.models import Campaign
from projects.states import Campaign as Status


async def _being_collected(_by: Actor) -> int:
    return await Campaign.filter(status__in=[Status.SUCCESSFUL, Status.COLLECTING], import_batch_id=None).count()


async def _refunds_to_decide(by: Actor) -> int:
    """Proposed by somebody else."""
    return await RefundProposal.filter(status=Proposal.PROPOSED).exclude(proposed_by_id=by.person_id).count()


async def _differences(_by: Actor) -> int:
    return await Difference.filter(status="open").count()


LINKS: Final = tuple(
    link
    for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR)
    for link in (
        LandingLink(role, "Collections: how far cards are charged", "settlements", _being_collected),
        LandingLink(role, "Refunds before the payout", "office_refunds", _refunds_to_decide),
        LandingLink(role, "Differences with the payment provider", "differences", _differences),
        LandingLink(role, "Find a pledge", "office_find_pledge"),
    )
)
STAFF_PAGES: Final = {"pledge": "/staff/pledges/{id}", "difference": "/staff/differences/{id}"}
