"""Officers' pages: what backers' banks dispute, and by when an answer is due in the provider's dashboard."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.errors import NotFound
from crowdfund_kent.templating import render
from payments.disputes.models import Dispute, DisputeEvent
from payments.disputes.states import Dispute as Status
from payments.payouts.models import Reversal
from pledges.queries import campaign_view

OFFICERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
LIST: Final = "/staff/disputes"
# the provider's codes (docs.stripe.com/disputes/categories) in words
REASONS: Final = {
    "fraudulent": "The cardholder says that they did not pay",
    "duplicate": "The cardholder says that they were charged twice",
    "product_not_received": "The cardholder says that they did not get what was promised",
    "product_unacceptable": "The cardholder says that it was not as described",
    "subscription_canceled": "The cardholder says that they had cancelled",
    "credit_not_processed": "The cardholder says that a refund was promised",
    "unrecognized": "The cardholder does not recognise the payment",
    "general": "The bank gives no reason",
}


# what stands in a dispute's history, in words
HAPPENED: Final = {
    "opened": "The bank asked for the money back",
    "withdrawn": "The provider took it from our balance",
    "reinstated": "It came back to our balance",
    "fee": "The provider took its fee for a dispute",
    "won": "Decided for us",
    "lost": "Decided for the backer",
}


async def _listing(request: Request) -> Response:
    """GET /staff/disputes: open ones first, by the day on which the answer is due."""
    rows = await Dispute.all().select_related("attempt__pledge").order_by("-id").limit(200)
    rows.sort(key=lambda row: (row.status != Status.OPEN, row.answer_by or row.opened_at))
    return render(request, "payments/disputes.html", {"disputes": rows, "reasons": REASONS})


async def _one(request: Request) -> Response:
    """GET /staff/disputes/{id}: its money, its days, and what came back from the group."""
    dispute = await Dispute.get_or_none(id=path_id(request)).select_related("attempt__pledge")
    if dispute is None:
        raise NotFound
    context = {
        "dispute": dispute,
        "pledge": dispute.attempt.pledge,
        "campaign": await campaign_view(dispute.attempt.pledge.campaign_id),
        "events": await DisputeEvent.filter(subject_id=dispute.id).order_by("id"),
        "reversals": await Reversal.filter(transfer__attempt_id=dispute.attempt_id).order_by("id"),
        "reasons": REASONS,
        "words": HAPPENED,
    }
    return render(request, "payments/dispute.html", context)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, OFFICERS, name="office_disputes"),
    page(f"{LIST}/{{id}}", _one, OFFICERS, name="office_dispute"),
]
