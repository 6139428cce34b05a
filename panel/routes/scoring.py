"""Members score: /panel/{round}/scores is their list, /panel/{round}/pitches/{reference}/score one sheet."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import Forbidden
from crowdfund_kent.templating import render
from panel import access
from panel.forms.scoring import MEANING, form_for, initial
from panel.models import Round
from panel.queries import scoring as queries
from panel.queries.meeting import title
from panel.queries.pitches import round_by_slug
from panel.queries.scoring import Sheet
from panel.routes.common import BOTH, GENERATED
from panel.services.scoring import give_sheet
from panel.states import Round as RoundStatus

MEMBERS: Final = staff(Role.PANEL_MEMBER, Role.PANEL_CHAIR)


async def listing(request: Request) -> Response:
    """GET /panel/{round}/scores: one's own sheets of the round, given or not, without anybody else's."""
    round_ = await _round(request)
    person_id = request.state.actor.person_id
    if request.state.actor.role != Role.AUDITOR:
        await access.require_seat(round_, request.state.actor)
    found = await queries.own_list(round_, person_id)
    declared = await access.has_declared(round_, person_id)
    context = {
        "round": round_,
        "rows": [_row(round_, one, declared) for one in found],
        "given": sum(one.sheet is not None for one in found),
        "number": sum(not one.barred for one in found),
        "declared": declared,
        "is_open": round_.status == RoundStatus.SCORING,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if round_.generated else None,
    }
    return render(request, "panel/scoring/list.html", context)


def _row(round_: Round, one: queries.Own, declared: bool) -> list[Any]:
    name = title(one.pitch)
    if one.barred:
        return [name, one.pitch.project.group.name, {"text": "", "tag": "you take no part", "tone": "quiet"}, ""]
    address = f"/panel/{round_.slug}/pitches/{one.pitch.reference}/score"
    state = {"tag": "given", "tone": "yes"} if one.sheet else {"tag": "not yet", "tone": "wait"}
    return [
        {"text": name, "href": address} if declared else name,
        one.pitch.project.group.name,
        {"text": "", **state},
        f"{one.sheet.together} of {len(one.sheet.points) * 5}" if one.sheet else "",
    ]


async def sheet(request: Request) -> Response:
    """GET and POST /panel/{round}/pitches/{reference}/score: 0 to 5 for each criterion, and why."""
    round_ = await _round(request)
    pitch = await queries.pitch_in(round_, str(request.path_params["reference"]))
    actor = request.state.actor
    if actor.role == Role.AUDITOR:
        raise Forbidden("A sheet is its member's own. You read all of them once the meeting has begun.")
    await access.require_reader(pitch, actor)
    criteria = await queries.criteria_of(round_.id)
    own = (await queries.newest_sheets([pitch.id]))[pitch.id].get(actor.person_id)
    form = await form_for(criteria).of(request, **initial(own))
    if request.method == "POST" and form.validate():
        work = partial(give_sheet, pitch.id, form.given(), form["reason"].data, actor)
        if await tried(form, work):
            return await done(request, f"/panel/{round_.slug}/scores", f"Your scores are given: {title(pitch)}")
    others = await queries.others_sheets(pitch, actor.person_id)
    context = {
        "round": round_,
        "pitch": pitch,
        "title": title(pitch),
        "form": form,
        "criteria": criteria,
        "meaning": MEANING,
        "own": own,
        "others": [_shown(one, await _post(round_, one)) for one in others] if others is not None else None,
        "is_open": round_.status == RoundStatus.SCORING,
        "generated_notice": GENERATED if round_.generated else None,
    }
    return render(request, "panel/scoring/sheet.html", context, form.response_status)


def _shown(one: Sheet, post: str) -> dict[str, Any]:
    return {"post": post, "points": one.points, "together": one.together, "reason": one.row.reason}


async def _post(round_: Round, one: Sheet) -> str:
    seats = {seat.person_id: seat.post for seat in await access.seats_of(round_)}
    return seats.get(one.row.person_id, "A member whose place has ended")


async def _round(request: Request) -> Round:
    """The round of the path, for members of its fund's panel; an auditor reads all."""
    round_ = await round_by_slug(str(request.path_params["round"]))
    if request.state.actor.role != Role.AUDITOR:
        await require_role(request.state.actor, Role.PANEL_MEMBER, Role.PANEL_CHAIR, fund_id=round_.fund_id)
    return round_


ROUTES: Final[list[Route]] = [
    page("/panel/{round}/scores", listing, MEMBERS, name="panel_scores"),
    page("/panel/{round}/pitches/{reference}/score", sheet, MEMBERS, name="panel_score", methods=BOTH),
]
