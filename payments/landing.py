"""What payments add to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from payments.disputes.models import Dispute
from payments.disputes.states import Dispute as DisputeStatus
from payments.holds.models import PaymentHold
from payments.holds.states import Hold
from payments.models import Refund, RefundProposal
from payments.payouts.models import Payout
from payments.payouts.states import Payout as PayoutStatus
from payments.reconciling.models import Difference
from payments.repayments.models import Repayment
from payments.repayments.states import Repayment as RepaymentStatus
from payments.states import Refund as RefundStatus
from payments.states import RefundProposal as Proposal
from payments.taken_back import queries as taken_back
from projects.models import Campaign
from projects.states import Campaign as Status


async def _being_collected(_by: Actor) -> int:
    return await Campaign.filter(status__in=[Status.SUCCESSFUL, Status.COLLECTING], import_batch_id=None).count()


async def _refunds_to_decide(by: Actor) -> int:
    """Proposed by somebody else."""
    return await RefundProposal.filter(status=Proposal.PROPOSED).exclude(proposed_by_id=by.person_id).count()


async def _refunds_to_pay(by: Actor) -> int:
    """Failed and not paid another way yet; what this person recorded waits for somebody else."""
    mine = Repayment.filter(status=RepaymentStatus.RECORDED, recorded_by_id=by.person_id)
    return await Refund.filter(status=RefundStatus.FAILED).count() - await mine.count()


async def _differences(_by: Actor) -> int:
    return await Difference.filter(status="open").count()


async def _payouts_waiting(_by: Actor) -> int:
    return await Payout.filter(status__in=[PayoutStatus.WAITING, PayoutStatus.SENDING]).count()


async def _holds_to_decide(by: Actor) -> int:
    """Where somebody else has acted and a second person is asked for."""
    placed = await PaymentHold.filter(status=Hold.PLACED).exclude(placed_by_id=by.person_id).count()
    return placed + await PaymentHold.filter(status=Hold.RELEASE_PROPOSED).exclude(release_by_id=by.person_id).count()


async def _disputes_open(_by: Actor) -> int:
    return await Dispute.filter(status=DisputeStatus.OPEN).count()


async def _taken_back(_by: Actor) -> int:
    return await taken_back.how_many_open()


LINKS: Final = tuple(
    link
    for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR)
    for link in (
        LandingLink(role, "Collections: how far cards are charged", "settlements", _being_collected),
        LandingLink(role, "Refunds", "office_refunds", _refunds_to_decide),
        LandingLink(role, "Refunds that failed, to pay another way", "office_failed_refunds", _refunds_to_pay),
        LandingLink(role, "Payouts and groups’ accounts", "office_payouts", _payouts_waiting),
        LandingLink(role, "Taken back from groups by hand", "office_taken_back_list", _taken_back),
        LandingLink(role, "Payments that are held", "office_holds", _holds_to_decide),
        LandingLink(role, "Disputes", "office_disputes", _disputes_open),
        LandingLink(role, "Differences with the payment provider", "differences", _differences),
        LandingLink(role, "Find a pledge", "office_find_pledge"),
    )
)
STAFF_PAGES: Final = {
    "pledge": "/staff/pledges/{id}",
    "payout": "/staff/payouts/{id}",
    "dispute": "/staff/disputes/{id}",
    "difference": "/staff/differences/{id}",
}
