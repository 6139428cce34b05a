"""What the pages of a meeting share: who may look, and rows as tables show them."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request

from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, NotFound
from crowdfund_kent.money import pounds, pounds_exact
from crowdfund_kent.templating import percent
from panel import access
from panel.kinds import Outcome
from panel.models import Round
from panel.queries import meeting as queries
from panel.queries.meeting import Row, Table
from panel.queries.pitches import round_by_slug
from panel.ranking import TIE_RULE
from panel.routes.common import GENERATED, calculator_rows
from panel.services import rounds
from panel.states import Round as RoundStatus

STAFF: Final = (Role.FUND_OFFICER, Role.PANEL_CHAIR, Role.SIGNATORY, Role.PANEL_MEMBER)
BEGUN: Final = (RoundStatus.MEETING, RoundStatus.SIGNED, RoundStatus.PUBLISHED)
OUTCOMES: Final = {
    Outcome.AWARD: ("award", "yes"),
    Outcome.PART: ("award in part", "yes"),
    Outcome.DEFER: ("defer", "wait"),
    Outcome.DECLINE: ("decline", "no"),
}
LONGEST_ID: Final = 18
BARRED: Final = "You have an interest that bars: you see no scores of this one and take no part"


async def round_here(request: Request) -> Round:
    """The round of the path, for officers and signatories of its fund and whoever chairs; an auditor reads all."""
    round_ = await round_by_slug(str(request.path_params["slug"]))
    actor = request.state.actor
    if actor.role != Role.AUDITOR:
        if not await may_lead(round_, actor):
            await require_role(actor, Role.SIGNATORY, fund_id=round_.fund_id)
        await _require_declared(round_, actor)
    return round_


async def round_of_leaders(request: Request) -> Round:
    """The same for officers and whoever chairs."""
    round_ = await round_by_slug(str(request.path_params["slug"]))
    if request.state.actor.role != Role.AUDITOR:
        await rounds.require_officer_or_chair(round_, request.state.actor)
        await _require_declared(round_, request.state.actor)
    return round_


async def _require_declared(round_: Round, by: Actor) -> None:
    """Who sits in the round reads no scores here before declaring either, until its record is public."""
    if round_.status in (RoundStatus.MEETING, RoundStatus.SIGNED) and await access.seat_of(round_, by.person_id):
        await access.require_declared(round_, by)


async def may_lead(round_: Round, by: Actor) -> bool:
    """An officer of the fund, or the seat of chair or deputy: who recommends, and records."""
    try:
        await rounds.require_officer_or_chair(round_, by)
    except Forbidden:
        return False
    return True


async def shut_out(table: Table, person_id: int | None) -> set[int]:
    """Pitches of which this person sees neither scores nor votes."""
    ids = [row.pitch.id for row in table.rows]
    return {pitch_id for pitch_id, _ in await access.who_is_barred(ids, [person_id or 0])}


def rows_for(table: Table, closed: Collection[int]) -> list[Row]:
    """The rows as a reader sees them who is barred from `closed`: those last, and the others counted without them.

    Otherwise a gap in the ranks would say where a barred pitch stands.
    """
    mine = [row for row in table.rows if row.pitch.id not in closed]
    ranked = [replace(row, place=replace(row.place, rank=rank)) for rank, row in enumerate(mine, 1)] if closed else mine
    return ranked + sorted((row for row in table.rows if row.pitch.id in closed), key=lambda row: row.title)


def row_here(table: Table, closed: Collection[int], reference: str) -> Row:
    """The row of a pitch as rows_for() counts it; NotFound for none, Forbidden for who is barred from it."""
    row = next((row for row in rows_for(table, closed) if row.pitch.reference == reference), None)
    if row is None:
        raise NotFound
    if row.pitch.id in closed:
        raise Forbidden(BARRED + ".")
    return row


def cells(row: Row, path: str, closed: Collection[int]) -> dict[str, Any]:
    """One row of the ranking beside the pot. `path`: where a pitch's own page is, before its reference.

    What is left in the pot after it is not for who is barred from another row: it would say how much that one takes.
    """
    pitch = row.pitch
    if pitch.id in closed:
        return {
            "cells": [row.title, "", "", "", "", "", "", "", {"text": "", "tag": "you take no part", "tone": "quiet"}]
        }
    score = "not scored" if row.place.entry.score is None else percent(row.place.entry.score)
    outcome, tone = OUTCOMES[row.outcome] if row.outcome else ("nothing yet", "quiet")
    amount = pounds_exact(row.amount_pence) if row.amount_pence else ""
    most = pounds(row.weighing.most.pence) if row.weighing is not None else ""
    return {
        "cells": [
            {"text": f"{row.place.rank}. {row.title}", "href": f"{path}{pitch.reference}"},
            score,
            pounds(pitch.asked_pence or 0),
            most,
            row.now_words,
            {"text": "", "tag": outcome, "tone": tone},
            amount,
            "" if closed else pounds_exact(row.beside.left_pence),
            row.missing or row.problem or {"text": "", "tag": "can be signed", "tone": "yes"},
        ],
        "line": "does not fit in the pot" if not row.beside.fits else None,
    }


COLUMNS: Final[tuple[Any, ...]] = (
    "Rank and project",
    {"words": "Score", "number": True},
    {"words": "Asked for", "number": True},
    {"words": "The most today", "number": True},
    "What binds",
    "Recommended",
    {"words": "Takes", "number": True},
    {"words": "Pot after it", "number": True},
    "What is missing",
)


def line_rows(table: Table, closed: Collection[int]) -> list[list[Any]]:
    """What changes if the line moves: set aside down to each row, and whom a row keeps out. Empty for who is barred."""
    if closed:
        return []
    titles = {row.pitch.id: row.title for row in table.rows}
    made: list[list[Any]] = []
    for row in table.rows:
        beside = row.beside
        if not beside.amount_pence:
            continue
        if beside.fits:
            freed = [titles[one] for one in beside.makes_room]
            words = f"Without it there is room for {', '.join(freed)}" if freed else ""
        else:
            words = f"{pounds_exact(beside.short_pence)} short"
            if beside.fits_without is not None:
                words += f"; it fits if {titles[beside.fits_without]} gets nothing"
        made.append(
            [
                f"{row.place.rank}. {row.title}",
                pounds_exact(beside.amount_pence),
                pounds_exact(beside.together_pence),
                words,
            ]
        )
    return made


async def facts(table: Table) -> dict[str, Any]:
    """What every page about a list shows."""
    round_ = table.round
    return {
        "round": round_,
        "fund": round_.fund,
        "table": table,
        "quorum": await queries.quorum_words(table),
        "tie_rule": TIE_RULE,
        "generated_notice": GENERATED if round_.generated else None,
    }


def row_facts(row: Row) -> dict[str, Any]:
    """What a page about one row shows."""
    return {
        "row": row,
        "pitch": row.pitch,
        "title": row.title,
        "outcomes": OUTCOMES,
        "terms": calculator_rows(row.weighing.most) if row.weighing else [],
    }


def named(sent: str | None) -> int:
    """The id in a hidden field, which anybody can forge: 0, which nothing has, for what is no number."""
    text = sent or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
