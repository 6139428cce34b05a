"""Members at the meeting, each on their own device: /panel/{round}/meeting and the vote on each recommendation."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import Conflict, NotFound
from crowdfund_kent.money import pounds, pounds_exact
from crowdfund_kent.templating import percent, render
from panel import access
from panel.forms.meeting import VoteForm
from panel.kinds import Choice
from panel.models import Round
from panel.queries import meeting as queries
from panel.queries import scoring
from panel.queries.meeting import Row, Table
from panel.queries.pitches import round_by_slug
from panel.routes import meeting_parts as parts
from panel.routes.common import BOTH
from panel.routes.meeting import sheets_shown
from panel.services.recommending import vote as give_vote
from panel.states import Round as RoundStatus

MEMBERS: Final = staff(Role.PANEL_MEMBER, Role.PANEL_CHAIR)


async def table(request: Request) -> Response:
    """GET /panel/{round}/meeting: the list, and on which one's vote is waited for."""
    round_ = await _round(request)
    found = await queries.table_of(round_)
    person_id = request.state.actor.person_id
    closed = await parts.shut_out(found, person_id)
    context = {
        **await parts.facts(found),
        "rows": [_cells(row, round_, person_id, row.pitch.id in closed) for row in parts.rows_for(found, closed)],
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/meeting/member.html", context)


def _cells(row: Row, round_: Round, person_id: int, closed: bool) -> list[Any]:
    if closed:
        return [row.title, "", "", "", {"text": "", "tag": "you take no part", "tone": "quiet"}]
    score = "not scored" if row.place.entry.score is None else percent(row.place.entry.score)
    outcome = parts.OUTCOMES[row.outcome][0] if row.outcome else "nothing yet"
    if row.recommendation is not None and row.recommendation.amount_pence:
        outcome = f"{outcome}: {pounds_exact(row.recommendation.amount_pence)}"
    mine = row.voted.get(person_id)
    free = person_id in {seat.person_id for seat in row.may_vote}
    if mine is not None:
        state: Any = {"text": "", "tag": f"you voted: {mine.choice}", "tone": "yes"}
    elif row.recommendation is not None and free and round_.status == RoundStatus.MEETING:
        state = {"text": "", "tag": "your vote is waited for", "tone": "wait"}
    else:
        state = ""
    address = f"/panel/{round_.slug}/meeting/{row.pitch.reference}"
    return [
        {"text": f"{row.place.rank}. {row.title}", "href": address},
        score,
        pounds(row.pitch.asked_pence or 0),
        outcome,
        state,
    ]


async def vote(request: Request) -> Response:
    """GET and POST /panel/{round}/meeting/{reference}: what is recommended, why, and one's own vote, once."""
    round_ = await _round(request)
    actor = request.state.actor
    found, row = await _row(request, round_)
    newest = row.recommendation
    form = await VoteForm.of(request, recommendation=newest.id if newest else "")
    if request.method == "POST" and newest is not None and form.validate():
        work = partial(give_vote, parts.named(form.recommendation.data), Choice(form.choice.data), actor)
        try:
            if await tried(form, work):
                return await done(request, f"/panel/{round_.slug}/meeting", f"Your vote is given: {row.title}")
        except Conflict as error:
            form.refuse(error.message)
    may = actor.person_id in {seat.person_id for seat in row.may_vote}
    context = {
        **await parts.facts(found),
        **parts.row_facts(row),
        "criteria": await scoring.criteria_of(round_.id),
        "sheets": sheets_shown(found, row),
        "form": form,
        "mine": row.voted.get(actor.person_id),
        "may_vote": may and newest is not None and round_.status == RoundStatus.MEETING,
        "is_present": actor.person_id in {seat.person_id for seat in found.present},
    }
    return render(request, "panel/meeting/vote.html", context, form.response_status)


async def _round(request: Request) -> Round:
    """The round of the path at or after its meeting, for somebody who sits in it; an auditor reads all."""
    round_ = await round_by_slug(str(request.path_params["round"]))
    actor = request.state.actor
    if actor.role != Role.AUDITOR:
        await require_role(actor, Role.PANEL_MEMBER, Role.PANEL_CHAIR, fund_id=round_.fund_id)
        await access.require_seat(round_, actor)
        await access.require_declared(round_, actor)
    if round_.status not in parts.BEGUN:
        raise NotFound("The meeting of this round has not begun. This page fills when it does.")
    return round_


async def _row(request: Request, round_: Round) -> tuple[Table, Row]:
    found = await queries.table_of(round_)
    closed = await parts.shut_out(found, request.state.actor.person_id)
    return found, parts.row_here(found, closed, str(request.path_params["reference"]))


ROUTES: Final[list[Route]] = [
    page("/panel/{round}/meeting", table, MEMBERS, name="panel_meeting"),
    page("/panel/{round}/meeting/{reference}", vote, MEMBERS, name="panel_vote", methods=BOTH),
]
