"""Officers' pages of rounds: the list, planning, one round as it stands, changing, cancelling."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, require_role, staff
from crowdfund_kent.accounts.queries import Names, called, names_of, roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import SiteForm
from crowdfund_kent.templating import render
from panel.forms.rounds import CriteriaForm, ReasonForm, RoundForm
from panel.kinds import Shown
from panel.models import Round, RoundEvent, ScoreSheet
from panel.queries import awards, seats
from panel.queries import rounds as queries
from panel.queries.pitches import round_by_slug
from panel.routes.common import BOTH, GENERATED
from panel.services import rounds as services
from panel.states import Round as Status
from pledges.fund_office import fund_of
from pledges.models import MatchFund
from pledges.states import Fund as FundStatus

READ: Final = staff(Role.FUND_OFFICER, Role.SIGNATORY)
OFFICERS: Final = staff(Role.FUND_OFFICER)
MEETING: Final = staff(Role.FUND_OFFICER, Role.PANEL_CHAIR, Role.PANEL_MEMBER)
"""Pages that whoever chairs may use too: services ask for the seat."""


def round_path(round_: Round) -> str:
    """A round's page for its officers."""
    return f"/staff/rounds/{round_.slug}"


async def round_of(request: Request, *roles: Role) -> Round:
    """The round of the path, for somebody who holds one of `roles` for its fund; any, when none is named."""
    found = await round_by_slug(str(request.path_params["slug"]))
    if roles:
        await require_role(request.state.actor, *roles, Role.AUDITOR, fund_id=found.fund_id)
    return found


def notice(round_: Round) -> str | None:
    """The first line of a page about a made-up round."""
    return GENERATED if round_.generated or round_.fund.generated else None


async def tried_at(form: SiteForm, work: Any) -> bool:
    """Whether `work` was done; a rule that names a field of the form says no there."""
    try:
        await work()
    except Refused as error:
        form.refuse(error.message, error.rule if error.rule in form._fields else None)
        return False
    return True


async def listing(request: Request) -> Response:
    """GET /staff/rounds: by fund, with the clock of each that is under way; and funds in which one can be planned."""
    person_id = request.state.actor.person_id
    found = await queries.rounds_for(person_id)
    mine = await awards.funds_of(person_id, Role.FUND_OFFICER)
    panels = {fund.id: await seats.panel_of(fund.id) for fund in mine}
    context = {
        "rows": [(round_, queries.clock_of(round_)) for round_ in found],
        "funds": [(fund, panels[fund.id]) for fund in mine if _runs(fund)],
        "words": queries.WORDS,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if any(round_.generated for round_ in found) else None,
    }
    return render(request, "panel/rounds/list.html", context)


def _runs(fund: MatchFund) -> bool:
    """Whether a round can still be planned."""
    return fund.status != FundStatus.CLOSED and fund.ends_on >= business_today()


async def plan(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/rounds/new."""
    fund = await fund_of(request, Role.FUND_OFFICER, Role.AUDITOR)
    form = await RoundForm.of(request, quorum=3, pass_mark=60, declined_shown=Shown.ENTRY)
    if request.method == "POST" and form.validate():
        made: list[Round] = []

        async def work() -> None:
            made.append(await services.create_round(fund.id, form.plan(), request.state.actor))

        if await tried_at(form, work):
            return await done(request, round_path(made[0]), "The round is planned. It opens by itself on its first day")
    context = {"form": form, "fund": fund, "panel": await seats.panel_of(fund.id), "generated_notice": None}
    return render(request, "panel/rounds/plan.html", context, form.response_status)


async def show(request: Request) -> Response:
    """GET /staff/rounds/{slug}."""
    round_ = await round_of(request, Role.FUND_OFFICER, Role.SIGNATORY)
    found = await queries.whole(round_, request.state.actor.person_id)
    events = await RoundEvent.filter(subject_id=round_.id).order_by("-id")
    names = await names_of([*(event.by_id for event in events), *(one.person_id for one in found.interests)])
    context = {
        "round": round_,
        "path": round_path(round_),
        "found": found,
        "title_of": queries.called_pitch,
        "words": queries.WORDS[Status(round_.status)],
        "names": names,
        "call": called,
        "history": [_happened(event, names) for event in events],
        "may": await _may(request.state.actor, round_),
        "today": business_today(),
        "flash": await sessions.take_flash(request),
        "generated_notice": notice(round_),
    }
    return render(request, "panel/rounds/show.html", context)


def _happened(event: RoundEvent, names: Names) -> dict[str, Any]:
    by = names[event.by_id] if event.by_id else None
    return {"when": event.effective_at, "title": event.cause.capitalize(), "by": by}


async def _may(by: Actor, round_: Round) -> bool:
    """Whether the buttons are for this person."""
    grants = await roles_of(by.person_id or 0)
    return any(grant.role == Role.FUND_OFFICER and grant.fund_id in (None, round_.fund_id) for grant in grants)


async def change(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/change."""
    round_ = await round_of(request, Role.FUND_OFFICER)
    form = await RoundForm.of(request, **RoundForm.values_of(round_))
    if request.method == "POST" and form.validate():
        work = partial(services.change_round, round_.id, form.plan(), request.state.actor)
        if await tried_at(form, work):
            return await done(request, round_path(round_), "The round is changed")
    return _page(request, "change", round_, form)


async def criteria(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/criteria."""
    round_ = await round_of(request, Role.FUND_OFFICER)
    now = [(row.name, row.about) for row in await queries.criteria_of(round_.id)]
    form = await CriteriaForm.of(request, lines=CriteriaForm.written(now))
    if request.method == "POST" and form.validate():
        work = partial(services.change_criteria, round_.id, form.criteria(), request.state.actor)
        if await tried_at(form, work):
            return await done(request, round_path(round_), "The criteria are changed")
    frozen = await ScoreSheet.filter(pitch__round_id=round_.id).exists()
    return _page(request, "criteria", round_, form, frozen=frozen)


async def cancel(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/cancel."""
    round_ = await round_of(request, Role.FUND_OFFICER)
    form = await ReasonForm.of(request)
    if request.method == "POST" and form.validate():
        await services.cancel_round(round_.id, form.reason.data, request.state.actor)
        return await done(request, round_path(round_), "The round is cancelled, and the groups are told")
    return _page(request, "cancel", round_, form)


def _page(request: Request, template: str, round_: Round, form: SiteForm, **more: Any) -> Response:
    context = {
        "round": round_,
        "path": round_path(round_),
        "form": form,
        "generated_notice": notice(round_),
        "fund": round_.fund,
        **more,
    }
    return render(request, f"panel/rounds/{template}.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page("/staff/rounds", listing, READ, name="staff_rounds"),
    page("/staff/funds/{slug}/rounds/new", plan, OFFICERS, name="staff_round_plan", methods=BOTH),
    page("/staff/rounds/{slug}", show, READ, name="staff_round"),
    page("/staff/rounds/{slug}/change", change, OFFICERS, name="staff_round_change", methods=BOTH),
    page("/staff/rounds/{slug}/criteria", criteria, OFFICERS, name="staff_round_criteria", methods=BOTH),
    page("/staff/rounds/{slug}/cancel", cancel, OFFICERS, name="staff_round_cancel", methods=BOTH),
]
