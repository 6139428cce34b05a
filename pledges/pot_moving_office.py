"""Officers' pages of movements: between the sources of a fund, recovered money back to the pot, the closing of a fund; codes."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, pressed, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, MoneyField, SelectField, SiteForm, TextField
from crowdfund_kent.money import pounds_exact
from pledges import funds, pot_moving
from pledges.fund_forms import LARGEST_PENCE, CodesForm
from pledges.fund_office import APPROVERS, BOTH, CAP_KEEPERS, OFFICERS, form_page, fund_of, office_path
from pledges.fund_queries import pot_of
from pledges.kinds import MovementKind
from pledges.models import FundingSource, MatchFund, PotMovement
from pledges.states import Fund as FundStatus


class WhyForm(SiteForm):
    """Why a pot changes."""

    why = TextField(
        "Where this was decided",
        missing="Enter the decision that it comes from",
        longest=200,
        hint="Such as the number of a decision. It is kept on record.",
    )


class ReturnForm(WhyForm):
    """Recovered money that is left again."""

    source = SelectField("Of which source?", missing="Choose the source")
    amount = MoneyField(
        "How much?", missing="Enter an amount, like 500", most_pence=LARGEST_PENCE, classes="govuk-input--width-10"
    )


class MoveForm(WhyForm):
    """What moves, from where to where."""

    from_source = SelectField("From which source?", missing="Choose the source that it leaves")
    to_source = SelectField("To which source?", missing="Choose the source that gets it")
    amount = MoneyField(
        "How much?", missing="Enter an amount, like 5,000", most_pence=LARGEST_PENCE, classes="govuk-input--width-10"
    )


async def enter_move(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/move."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    pot = await pot_of(fund)
    form = await MoveForm.of(request)
    form.from_source.choices = [
        (source.id, f"{source.name}: {pounds_exact(figures.left_pence)} is left") for source, figures in pot.sources
    ]
    form.to_source.choices = [(source.id, source.name) for source, _ in pot.sources]
    if request.method == "POST" and form.validate():
        work = partial(
            pot_moving.enter_move,
            fund.id,
            int(form.from_source.data),
            int(form.to_source.data),
            form.amount.data,
            form.why.data,
            request.state.actor,
        )
        if await tried(form, work, "amount"):
            return await done(request, office_path(fund), "The movement is entered. It happens once it is confirmed")
    return form_page(request, "office_move.html", fund, form)


async def enter_return(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/return."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    form = await ReturnForm.of(request)
    sources = await FundingSource.filter(fund_id=fund.id, recovered_pence__gt=0).order_by("id")
    form.source.choices = [(one.id, f"{one.name}: {pounds_exact(one.recovered_pence)} recovered") for one in sources]
    if request.method == "POST" and form.validate():
        work = partial(
            pot_moving.enter_return,
            fund.id,
            int(form.source.data),
            form.amount.data,
            form.why.data,
            request.state.actor,
        )
        if await tried(form, work, "amount"):
            return await done(request, office_path(fund), "Entered. The money is left again once it is confirmed")
    return form_page(request, "office_return.html", fund, form)


async def set_codes(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/sources/{id}/codes."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    source = await FundingSource.get_or_none(id=path_id(request), fund_id=fund.id)
    if source is None:
        raise NotFound
    form = await CodesForm.of(
        request,
        budget_code=source.budget_code,
        cost_centre=source.cost_centre,
        subjective_code=source.subjective_code,
    )
    if request.method == "POST" and form.validate():
        codes = (form.budget_code.data or "", form.cost_centre.data or "", form.subjective_code.data or "")
        if await tried(form, partial(funds.set_codes, source.id, *codes, request.state.actor)):
            return await done(request, office_path(fund), "The codes are recorded")
    return form_page(request, "office_codes.html", fund, form, source=source)


async def enter_close(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/close."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    form = await WhyForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(pot_moving.enter_close, fund.id, form.why.data, request.state.actor)
        if await tried(form, work):
            return await done(request, office_path(fund), "The closing is entered. It happens once it is confirmed")
    return form_page(request, "office_close.html", fund, form, pot=await pot_of(fund), is_open=_is_open(fund))


def _is_open(fund: MatchFund) -> bool:
    return fund.status == FundStatus.OPEN


async def _movement(request: Request, fund: MatchFund) -> PotMovement:
    movement = await PotMovement.get_or_none(id=path_id(request), fund_id=fund.id).select_related(
        "from_source", "to_source"
    )
    if movement is None:
        raise NotFound
    return movement


async def confirm(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/movements/{id}/confirm."""
    fund = await fund_of(request, Role.FINANCE_APPROVER)
    movement = await _movement(request, fund)
    form = await ActionForm.of(request)
    work = partial(pot_moving.confirm, movement.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        said = _DONE[MovementKind(movement.kind)]
        return await done(request, office_path(fund), said)
    names = await names_of([movement.entered_by_id])
    return form_page(
        request,
        "office_confirm_movement.html",
        fund,
        form,
        movement=movement,
        pot=await pot_of(fund),
        is_open=_is_open(fund),
        entered_by=names[movement.entered_by_id],
        may=movement.entered_by_id != request.state.actor.person_id,
    )


async def withdraw(request: Request) -> Response:
    """POST /staff/funds/{slug}/movements/{id}/withdraw."""
    fund = await fund_of(request, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    movement = await _movement(request, fund)
    work = partial(pot_moving.withdraw, movement.id, request.state.actor)
    return await pressed(request, work, office_path(fund), "The movement is withdrawn. Nothing was moved")


_DONE: Final = {
    MovementKind.MOVE: "The money is moved",
    MovementKind.CLOSE: "What was left is let go of",
    MovementKind.RETURN: "The money is left again in the pot",
}
_MOVEMENT: Final = "/staff/funds/{slug}/movements/{id}"
ROUTES: Final[list[Route]] = [
    page("/staff/funds/{slug}/move", enter_move, OFFICERS, name="staff_fund_move", methods=BOTH),
    page("/staff/funds/{slug}/return", enter_return, OFFICERS, name="staff_fund_return", methods=BOTH),
    page("/staff/funds/{slug}/sources/{id}/codes", set_codes, OFFICERS, name="staff_fund_codes", methods=BOTH),
    page("/staff/funds/{slug}/close", enter_close, OFFICERS, name="staff_fund_close", methods=BOTH),
    page(f"{_MOVEMENT}/confirm", confirm, APPROVERS, name="staff_fund_movement_confirm", methods=BOTH),
    page(f"{_MOVEMENT}/withdraw", withdraw, CAP_KEEPERS, name="staff_fund_movement_withdraw", methods=("POST",)),
]
