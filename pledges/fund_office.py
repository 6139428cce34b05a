"""Officers' pages of a fund: its sources and caps, and who may sign. Its rules and words: fund_rules_office.py."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, require_role, staff
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import called, names_of, people_with, roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, pressed, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.csv_files import csv_response
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from pledges import commitments, funds, pot_warnings
from pledges.fund_forms import AuthorityForm, CapForm, SourceForm
from pledges.fund_making import entered_by, needed_to_open
from pledges.fund_queries import Pot, all_pots, fund_by_slug, generated_notice, movements_of, pot_of, rules_history
from pledges.fund_told import VARIANT_COLUMNS, rules_told
from pledges.models import DecisionAuthority, FundingSource, MatchFund, SourceCap
from pledges.states import Fund as FundStatus

READERS: Final = (Role.FUND_OFFICER, Role.SIGNATORY, Role.FINANCE_APPROVER, Role.AUDITOR)
READ: Final = staff(*READERS)
OFFICERS: Final = staff(Role.FUND_OFFICER)
APPROVERS: Final = staff(Role.FINANCE_APPROVER)
CAP_KEEPERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
BOTH: Final = ("GET", "POST")


def office_path(fund: MatchFund) -> str:
    """A fund's page for its officers."""
    return f"/staff/funds/{fund.slug}"


async def fund_of(request: Request, *roles: Role) -> MatchFund:
    """The fund of the path, for somebody who holds one of `roles` for it."""
    fund = await fund_by_slug(str(request.path_params["slug"]))
    await require_role(request.state.actor, *roles, fund_id=fund.id)
    return fund


async def held_roles(request: Request, fund: MatchFund) -> set[str]:
    """The roles that whoever looks holds for this fund or for the site: what a page offers."""
    mine = await roles_of(request.state.actor.person_id)
    return {grant.role for grant in mine if grant.fund_id in (None, fund.id)}


async def readable_fund_ids(by: Actor) -> set[int] | None:
    """The funds whose officers' pages somebody may read; None for every fund."""
    grants = [grant for grant in await roles_of(by.person_id or 0) if grant.role in READERS]
    return (
        None if any(grant.fund_id is None for grant in grants) else {grant.fund_id for grant in grants if grant.fund_id}
    )


async def listing(request: Request) -> Response:
    """GET /staff/funds."""
    mine = await readable_fund_ids(request.state.actor)
    pots = [pot for pot in await all_pots(drafts=True) if mine is None or pot.fund.id in mine]
    return render(
        request,
        "funds/office_list.html",
        {
            "pots": pots,
            "warnings": {pot.fund.id: warning_of(pot) for pot in pots},
            "may_make": await may_act(request.state.actor, Role.FUND_OFFICER),
            "generated_notice": generated_notice(pot.fund for pot in pots),
        },
    )


def warning_of(pot: Pot) -> int | None:
    """The threshold, in per cent, that an open pot has come to."""
    if pot.fund.status != FundStatus.OPEN:
        return None
    return pot_warnings.reached(pot.together.cap_pence - pot.together.left_pence, pot.together.cap_pence)


async def download(request: Request) -> Response:
    """GET /staff/funds/{slug}/commitments.csv."""
    fund = await fund_of(request, *READERS)
    return csv_response(f"{fund.slug}-commitments.csv", commitments.csv_of(await pot_of(fund)))


async def show(request: Request) -> Response:
    """GET /staff/funds/{slug}."""
    fund = await fund_of(request, *READERS)
    pot = await pot_of(fund)
    waiting = (
        await SourceCap.filter(source__fund_id=fund.id, confirmed_at=None, withdrawn_at=None)
        .order_by("id")
        .select_related("source")
    )
    history = await rules_history(fund.id)
    authorities = await DecisionAuthority.filter(fund_id=fund.id).order_by("-to_day", "id")
    held = await held_roles(request, fund)
    open_movements, past_movements = await movements_of(fund.id)
    names = await names_of(
        [
            *(cap.entered_by_id for cap in waiting),
            *(authority.person_id for authority in authorities),
            *(one.entered_by_id for one in open_movements + past_movements),
            *(one.confirmed_by_id for one in past_movements),
        ]
    )
    context = {
        "fund": fund,
        "pot": pot,
        "path": office_path(fund),
        "is_draft": fund.status == FundStatus.DRAFT,
        "is_open": fund.status == FundStatus.OPEN,
        "is_closed": fund.status == FundStatus.CLOSED,
        "warning": warning_of(pot),
        "commitments": commitments.rows_of(pot),
        "commitment_columns": commitments.COLUMNS,
        "open_movements": open_movements,
        "past_movements": past_movements,
        "needed": await needed_to_open(fund) if fund.status == FundStatus.DRAFT else [],
        "waiting": waiting,
        "history": history,
        "told": await rules_told(fund, history),
        "variant_columns": VARIANT_COLUMNS,
        "authorities": authorities,
        "names": names,
        "today": business_today(),
        "may_write": Role.FUND_OFFICER in held,
        "may_confirm": Role.FINANCE_APPROVER in held,
        "me": request.state.actor.person_id,
        "entered_fund_by": await entered_by(fund),
        "flash": await sessions.take_flash(request),
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "funds/office.html", context)


