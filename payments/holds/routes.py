"""Officers' pages: what is held, holding a payment, and the second person's word."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import Acts, acted, viewer
from crowdfund_kent.answering import done
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm, SiteForm, TextAreaField
from crowdfund_kent.templating import render
from payments.holds import services, subjects
from payments.holds.models import PaymentHold
from payments.holds.states import IN_EFFECT

OFFICERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
LIST: Final = "/staff/payment-holds"
BOTH: Final = ("GET", "POST")
_HINT: Final = "The second person and the auditors read this. Do not write more about a person than is needed."


class HoldForm(SiteForm):
    """Why a payment is held."""

    why = TextAreaField("Why is it held?", hint=_HINT, missing="Enter why it is held", longest=500, rows=4)


class ReleaseForm(SiteForm):
    """Why a payment can go on."""

    why = TextAreaField("Why can it go on?", hint=_HINT, missing="Enter why it can go on", longest=500, rows=4)


async def _listing(request: Request) -> Response:
    """GET /staff/payment-holds: what is held now, and what was."""
    rows = await PaymentHold.all().order_by("-id").limit(200)
    context = {
        "now": [(row, await subjects.describe(row.subject)) for row in rows if row.status in IN_EFFECT],
        "over": [(row, await subjects.describe(row.subject)) for row in rows if row.status not in IN_EFFECT],
        "names": await names_of(row.placed_by_id for row in rows),
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/holds.html", context)


async def _new(request: Request) -> Response:
    """GET and POST /staff/payment-holds/new/{kind}/{id}: held at once; a second person confirms it or lifts it."""
    subject = f"{request.path_params['kind']}:{path_id(request)}"
    about = await subjects.describe(subject)
    form = await HoldForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            hold = await services.place(subject, form.why.data, request.state.actor)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            return await done(request, f"{LIST}/{hold.id}", "Held. Somebody else now confirms it or lifts it.")
    context = {"about": about, "subject": subject, "form": form}
    return render(request, "payments/hold_new.html", context, form.response_status)


async def _propose(form: SiteForm, hold_id: int, by: Actor) -> None:
    assert isinstance(form, ReleaseForm)
    await services.propose_release(hold_id, form.why.data, by)


async def _one(request: Request) -> Response:
    """GET /staff/payment-holds/{id}; POST .../{act}: confirm, lift, propose (with a reason), release, keep."""
    hold = await PaymentHold.get_or_none(id=path_id(request))
    if hold is None:
        raise NotFound
    act, path = str(request.path_params.get("act", "")), f"{LIST}/{hold.id}"
    form: SiteForm = await (ReleaseForm if act in ("", "propose") else ActionForm).of(request)
    acts: Acts = {
        "confirm": (services.confirm, "Confirmed: it stays held."),
        "lift": (services.lift, "Lifted: the payment goes on."),
        "propose": (partial(_propose, form), "Proposed. Somebody else decides."),
        "release": (services.release, "Released: the payment goes on."),
        "keep": (services.keep, "It stays held."),
    }
    if request.method == "POST" and (answer := await acted(request, form, acts, hold.id, path)):
        return answer
    ids = (hold.placed_by_id, hold.confirmed_by_id, hold.release_by_id, hold.ended_by_id)
    context = {
        "hold": hold,
        "about": await subjects.describe(hold.subject),
        "names": await names_of(ids),
        "form": form if isinstance(form, ReleaseForm) else None,
        "problems": form.problems,
        "done": await sessions.take_flash(request),
        "viewer": await viewer(request),
    }
    return render(request, "payments/hold.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, OFFICERS, name="office_holds"),
    page(f"{LIST}/new/{{kind}}/{{id}}", _new, OFFICERS, name="office_hold_new", methods=BOTH),
    page(f"{LIST}/{{id}}", _one, OFFICERS, name="office_hold"),
    page(f"{LIST}/{{id}}/{{act}}", _one, OFFICERS, name="office_hold_act", methods=("POST",)),
]
