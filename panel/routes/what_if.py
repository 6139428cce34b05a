"""/staff/rounds/{slug}/what-if: a signed list replayed under other rules. It decides nothing and writes nothing."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, staff
from crowdfund_kent.errors import Forbidden, NotFound
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import percent, render
from panel import access
from panel.forms.what_if import WhatIfForm
from panel.models import Pitch, Round
from panel.queries.what_if import replayed
from panel.routes import meeting_parts as parts
from panel.routes.common import GENERATED
from panel.states import Round as Status
from panel.what_if import Changes, Replay, Row, Share


async def show(request: Request) -> Response:
    """GET only: the rules are in the address, so that a comparison can be sent to somebody."""
    round_ = await parts.round_here(request)
    if round_.status not in (Status.SIGNED, Status.PUBLISHED):
        raise NotFound("A list can be replayed once it is signed.")
    await _refuse_barred(round_, request.state.actor.person_id)
    form = WhatIfForm.of_query(request)
    changes = form.changes() if request.query_params and form.validate() else Changes()
    found = await replayed(round_, changes)
    context = {
        "round": round_,
        "fund": round_.fund,
        "form": form,
        "replay": found,
        "changes": changes,
        "columns": _COLUMNS,
        "rows": [_row(round_, row) for row in found.rows],
        "bars": [
            {"words": row.case.title, "value": row.pence, "shown": pounds_exact(row.pence)}
            for row in found.rows
            if row.pence or row.case.signed_pence
        ],
        "districts": _shares(found, found.by_district, add_up=True),
        "places": _shares(found, found.by_place, add_up=False),
        "generated_notice": GENERATED if round_.generated else None,
    }
    return render(request, "panel/what_if/show.html", context, form.response_status)


async def _refuse_barred(round_: Round, person_id: int | None) -> None:
    """Before the record is public, who is barred from one of the list sees nothing of it here."""
    if round_.status == Status.PUBLISHED:
        return
    ids = [one.id for one in await Pitch.filter(round_id=round_.id)]
    if await access.who_is_barred(ids, [person_id or 0]):
        raise Forbidden("You are barred from a pitch of this list. It can be replayed once its record is public.")


_COLUMNS: Final[tuple[Any, ...]] = (
    "Rank and project",
    {"words": "Score", "number": True},
    {"words": "Asked for", "number": True},
    {"words": "Signed", "number": True},
    {"words": "Under these rules", "number": True},
    {"words": "Change", "number": True},
    "Why",
)


def _row(round_: Round, row: Row) -> list[Any]:
    case = row.case
    return [
        {
            "text": f"{case.rank}. {case.title}",
            "href": f"/staff/rounds/{round_.slug}/decisions/{case.reference}",
            "small": case.district,
        },
        "not scored" if case.score_bp is None else percent(case.score_bp),
        pounds_exact(case.asked_pence),
        pounds_exact(case.signed_pence),
        pounds_exact(row.pence),
        change_words(row.change_pence),
        row.why,
    ]


def _shares(found: Replay, shares: list[Share], *, add_up: bool) -> list[Any]:
    rows: list[Any] = [
        [one.name, pounds_exact(one.signed_pence), pounds_exact(one.pence), change_words(one.change_pence)]
        for one in shares
    ]
    if add_up:
        change = found.pence - found.signed_pence
        cells = ["Together", pounds_exact(found.signed_pence), pounds_exact(found.pence), change_words(change)]
        rows.append({"cells": cells, "total": True})
    return rows


def change_words(pence: int) -> str:
    """+£100.00, −£100.00, or none."""
    if not pence:
        return "none"
    return f"{'+' if pence > 0 else '−'}{pounds_exact(abs(pence))}"


ROUTES: Final[list[Route]] = [
    page("/staff/rounds/{slug}/what-if", show, staff(*parts.STAFF), name="staff_round_what_if"),
]
