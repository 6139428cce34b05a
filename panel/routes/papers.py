"""The papers of a pitch as members of its panel read them: on a phone or printed; after declaring, never when barred."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.errors import NotFound
from crowdfund_kent.templating import render
from panel import access
from panel.forms.pitches import PLACES
from panel.queries import papers
from panel.queries import pitches as queries
from panel.routes.common import GENERATED, calculator_rows
from panel.states import Round as RoundStatus
from pledges.kinds import PlaceKind


async def show(request: Request) -> Response:
    """GET /panel/{round}/pitches/{reference}."""
    pitch = await queries.sent_by_reference(str(request.path_params["reference"]))
    if pitch.round.slug != request.path_params["round"]:
        raise NotFound
    reads_only = request.state.actor.role == Role.AUDITOR
    if not reads_only:
        await access.require_reader(pitch, request.state.actor)
    found = await papers.papers_of(pitch)
    context = {
        "papers": found,
        "pitch": pitch,
        "round": pitch.round,
        "fund": pitch.round.fund,
        "funder": pitch.round.fund.funder.short_name,
        "title": found.title,
        "scores": not reads_only and pitch.round.status == RoundStatus.SCORING,
        "rows": calculator_rows(found.weighing.most) if found.weighing else [],
        "places": [PLACES[PlaceKind(kind)] for kind in pitch.place_kinds or ()],
        "generated_notice": GENERATED if pitch.generated or pitch.round.generated else None,
    }
    return render(request, "panel/papers/papers.html", context)


ROUTES: Final[list[Route]] = [
    page(
        "/panel/{round}/pitches/{reference}",
        show,
        staff(Role.PANEL_MEMBER, Role.PANEL_CHAIR),
        name="panel_papers",
    ),
]
