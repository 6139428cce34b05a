"""Officers' pages of refunds that the bank did not take: what is to be paid another way, and the second person's word."""

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
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from payments.models import Refund
from payments.repayments import proving, services
from payments.repayments.forms import RepaymentForm
from payments.repayments.models import Repayment
from payments.repayments.states import Repayment as Status
from payments.states import Refund as RefundStatus
from pledges.queries import campaign_view

OFFICERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
LIST: Final = "/staff/failed-refunds"
MOST_DIGITS: Final = 19


async def _listing(request: Request) -> Response:
    """GET: what is to be paid, what waits for a second person, and what is done."""
    failed = await Refund.filter(status=RefundStatus.FAILED).order_by("id").select_related("pledge")
    recorded = await Repayment.filter(status=Status.RECORDED).order_by("id").select_related("refund__pledge")
    done = await Repayment.filter(status=Status.CONFIRMED).order_by("-id").limit(100).select_related("refund__pledge")
    waiting = {one.refund_id for one in recorded}
    context = {
        "to_pay": [one for one in failed if one.id not in waiting],
        "recorded": recorded,
        "done_rows": done,
        "proved": await proving.lines_of([one.id for one in done]),
        "names": await names_of(one.recorded_by_id for one in recorded),
        "list": LIST,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/failed_refunds.html", context)


async def _one(request: Request) -> Response:
    """GET and POST: one failed refund; recording how it was paid."""
    refund = await _refund(request)
    form = await RepaymentForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.record, refund.id, form.paid(), request.state.actor)
        if await tried(form, work):
            said = "Recorded. A finance approver, who is somebody else, confirms it."
            return await done(request, f"{LIST}/{refund.id}", said)
    return await _page(request, refund, form)


async def _act(request: Request) -> Response:
    """POST: confirm, refuse, withdraw; line-12: that line of a bank statement shows it, which confirms it too."""
    refund = await _refund(request)
    form = await ActionForm.of(request)
    act = str(request.path_params["act"])
    if act.startswith("line-"):
        return await _name(request, refund, form, act.removeprefix("line-"))
    acts = {
        "confirm": (services.confirm, "Confirmed. The books follow, and the backer is told."),
        "refuse": (services.refuse, "Refused: it is still to be paid."),
        "withdraw": (services.withdraw, "Taken back: it is still to be paid."),
    }
    made = await Repayment.filter(refund_id=refund.id, status=Status.RECORDED).first()
    if made is None:
        raise NotFound
    return await acted(request, form, acts, made.id, LIST) or await _page(request, refund, form)


async def _name(request: Request, refund: Refund, form: ActionForm, number: str) -> Response:
    made = await Repayment.filter(refund_id=refund.id, status__in=[Status.RECORDED, Status.CONFIRMED]).first()
    if made is None or not (number.isascii() and number.isdigit() and len(number) < MOST_DIGITS):
        raise NotFound

    async def name() -> None:
        async with transaction():
            if made.status == Status.RECORDED:
                await services.confirm(made.id, request.state.actor)
            await proving.name_line(made.id, int(number), request.state.actor)

    if form.validate() and await tried(form, name):
        return await done(request, f"{LIST}/{refund.id}", "Confirmed: this line of the bank statement shows it.")
    return await _page(request, refund, form)


async def _page(request: Request, refund: Refund, form: RepaymentForm | ActionForm) -> Response:
    made = await Repayment.filter(refund_id=refund.id).order_by("-id")
    standing = next((one for one in made if one.status in (Status.RECORDED, Status.CONFIRMED)), None)
    line = await proving.line_of(standing.id) if standing is not None else None
    context = {
        "standing": standing,
        "line": line,
        "candidates": await proving.candidates(standing) if standing is not None and line is None else [],
        "refund": refund,
        "pledge": refund.pledge,
        "campaign": await campaign_view(refund.pledge.campaign_id),
        "made": made,
        "open": next((one for one in made if one.status == Status.RECORDED), None),
        "names": await names_of(one for row in made for one in (row.recorded_by_id, row.decided_by_id)),
        "form": form if isinstance(form, RepaymentForm) else None,
        "problems": form.problems,
        "viewer": await viewer(request),
        "list": LIST,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/failed_refund.html", context, form.response_status)


async def _refund(request: Request) -> Refund:
    """One that failed, or did before it was paid another way."""
    found = await Refund.get_or_none(id=path_id(request)).select_related("pledge")
    if found is None or found.status not in (RefundStatus.FAILED, RefundStatus.REPAID):
        raise NotFound
    return found


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, OFFICERS, name="office_failed_refunds"),
    page(f"{LIST}/{{id}}", _one, OFFICERS, name="office_failed_refund", methods=("GET", "POST")),
    page(f"{LIST}/{{id}}/{{act}}", _act, OFFICERS, name="office_failed_refund_act", methods=("POST",)),
]
