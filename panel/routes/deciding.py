"""One award: its record, and the pages that sign, refuse or withdraw it."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, require_role, staff
from crowdfund_kent.accounts.queries import names_of, roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.money import pounds
from crowdfund_kent.templating import render
from panel.access import interest_in
from panel.forms.awards import RefuseForm
from panel.models import Award, AwardEvent
from panel.queries import awards as queries
from panel.routes.common import BOTH, GENERATED, READERS, by_source, calculator_rows, stored_rows
from panel.services import awards as services
from panel.states import Award as Status
from panel.weighing import weigh
from pledges.fund_queries import pot_of
from pledges.recipients import project_of, recipient_of, title_for

SIGNATORIES: Final = staff(Role.SIGNATORY)


async def show(request: Request) -> Response:
    """GET /staff/awards/{id}."""
    award = await _award(request, *READERS)
    context = await _context(award)
    events = await AwardEvent.filter(subject_id=award.id).order_by("-id")
    names = await names_of(event.by_id for event in events)
    history = [
        {
            "when": event.effective_at,
            "title": event.cause.capitalize(),
            "by": names[event.by_id] if event.by_id else None,
        }
        for event in events
    ]
    match = award.match_pledge
    return render(
        request,
        "panel/award.html",
        {
            **context,
            "history": history,
            "match": match,
            "sources": await by_source(match) if match is not None else [],
            "may": await _may(request, award),
            "flash": await sessions.take_flash(request),
        },
    )


async def sign(request: Request) -> Response:
    """GET and POST /staff/awards/{id}/sign: the written record first, then the signature."""
    award = await _open_award(request, Role.SIGNATORY)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.sign, award.id, request.state.actor)
        if await tried(form, work):
            message = f"Signed: {pounds(award.amount_pence)} is earmarked for {title_for(award)}. The group is told"
            return await done(request, f"/staff/awards/{award.id}", message)
    pot = await pot_of(award.fund)
    context = await _context(award)
    context["left_after_pence"] = pot.together.left_pence - award.amount_pence
    return render(request, "panel/sign.html", {**context, "form": form}, form.response_status)


async def refuse(request: Request) -> Response:
    """GET and POST /staff/awards/{id}/refuse."""
    award = await _open_award(request, Role.SIGNATORY)
    form = await RefuseForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.refuse, award.id, form.reason.data, request.state.actor)
        if await tried(form, work):
            return await done(request, f"/staff/awards/{award.id}", "The award is refused, and the reason is on record")
    return render(request, "panel/refuse.html", {**await _context(award), "form": form}, form.response_status)


async def withdraw(request: Request) -> Response:
    """GET and POST /staff/awards/{id}/withdraw."""
    award = await _open_award(request, Role.FUND_OFFICER)
    form = await ActionForm.of(request)
    work = partial(services.withdraw, award.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, "/staff/awards", f"Withdrawn: the award for {title_for(award)}")
    return render(request, "panel/withdraw.html", {**await _context(award), "form": form}, form.response_status)


async def _award(request: Request, *roles: Role) -> Award:
    """The award of the path, for somebody who holds one of `roles` for its fund."""
    award = await queries.award_by_id(path_id(request))
    await require_role(request.state.actor, *roles, fund_id=award.fund_id)
    if await queries.closed_to([award], request.state.actor):
        raise Forbidden(
            "You take no part in this one. You read it with everybody, once the record of its round is public."
        )
    return award


async def _open_award(request: Request, *roles: Role) -> Award:
    award = await _award(request, *roles)
    if award.status != Status.PROPOSED and request.method == "GET":
        raise NotFound("This award was decided already.")
    return award


async def _context(award: Award) -> dict[str, Any]:
    """The written record of an award, as it stood when proposed, as it stands now, and as it was signed."""
    now = None
    if award.status == Status.PROPOSED:
        try:
            now = await weigh(recipient_of(award), award.fund_id, award.calculation["proposed"]["fitting"])
        except Refused:
            now = None  # no rules or no target any more: the record stands, and signing will say why
    names = await names_of([award.proposed_by_id, award.signed_by_id])
    stored = award.calculation.get("signed") or award.calculation["proposed"]
    return {
        "award": award,
        "fund": award.fund,
        "title": title_for(award),
        "project_slug": project_of(award).slug if award.campaign_id is not None else "",
        "now": now,
        "now_rows": calculator_rows(now.most) if now else [],
        "stored": stored,
        "stored_rows": stored_rows(stored),
        "proposed_by": names[award.proposed_by_id],
        "decided_by": names[award.signed_by_id] if award.signed_by_id else "",
        "generated_notice": GENERATED if award.fund.generated else None,
    }


async def _may(request: Request, award: Award) -> set[str]:
    """What this person may do now: sign, refuse, withdraw."""
    person_id = request.state.actor.person_id
    if award.status != Status.PROPOSED or await interest_in(recipient_of(award), person_id):
        return set()
    held = {grant.role for grant in await roles_of(person_id) if grant.fund_id in (None, award.fund_id)}
    may = {"withdraw"} if Role.FUND_OFFICER in held else set()
    return may | {"sign", "refuse"} if Role.SIGNATORY in held and person_id != award.proposed_by_id else may


ROUTES: Final[list[Route]] = [
    page("/staff/awards/{id}", show, staff(*READERS), name="staff_award"),
    page("/staff/awards/{id}/sign", sign, SIGNATORIES, name="staff_award_sign", methods=BOTH),
    page("/staff/awards/{id}/refuse", refuse, SIGNATORIES, name="staff_award_refuse", methods=BOTH),
    page("/staff/awards/{id}/withdraw", withdraw, staff(Role.FUND_OFFICER), name="staff_award_withdraw", methods=BOTH),
]
