"""The meeting, on a tablet or a desk: /staff/rounds/{slug}/meeting and the pages under it.

Before it has begun the same address says who has given sheets, and nothing of what they gave.
"""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Conflict, Forbidden, NotFound
from crowdfund_kent.templating import render
from panel import access
from panel.forms.meeting import HandForm, MinutesForm, RecommendForm
from panel.kinds import Choice
from panel.models import Pitch, Round, ScoreSheet
from panel.queries import meeting as queries
from panel.queries import scoring
from panel.queries.meeting import Row, Table
from panel.queries.minutes import minutes_of as composed_of
from panel.routes import meeting_parts as parts
from panel.routes.common import BOTH, GENERATED
from panel.services import meeting as services
from panel.services.recommending import recommend as make_recommendation
from panel.services.recommending import vote
from panel.states import Round as RoundStatus

LEADERS: Final = staff(Role.FUND_OFFICER, Role.PANEL_CHAIR, Role.PANEL_MEMBER)


async def table(request: Request) -> Response:
    """GET /staff/rounds/{slug}/meeting: the ranking beside the pot; before the meeting, who has scored."""
    round_ = await parts.round_here(request)
    if round_.status not in parts.BEGUN:
        return await _progress(request, round_)
    actor = request.state.actor
    found = await queries.table_of(round_)
    closed = await parts.shut_out(found, actor.person_id)
    path = f"/staff/rounds/{round_.slug}/meeting/"
    context = {
        **await parts.facts(found),
        "columns": parts.COLUMNS,
        "rows": [parts.cells(row, path, closed) for row in parts.rows_for(found, closed)],
        "line_rows": parts.line_rows(found, closed),
        "takes_no_part": bool(closed),
        "leads": await parts.may_lead(round_, actor),
        "signs": await _may_sign(round_, actor),
        "meeting_open": round_.status == RoundStatus.MEETING,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/meeting/table.html", context)


async def _may_sign(round_: Round, by: Actor) -> bool:
    try:
        await require_role(by, Role.SIGNATORY, fund_id=round_.fund_id)
    except Forbidden:
        return False
    return True


async def _progress(request: Request, round_: Round) -> Response:
    """Officers see only who gave, not what."""
    seats = await access.seats_of(round_)
    found = await scoring.own_list(round_, 0)
    sheets = await ScoreSheet.filter(pitch__round_id=round_.id)
    given = {(sheet.pitch_id, sheet.person_id) for sheet in sheets}
    rows = []
    for one in found:
        posts = [seat.post for seat in seats if (one.pitch.id, seat.person_id) in given]
        rows.append([queries.title(one.pitch), str(len(posts)), ", ".join(posts)])
    actor = request.state.actor
    context = {
        "round": round_,
        "rows": rows,
        "may_begin": round_.status == RoundStatus.SCORING and await parts.may_lead(round_, actor),
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if round_.generated else None,
    }
    return render(request, "panel/meeting/progress.html", context)


async def one(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/meeting/{reference}: one pitch; POST records a raised hand."""
    round_ = await parts.round_here(request)
    found, row = await _row(request, round_)
    actor, newest = request.state.actor, row.recommendation
    waiting = [seat for seat in row.may_vote if seat.person_id not in row.voted]
    form = await HandForm.of(request, recommendation=newest.id if newest else "")
    form.member.choices = [(seat.person_id, seat.post) for seat in row.may_vote]
    if request.method == "POST" and form.validate() and newest is not None:
        work = partial(
            vote,
            parts.named(form.recommendation.data),
            Choice(form.choice.data),
            actor,
            for_person_id=int(form.member.data),
        )
        try:
            if await tried(form, work):
                return await done(request, request.url.path, "The vote is recorded")
        except Conflict as error:
            form.refuse(error.message)
    form.member.choices = [(seat.person_id, seat.post) for seat in waiting]
    leads = await parts.may_lead(round_, actor)
    is_open = round_.status == RoundStatus.MEETING
    context = {
        **await parts.facts(found),
        **parts.row_facts(row),
        "criteria": await scoring.criteria_of(round_.id),
        "sheets": sheets_shown(found, row),
        "waiting": waiting,
        "form": form,
        "leads": leads and is_open,
        "records": actor.role == Role.FUND_OFFICER and is_open and newest is not None and bool(waiting),
        "path": f"/staff/rounds/{round_.slug}/meeting",
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/meeting/pitch.html", context, form.response_status)


def sheets_shown(table: Table, row: Row) -> list[dict[str, Any]]:
    """The sheets that count for a pitch, by the post of whoever gave them."""
    posts = {seat.person_id: seat.post for seat in table.seats}
    return [
        {
            "post": posts.get(sheet.row.person_id, "A member whose place has ended"),
            "points": sheet.points,
            "together": f"{sheet.together} of {len(sheet.points) * 5}",
            "reason": sheet.row.reason,
            "notes": [sheet.scores[key].reason for key in sorted(sheet.scores)],
        }
        for sheet in row.place.sheets
    ]


async def recommend(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/meeting/{reference}/recommend."""
    round_, actor = await parts.round_of_leaders(request), request.state.actor
    found, row = await _row(request, round_)
    last = row.recommendation
    form = await RecommendForm.of(request, **_last(row))
    form.purposes.choices = [(source.id, f"{source.name}: {source.purpose}") for source in found.pot.purposes]
    path = f"/staff/rounds/{round_.slug}/meeting/{row.pitch.reference}"
    if request.method == "POST" and form.validate():
        wording = form.wording(row.pitch.asked_pence or 0)
        if await tried(form, partial(make_recommendation, row.pitch.id, wording, actor)):
            return await done(request, path, "Put to the vote. Members vote on their own devices")
    context = {
        **await parts.facts(found),
        **parts.row_facts(row),
        "form": form,
        "path": path,
        "has_purposes": bool(found.pot.purposes),
        "has_votes": last is not None and bool(row.voted),
    }
    return render(request, "panel/meeting/recommend.html", context, form.response_status)


def _last(row: Row) -> dict[str, Any]:
    """What the form begins with: the wording before."""
    last = row.recommendation
    if last is None:
        return {}
    return {
        "outcome": last.outcome,
        "amount": last.amount_pence if last.outcome == "award in part" else None,
        "reasons": last.reasons,
        "alternatives": last.alternatives,
        "feedback": last.feedback,
        "purposes": [str(one) for one in last.fitting],
        "purpose_reason": last.purpose_reason,
    }


async def minutes(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/minutes: the draft, printable."""
    round_ = await parts.round_here(request)
    if round_.status not in parts.BEGUN:
        raise NotFound("Minutes are written once the meeting has begun.")
    actor = request.state.actor
    form = await MinutesForm.of(request, minutes=round_.minutes)
    path = f"/staff/rounds/{round_.slug}/minutes"
    work = partial(services.write_minutes, round_.id, form.minutes.data or "", actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, path, "The minutes are saved")
    writes = round_.status != RoundStatus.PUBLISHED and await parts.may_lead(round_, actor)
    context = {
        "round": round_,
        "form": form,
        "writes": writes,
        "minutes": await composed_of(round_, closed=await _barred(round_, actor)),
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if round_.generated else None,
    }
    return render(request, "panel/meeting/minutes.html", context, form.response_status)


async def _barred(round_: Round, by: Actor) -> set[int]:
    """Pitches of the round from which the reader is barred."""
    ids = [one.id for one in await Pitch.filter(round_id=round_.id)]
    return {pitch_id for pitch_id, _ in await access.who_is_barred(ids, [by.person_id or 0])}


async def pack(request: Request) -> Response:
    """GET /staff/rounds/{slug}/pack: to print, one page a pitch, without those of which the reader takes no part."""
    round_ = await parts.round_here(request)
    if round_.status not in parts.BEGUN:
        raise NotFound("The pack is there once the meeting has begun.")
    found = await queries.table_of(round_)
    closed = await parts.shut_out(found, request.state.actor.person_id)
    context = {
        **await parts.facts(found),
        "columns": parts.COLUMNS,
        "rows": [parts.cells(row, "#pitch-", closed)["cells"] for row in parts.rows_for(found, closed)],
        "criteria": await scoring.criteria_of(round_.id),
        "sheets": [
            {**parts.row_facts(row), "sheets": sheets_shown(found, row)}
            for row in parts.rows_for(found, closed)
            if row.pitch.id not in closed
        ],
    }
    return render(request, "panel/meeting/pack.html", context)


async def _row(request: Request, round_: Round) -> tuple[Table, Row]:
    """The list and the row of the path; Forbidden for who is barred from it."""
    if round_.status not in parts.BEGUN:
        raise NotFound("The meeting of this round has not begun.")
    found = await queries.table_of(round_)
    closed = await parts.shut_out(found, request.state.actor.person_id)
    row = parts.row_here(found, closed, str(request.path_params["reference"]))
    return found, row


ROUTES: Final[list[Route]] = [
    page("/staff/rounds/{slug}/meeting", table, staff(*parts.STAFF), name="staff_meeting"),
    page(
        "/staff/rounds/{slug}/meeting/{reference}", one, staff(*parts.STAFF), name="staff_meeting_pitch", methods=BOTH
    ),
    page(
        "/staff/rounds/{slug}/meeting/{reference}/recommend", recommend, LEADERS, name="staff_recommend", methods=BOTH
    ),
    page("/staff/rounds/{slug}/minutes", minutes, staff(*parts.STAFF), name="staff_round_minutes", methods=BOTH),
    page("/staff/rounds/{slug}/pack", pack, staff(*parts.STAFF), name="staff_round_pack"),
]