async def add_source(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/sources."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    form = await SourceForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(funds.add_source, fund.id, form.source(), request.state.actor)
        if await tried(form, work, "name"):
            return await done(request, office_path(fund), "The source is added. It counts once its cap is confirmed")
    return form_page(request, "office_source.html", fund, form)


async def enter_cap(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/sources/{id}/cap."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    source = await FundingSource.get_or_none(id=path_id(request), fund_id=fund.id)
    if source is None:
        raise NotFound
    form = await CapForm.of(request, cap=source.cap_pence)
    if request.method == "POST" and form.validate():
        work = partial(funds.enter_cap, source.id, form.cap.data, form.why.data, request.state.actor)
        if await tried(form, work, "cap"):
            return await done(request, office_path(fund), "The cap is entered. It counts once it is confirmed")
    return form_page(request, "office_cap.html", fund, form, source=source)


async def _cap(request: Request, fund: MatchFund) -> SourceCap:
    cap = await SourceCap.get_or_none(id=path_id(request), source__fund_id=fund.id).select_related("source")
    if cap is None:
        raise NotFound
    return cap


async def confirm_cap(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/caps/{id}/confirm."""
    fund = await fund_of(request, Role.FINANCE_APPROVER)
    cap = await _cap(request, fund)
    form = await ActionForm.of(request)
    work = partial(funds.confirm_cap, cap.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, office_path(fund), f"{cap.source.name} may hold {pounds_exact(cap.cap_pence)} now")
    names = await names_of([cap.entered_by_id])
    by = names[cap.entered_by_id] if cap.entered_by_id else "an import"
    may = cap.entered_by_id != request.state.actor.person_id
    return form_page(request, "office_confirm_cap.html", fund, form, cap=cap, entered_by=by, may=may)


async def withdraw_cap(request: Request) -> Response:
    """POST /staff/funds/{slug}/caps/{id}/withdraw."""
    fund = await fund_of(request, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    cap = await _cap(request, fund)
    work = partial(funds.withdraw_cap, cap.id, request.state.actor)
    return await pressed(request, work, office_path(fund), "The cap is withdrawn. The one before still counts")


async def add_authority(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/authorities."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    form = await AuthorityForm.of(request, from_day=business_today(), to_day=fund.ends_on)
    signatories: list[Person] = await people_with(Role.SIGNATORY, fund.id)
    mine = request.state.actor.person_id
    form.person.choices = [(person.id, called(person)) for person in signatories if person.id != mine]
    if request.method == "POST" and form.validate():
        work = partial(
            funds.add_authority,
            fund.id,
            person_id=int(form.person.data),
            post=form.post.data,
            decision_number=form.decision_number.data,
            limit_pence=form.limit.data,
            from_day=form.from_day.data,
            to_day=form.to_day.data,
            by=request.state.actor,
        )
        if await tried(form, work, "to_day"):
            return await done(request, office_path(fund), "The authority is recorded")
    return form_page(request, "office_authority.html", fund, form)


def form_page(request: Request, template: str, fund: MatchFund, form: Any, **more: Any) -> Response:
    """A page of a fund's officers with one form; templates/funds/<template>."""
    context = {
        "fund": fund,
        "path": office_path(fund),
        "form": form,
        "generated_notice": generated_notice([fund]),
        **more,
    }
    return render(request, f"funds/{template}", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page("/staff/funds", listing, READ, name="staff_funds"),
    page("/staff/funds/{slug}", show, READ, name="staff_fund"),
    page("/staff/funds/{slug}/commitments.csv", download, READ, name="staff_fund_commitments"),
    page("/staff/funds/{slug}/sources", add_source, OFFICERS, name="staff_fund_source", methods=BOTH),
    page("/staff/funds/{slug}/sources/{id}/cap", enter_cap, OFFICERS, name="staff_fund_cap", methods=BOTH),
    page("/staff/funds/{slug}/caps/{id}/confirm", confirm_cap, APPROVERS, name="staff_fund_cap_confirm", methods=BOTH),
    page(
        "/staff/funds/{slug}/caps/{id}/withdraw",
        withdraw_cap,
        CAP_KEEPERS,
        name="staff_fund_cap_withdraw",
        methods=("POST",),
    ),
    page("/staff/funds/{slug}/authorities", add_authority, OFFICERS, name="staff_fund_authority", methods=BOTH),
]
