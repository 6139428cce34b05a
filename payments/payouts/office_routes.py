"""Officers' pages: payouts with what they wait for, groups' accounts, and giving everything back by two people."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import acted, viewer
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from payments.office_forms import WhyForm
from payments.payouts import bank_failures, collapsing, queries, reversals
from payments.payouts.models import Payout, Recipient, Transfer
from pledges.queries import campaign_view

SEES: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
PROPOSES: Final = staff(Role.FUND_OFFICER)
LIST: Final = "/staff/payouts"
BOTH: Final = ("GET", "POST")


async def _listing(request: Request) -> Response:
    """GET /staff/payouts: all of them, groups' accounts, and what the programme has lost."""
    context = {
        "payouts": await queries.payouts_listed(),
        "accounts": [
            (queries.AccountView(row), row.group)
            for row in await Recipient.all().select_related("group").order_by("-id").limit(100)
        ],
        "failures": await bank_failures.open_failures(),
        "losses_pence": await reversals.losses_pence(),
        "limit_pence": get_settings().loss_limit_pence,
    }
    return render(request, "payments/office_payouts.html", context)


async def _found(request: Request) -> Payout:
    found = await Payout.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    return found


async def _one(request: Request) -> Response:
    """GET /staff/payouts/{id}: what it waits for, each payment, each transfer that failed."""
    payout = await _found(request)
    context = {
        "view": await queries.payout_view(payout),
        "failed": await Transfer.filter(payout_id=payout.id, status="failed").order_by("id"),
        "may_propose": request.state.actor.role == Role.FUND_OFFICER,
        "may_read_evidence": await may_act(request.state.actor, Role.FINANCE_APPROVER, Role.AUDITOR),
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/office_payout.html", context)


async def _propose(request: Request) -> Response:
    """GET and POST /staff/payouts/{id}/collapse: give everything back, the first of two people."""
    payout = await _found(request)
    form = await WhyForm.of(request)
    work = partial(collapsing.propose, payout.campaign_id, form.why.data, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        said = "Proposed. A finance approver decides, and the payout waits."
        return await done(request, f"{LIST}/{payout.id}", said)
    context = {"payout": payout, "campaign": await campaign_view(payout.campaign_id), "form": form}
    return render(request, "payments/office_collapse.html", context, form.response_status)


async def _decide(request: Request) -> Response:
    """GET /staff/collapses/{id}; POST .../agree, refuse, withdraw: the second person, or the first who takes it back."""
    proposal = await collapsing.one(path_id(request))
    payout = await Payout.get(campaign_id=proposal.campaign_id)
    form = await ActionForm.of(request)
    acts = {
        "agree": (collapsing.agree, "Agreed: everybody gets their money back, and all are told."),
        "refuse": (collapsing.refuse, "Refused: the payout goes on."),
        "withdraw": (collapsing.withdraw, "Taken back: the payout goes on."),
    }
    if request.method == "POST" and (answer := await acted(request, form, acts, proposal.id, f"{LIST}/{payout.id}")):
        return answer
    names = await names_of([proposal.proposed_by_id])
    context = {
        "proposal": proposal,
        "payout": payout,
        "campaign": await campaign_view(proposal.campaign_id),
        "form": form,
        "proposed_by": names[proposal.proposed_by_id],
        "viewer": await viewer(request),
    }
    return render(request, "payments/office_collapse_decide.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, SEES, name="office_payouts"),
    page(f"{LIST}/{{id}}", _one, SEES, name="office_payout"),
    page(f"{LIST}/{{id}}/collapse", _propose, PROPOSES, name="office_collapse_propose", methods=BOTH),
    page("/staff/collapses/{id}", _decide, SEES, name="office_collapse"),
    page("/staff/collapses/{id}/{act}", _decide, SEES, name="office_collapse_act", methods=("POST",)),
]
