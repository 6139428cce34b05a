"""Officers' pages about one pledge: what was charged and went back, and giving it back by two people."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import acted, viewer
from crowdfund_kent.answering import done, to
from crowdfund_kent.cases.models import Case
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import render
from payments import refund_proposals, statements
from payments.disputes.queries import has_open_dispute
from payments.models import Refund, RefundProposal
from payments.office_forms import FindForm, RefundForm
from payments.payouts import reversals
from payments.payouts.models import CollapseProposal, Payout
from payments.states import RefundProposal as Status
from pledges.models import Pledge
from pledges.queries import campaign_view

OFFICERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
PROPOSES: Final = staff(Role.FUND_OFFICER)
LIST: Final = "/staff/refunds"


async def _find(request: Request) -> Response:
    """By reference, as a backer reads it out."""
    form = FindForm.of_query(request)
    if request.query_params and form.validate():
        found = await Pledge.get_or_none(reference=str(form.reference.data).upper())
        if found is not None:
            return to(f"/staff/pledges/{found.id}")
        form.refuse("We know no pledge of this reference. Check it letter by letter", "reference")
    return render(request, "payments/office_find.html", {"form": form}, form.response_status)


async def _pledge(request: Request) -> Pledge:
    found = await Pledge.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    return found


async def _one(request: Request) -> Response:
    """What officers need to answer about one pledge: no name and no address."""
    pledge = await _pledge(request)
    proposals = await RefundProposal.filter(pledge_id=pledge.id).order_by("-id")
    context = {
        "pledge": pledge,
        "campaign": await campaign_view(pledge.campaign_id),
        "entries": await statements.of_pledge(pledge.id),
        "refunds": await Refund.filter(pledge_id=pledge.id).order_by("id"),
        "proposals": proposals,
        "disputed": await has_open_dispute(pledge.id),
        "names": await names_of(one.proposed_by_id for one in proposals),
        "cases": await Case.filter(subject=f"pledge:{pledge.id}").order_by("-id"),
        "why_not": await refund_proposals.why_not(pledge, request.state.actor),
        "may_propose": request.state.actor.role == Role.FUND_OFFICER,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/office_pledge.html", context)


async def _propose(request: Request) -> Response:
    pledge = await _pledge(request)
    form = await RefundForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            made = await refund_proposals.ask_refund(pledge.id, request.state.actor, form.why.data, form.part.data)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            if isinstance(made, CollapseProposal):
                said = "Too little would be left for the group, so it is proposed that everybody gets their money back."
                return await done(
                    request, f"/staff/payouts/{(await Payout.get(campaign_id=made.campaign_id)).id}", said
                )
            return await done(
                request, f"/staff/pledges/{pledge.id}", "The refund is proposed. A finance approver decides."
            )
    return await _page(request, "payments/office_propose.html", pledge, form)


async def _page(request: Request, template: str, pledge: Pledge, form: SiteForm, **more: Any) -> Response:
    campaign = await campaign_view(pledge.campaign_id)
    context = {"pledge": pledge, "campaign": campaign, "form": form, **more}
    return render(request, template, context, form.response_status)


async def _again(request: Request) -> Response:
    """POST: ask the group's account again for what a refund waits for; or let it go, now that the limit allows it."""
    pledge = await _pledge(request)
    form, said = await ActionForm.of(request), "Asked again. The refund goes out as soon as the money is there."
    back = f"/staff/pledges/{pledge.id}"
    if not form.validate():
        return to(back)
    try:
        await reversals.again(pledge.id, request.state.actor)
    except Refused as refused:
        said = refused.message
    return await done(request, back, said)


async def _listing(request: Request) -> Response:
    waiting = await RefundProposal.filter(status=Status.PROPOSED).select_related("pledge").order_by("id")
    decided = (
        await RefundProposal.exclude(status=Status.PROPOSED).select_related("pledge").order_by("-decided_at").limit(50)
    )
    context = {
        "waiting": waiting,
        "decided": decided,
        "names": await names_of(one.proposed_by_id for one in [*waiting, *decided]),
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/office_refunds.html", context)


async def _decide(request: Request) -> Response:
    """The second person's page; whoever proposed may take it back here."""
    proposal = await refund_proposals.one(path_id(request))
    form = await ActionForm.of(request)
    acts = {
        "agree": (refund_proposals.agree, "Agreed: the money goes back to the card, and the backer is told."),
        "refuse": (refund_proposals.refuse, "Refused: nothing goes back."),
        "withdraw": (refund_proposals.withdraw, "Taken back: nothing is decided."),
    }
    if request.method == "POST" and (answer := await acted(request, form, acts, proposal.id, LIST)):
        return answer
    names = await names_of([proposal.proposed_by_id])
    return await _page(
        request,
        "payments/office_decide.html",
        proposal.pledge,
        form,
        proposal=proposal,
        proposed_by=names[proposal.proposed_by_id],
        viewer=await viewer(request),
        list=LIST,
    )


_ONE: Final = "/staff/pledges/{id}"
ROUTES: Final[list[Route]] = [
    page("/staff/pledges", _find, OFFICERS, name="office_find_pledge"),
    page(_ONE, _one, OFFICERS, name="office_pledge"),
    page(f"{_ONE}/refund", _propose, PROPOSES, name="office_propose_refund", methods=("GET", "POST")),
    page(f"{_ONE}/again", _again, OFFICERS, name="office_refund_again", methods=("POST",)),
    page(LIST, _listing, OFFICERS, name="office_refunds"),
    page(f"{LIST}/{{id}}", _decide, OFFICERS, name="office_refund"),
    page(f"{LIST}/{{id}}/{{act}}", _decide, OFFICERS, name="office_refund_act", methods=("POST",)),
]
