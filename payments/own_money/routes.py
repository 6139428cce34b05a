"""Officers' pages of the council's own money at the provider: what can be drawn, what was moved, the second person's word."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import ledger
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import acted, viewer
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from payments import accounts
from payments.own_money import services
from payments.own_money.forms import OwnMoneyForm
from payments.own_money.models import OwnMove
from payments.own_money.states import OwnMove as Status
from payments.repayments.models import Repayment

OFFICERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
READ: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR)
HOME: Final = "/staff/own-money"


async def _home(request: Request) -> Response:
    """GET: what stands where by the books, what can be drawn, what waits for a second person, what was moved."""
    moves = await OwnMove.filter(status__in=[Status.RECORDED, Status.CONFIRMED]).order_by("-id").limit(100)
    books = [
        ("At the provider, by our books", await ledger.balance(accounts.PROVIDER_BALANCE)),
        ("Paid back another way, not drawn yet", -await ledger.balance(accounts.REPAID)),
        ("Put in by the council", -await ledger.balance(accounts.ADDED)),
        ("Card costs of the programme", await ledger.balance(accounts.CARD_COSTS)),
        ("Losses of the programme", await ledger.balance(accounts.LOSSES)),
    ]
    context = {
        "books": books,
        "to_draw": await services.to_draw(),
        "recorded": [one for one in moves if one.status == Status.RECORDED],
        "confirmed": [one for one in moves if one.status == Status.CONFIRMED],
        "names": await names_of(one.recorded_by_id for one in moves),
        "writes": request.state.actor.role != Role.AUDITOR,
        "home": HOME,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/own_money.html", context)


async def _new(request: Request) -> Response:
    """GET and POST: what was moved."""
    form = await OwnMoneyForm.of(request, moved_on=business_today())
    form.repayments.choices = [
        (
            one.id,
            f"{pounds_exact(one.amount_pence)}, pledge {one.refund.pledge.reference}, paid {one.paid_on:%-d %B %Y}",
        )
        for one in await services.to_draw()
    ]
    if request.method == "POST" and form.validate():
        work = partial(services.record, form.moved(), request.state.actor)
        if await tried(form, work, "amount"):
            return await done(
                request, HOME, "Recorded. It counts once a finance approver, who is somebody else, has seen it"
            )
    return render(request, "payments/own_money_new.html", {"form": form, "home": HOME}, form.response_status)


async def _one(request: Request) -> Response:
    """GET: one movement."""
    return await _page(request, await _move(request), ActionForm(None))


async def _act(request: Request) -> Response:
    """POST: confirm, refuse, withdraw."""
    move = await _move(request)
    form = await ActionForm.of(request)
    acts = {
        "confirm": (services.confirm, "Confirmed. The books follow"),
        "refuse": (services.refuse, "Refused: nothing was moved"),
        "withdraw": (services.withdraw, "Taken back"),
    }
    if move.status != Status.RECORDED:
        raise NotFound
    return await acted(request, form, acts, move.id, HOME) or await _page(request, move, form)


async def _page(request: Request, move: OwnMove, form: ActionForm) -> Response:
    context = {
        "move": move,
        "repayments": await Repayment.filter(own_move_id=move.id).order_by("id").select_related("refund__pledge"),
        "names": await names_of([move.recorded_by_id, move.decided_by_id]),
        "problems": form.problems,
        "viewer": await viewer(request),
        "home": HOME,
    }
    return render(request, "payments/own_money_one.html", context, form.response_status)


async def _move(request: Request) -> OwnMove:
    found = await OwnMove.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    return found


ROUTES: Final[list[Route]] = [
    page(HOME, _home, READ, name="office_own_money"),
    page(f"{HOME}/new", _new, OFFICERS, name="office_own_money_new", methods=("GET", "POST")),
    page(f"{HOME}/{{id}}", _one, READ, name="office_own_money_one"),
    page(f"{HOME}/{{id}}/{{act}}", _act, OFFICERS, name="office_own_money_act", methods=("POST",)),
]
