"""Officers' pages on which funders and funds are made: a draft by one person, opened by another."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from pledges import fund_making
from pledges.fund_making_forms import DraftForm, FunderForm, NewFundForm
from pledges.fund_office import APPROVERS, BOTH, OFFICERS, READ, form_page, fund_of, office_path
from pledges.fund_queries import objective_lists, pot_of
from pledges.kinds import Accrual
from pledges.models import Funder, MatchFund
from pledges.states import Fund as FundStatus

FUNDERS: Final = "/staff/funders"


async def funders(request: Request) -> Response:
    """GET /staff/funders."""
    rows = await Funder.all().order_by("name")
    numbers = {funder.id: await MatchFund.filter(funder_id=funder.id).count() for funder in rows}
    context = {
        "funders": [(funder, numbers[funder.id]) for funder in rows],
        "may_write": await may_act(request.state.actor, Role.FUND_OFFICER),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "funds/office_funders.html", context)


async def new_funder(request: Request) -> Response:
    """GET and POST /staff/funders/new."""
    form = await FunderForm.of(request)
    if request.method == "POST" and form.validate():
        words = (form.name.data, form.short_name.data, form.organisation_id.data or "")
        if await tried(form, partial(fund_making.enter_funder, *words, request.state.actor), "name"):
            return await done(request, FUNDERS, f"{form.name.data} is entered. You can make a fund of theirs now")
    return render(request, "funds/office_funder.html", {"form": form}, form.response_status)


async def new_fund(request: Request) -> Response:
    """GET and POST /staff/funds/new."""
    form = await NewFundForm.of(request, accrual=Accrual.FLAT.value)
    form.funder.choices = [(funder.id, funder.name) for funder in await Funder.all().order_by("name")]
    form.objective_list.choices = [(name, name) for name in await objective_lists()]
    if request.method == "POST" and form.validate():
        made: list[MatchFund] = []

        async def work() -> None:
            made.append(await fund_making.draft_fund(int(form.funder.data), form.draft(), request.state.actor))

        if await tried(form, work, "name"):
            said = "The fund is entered as a draft. Add its sources, rules and who may sign"
            return await done(request, office_path(made[0]), said)
    return render(request, "funds/office_fund_new.html", {"form": form}, form.response_status)


async def change(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/draft."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    if fund.status != FundStatus.DRAFT:
        return to(office_path(fund))
    form = await DraftForm.of(request, **DraftForm.initial(fund))
    form.objective_list.choices = [(name, name) for name in await objective_lists()]
    if request.method == "POST" and form.validate():
        work = partial(fund_making.change_draft, fund.id, form.draft(), request.state.actor)
        if await tried(form, work, "name"):
            return await done(request, office_path(fund), "The draft is changed")
    return form_page(request, "office_fund_draft.html", fund, form)


async def open_it(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/open."""
    fund = await fund_of(request, Role.FINANCE_APPROVER)
    form = await ActionForm.of(request)
    work = partial(fund_making.open_fund, fund.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, office_path(fund), "The fund is open, and everybody can read its page")
    needed = await fund_making.needed_to_open(fund)
    may = await fund_making.entered_by(fund) != request.state.actor.person_id
    return form_page(request, "office_open.html", fund, form, needed=needed, pot=await pot_of(fund), may=may)


ROUTES: Final[list[Route]] = [
    page("/staff/funders", funders, READ, name="staff_funders"),
    page("/staff/funders/new", new_funder, OFFICERS, name="staff_funder_new", methods=BOTH),
    page("/staff/funds/new", new_fund, OFFICERS, name="staff_fund_new", methods=BOTH),
    page("/staff/funds/{slug}/draft", change, OFFICERS, name="staff_fund_draft", methods=BOTH),
    page("/staff/funds/{slug}/open", open_it, APPROVERS, name="staff_fund_open", methods=BOTH),
]
