"""The list signed as one, or sent back; and the written record of each decision, to print.

/staff/rounds/{slug}/sign, .../send-back           for whoever holds an authority
/staff/rounds/{slug}/decisions, .../{reference}    the records, for officers, signatories and whoever chairs
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
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden, NotFound
from crowdfund_kent.money import pounds, pounds_exact
from crowdfund_kent.templating import day, percent, render
from panel import access
from panel.forms.meeting import SendBackForm, SignForm
from panel.models import Round
from panel.queries import decisions as written
from panel.queries import meeting as queries
from panel.queries.decisions import Written
from panel.queries.meeting import Row
from panel.queries.pitches import round_by_slug
from panel.routes import meeting_parts as parts
from panel.routes.common import BOTH, GENERATED, stored_rows
from panel.services.meeting import send_back as give_back
from panel.services.signing import sign_round
from panel.states import Round as RoundStatus
from pledges.models import DecisionAuthority

SIGNATORIES: Final = staff(Role.SIGNATORY)


async def sign(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/sign: the whole list first, then one signature."""
    round_ = await _to_sign(request)
    path = f"/staff/rounds/{round_.slug}"
    actor = request.state.actor
    form = await SignForm.of(request)
    if request.method == "POST" and form.validate():
        if round_.status != RoundStatus.MEETING:
            return await done(request, f"{path}/decisions", "This list is signed")
        try:
            if await tried(form, partial(sign_round, round_.id, actor, form.seen.data or "")):
                return await done(request, f"{path}/decisions", "The list is signed. Every group is told")
        except Forbidden as error:
            form.refuse(error.message)
    elif round_.status != RoundStatus.MEETING:
        raise NotFound("There is no list of this round to sign now.")
    table = await queries.table_of(round_)
    if await parts.shut_out(table, actor.person_id):
        raise Forbidden("You have an interest that bars you from a pitch of this list. Somebody else must sign it.")
    form.seen.raw_data, form.seen.data = None, table.mark  # of what is shown now, whatever was sent
    context = {
        **await parts.facts(table),
        "rows": [_row(row) for row in table.rows],
        "form": form,
        "path": path,
        "authorities": await _authorities(round_, actor.person_id),
        "left_after_pence": table.pot.together.left_pence - table.together_pence,
    }
    return render(request, "panel/signing/sign.html", context, form.response_status)


def _row(row: Row) -> dict[str, Any]:
    score = "not scored" if row.place.entry.score is None else percent(row.place.entry.score)
    outcome, tone = parts.OUTCOMES[row.outcome] if row.outcome else ("nothing yet", "quiet")
    amount = row.recommendation.amount_pence if row.recommendation else None
    return {
        "cells": [
            f"{row.place.rank}. {row.title}",
            score,
            {"text": "", "tag": outcome, "tone": tone},
            pounds_exact(amount) if amount else "",
            pounds(row.weighing.most.pence) if row.weighing else "",
            row.now_words,
            f"{row.tally.votes_for} for, {row.tally.votes_against} against",
            pounds_exact(row.beside.left_pence),
            row.missing or row.problem or {"text": "", "tag": "can be signed", "tone": "yes"},
        ],
        "line": "does not fit in the pot" if not row.beside.fits else None,
    }


async def _authorities(round_: Round, person_id: int | None) -> list[DecisionAuthority]:
    """The decisions in force that name this person, for the fund of the round."""
    today = business_today()
    return await DecisionAuthority.filter(
        fund_id=round_.fund_id, person_id=person_id, from_day__lte=today, to_day__gte=today
    ).order_by("limit_pence", "id")


async def send_back(request: Request) -> Response:
    """GET and POST /staff/rounds/{slug}/send-back."""
    round_ = await _to_sign(request)
    form = await SendBackForm.of(request)
    work = partial(give_back, round_.id, form.words.data or "", request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"/staff/rounds/{round_.slug}/meeting", "Sent back. Your words are in the minutes")
    context = {"round": round_, "form": form, "generated_notice": GENERATED if round_.generated else None}
    return render(request, "panel/signing/send_back.html", context, form.response_status)


async def decisions(request: Request) -> Response:
    """GET /staff/rounds/{slug}/decisions: every record in rank order, each on a page of its own when printed."""
    round_ = await _signed(request)
    found = await written.decisions_of(round_)
    closed = await _closed(request, found)
    context = {
        "round": round_,
        "fund": round_.fund,
        "rows": [_decided(round_, one, one.decision.pitch_id in closed) for one in found],
        "records": [record_facts(one) for one in found if one.decision.pitch_id not in closed],
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if round_.generated else None,
    }
    return render(request, "panel/signing/decisions.html", context)


def _decided(round_: Round, one: Written, closed: bool) -> list[Any]:
    decision, (outcome, tone) = one.decision, parts.OUTCOMES[one.outcome]
    name = f"{decision.rank}. {one.title}"
    if closed:
        return [one.title, "", "", "", ""]
    return [
        {"text": name, "href": f"/staff/rounds/{round_.slug}/decisions/{decision.pitch.reference}"},
        "not scored" if decision.score_bp is None else percent(decision.score_bp),
        {"text": "", "tag": outcome, "tone": tone},
        pounds_exact(decision.amount_pence) if decision.amount_pence else "",
        one.votes,
    ]


async def decision(request: Request) -> Response:
    """GET /staff/rounds/{slug}/decisions/{reference}: one written record, to print."""
    round_ = await _signed(request)
    found = await written.decision_in(round_, str(request.path_params["reference"]))
    if await _closed(request, [found]):
        raise Forbidden(parts.BARRED + ".")
    context = {
        "round": round_,
        "record": record_facts(found),
        "generated_notice": GENERATED if round_.generated else None,
    }
    return render(request, "panel/signing/decision.html", context)


def record_facts(one: Written) -> dict[str, Any]:
    """A written record as templates/panel/signing/parts.html takes it."""
    decision = one.decision
    return {
        "written": one,
        "decision": decision,
        "title": one.title,
        "outcome": parts.OUTCOMES[one.outcome][0],
        "decided_on": day(decision.decided_at),
        "terms": stored_rows(decision.calculation),
    }


async def _closed(request: Request, found: list[Written]) -> set[int]:
    """Decisions of pitches from which the reader is barred."""
    ids = [one.decision.pitch_id for one in found]
    return {pitch_id for pitch_id, _ in await access.who_is_barred(ids, [request.state.actor.person_id])}


async def _to_sign(request: Request) -> Round:
    round_ = await round_by_slug(str(request.path_params["slug"]))
    await require_role(request.state.actor, Role.SIGNATORY, Role.AUDITOR, fund_id=round_.fund_id)
    return round_


async def _signed(request: Request) -> Round:
    round_ = await parts.round_here(request)
    if round_.status not in (RoundStatus.SIGNED, RoundStatus.PUBLISHED):
        raise NotFound("The list of this round is not signed yet.")
    return round_


ROUTES: Final[list[Route]] = [
    page("/staff/rounds/{slug}/sign", sign, SIGNATORIES, name="staff_round_sign", methods=BOTH),
    page("/staff/rounds/{slug}/send-back", send_back, SIGNATORIES, name="staff_round_send_back", methods=BOTH),
    page("/staff/rounds/{slug}/decisions", decisions, staff(*parts.STAFF), name="staff_decisions"),
    page("/staff/rounds/{slug}/decisions/{reference}", decision, staff(*parts.STAFF), name="staff_decision"),
]
