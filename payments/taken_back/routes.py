"""Officers' pages: what was taken back by hand in the provider's dashboard, and what becomes of it."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import acted, viewer
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from payments.payouts.models import Payout, Reversal
from payments.taken_back import queries, services
from payments.taken_back.forms import SEND, DecisionForm
from payments.taken_back.models import TakenBackDecision
from payments.taken_back.states import Decision as Status
from pledges.queries import campaign_view

OFFICERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
LIST: Final = "/staff/taken-back"


async def _listing(request: Request) -> Response:
    """GET: what is open first."""
    context = {"rows": await queries.taken_back(), "list": LIST, "done": await sessions.take_flash(request)}
    return render(request, "payments/taken_back_list.html", context)


async def _one(request: Request) -> Response:
    """GET and POST: what was taken back; saying what becomes of it."""
    row = await services.reversal(path_id(request))
    form = await DecisionForm.of(request)
    if request.method == "POST" and form.validate():
        sends, why = form.what.data == SEND, str(form.why.data)
        if await tried(form, partial(services.propose, row.id, sends=sends, why=why, by=request.state.actor)):
            said = "Proposed. A finance approver, who is somebody else, decides."
            return await done(request, f"{LIST}/{row.id}", said)
    return await _page(request, row, form)


async def _act(request: Request) -> Response:
    """POST: agree, refuse, withdraw."""
    row = await services.reversal(path_id(request))
    form = await ActionForm.of(request)
    acts = {
        "agree": (services.agree, "Agreed."),
        "refuse": (services.refuse, "Refused: it is still to be decided."),
        "withdraw": (services.withdraw, "Taken back: it is still to be decided."),
    }
    made = await TakenBackDecision.filter(reversal_id=row.id, status=Status.PROPOSED).first()
    if made is None:
        raise NotFound
    return await acted(request, form, acts, made.id, f"{LIST}/{row.id}") or await _page(request, row, form)


async def _page(request: Request, row: Reversal, form: DecisionForm | ActionForm) -> Response:
    made = await TakenBackDecision.filter(reversal_id=row.id).order_by("-id")
    pledge = row.transfer.attempt.pledge
    payout = await Payout.get(id=row.transfer.payout_id)
    context = {
        "row": row,
        "pledge": pledge,
        "payout": payout,
        "campaign": await campaign_view(pledge.campaign_id),
        "due_pence": (await queries.due_of([row.transfer.attempt_id]))[row.transfer.attempt_id],
        "made": made,
        "open": next((one for one in made if one.status == Status.PROPOSED), None),
        "names": await names_of(one for each in made for one in (each.proposed_by_id, each.decided_by_id)),
        "form": form if isinstance(form, DecisionForm) else None,
        "problems": form.problems,
        "viewer": await viewer(request),
        "list": LIST,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/taken_back.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, OFFICERS, name="office_taken_back_list"),
    page(f"{LIST}/{{id}}", _one, OFFICERS, name="office_taken_back", methods=("GET", "POST")),
    page(f"{LIST}/{{id}}/{{act}}", _act, OFFICERS, name="office_taken_back_act", methods=("POST",)),
]
