"""A member's own pages: their rounds with what comes next, and one round's list."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.errors import Forbidden
from crowdfund_kent.templating import render
from panel.queries import rounds as queries
from panel.queries.pitches import round_by_slug
from panel.routes.rounds import notice
from panel.states import Round as Status

MEMBERS: Final = staff(Role.PANEL_MEMBER, Role.PANEL_CHAIR)


async def home(request: Request) -> Response:
    """GET /panel: one's rounds, those under way first."""
    found = await queries.my_rounds(request.state.actor.person_id)
    context = {
        "under_way": [one for one in found if one.round.status in queries.UNDER_WAY],
        "over": [one for one in found if one.round.status not in queries.UNDER_WAY],
        "words": queries.WORDS,
        "flash": await sessions.take_flash(request),
        "generated_notice": next((words for one in found if (words := notice(one.round))), None),
    }
    return render(request, "panel/member/home.html", context)


async def show(request: Request) -> Response:
    """GET /panel/{round}: what to do, the days, and the list; nothing of the papers before the declaration."""
    round_ = await round_by_slug(str(request.path_params["round"]))
    person_id = request.state.actor.person_id
    mine = await queries.mine(round_, person_id)
    if mine is None:
        raise Forbidden("You have no place on this fund's panel for this round. Ask an officer of the fund.")
    told = [one for one in await queries.interests_in(round_) if one.person_id != person_id] if mine.chairs else []
    own = {row.pitch.id for row in mine.pitches if row.barred}
    raisable = [one for one in told if one.may_raise and one.pitch.id not in own]
    names = await names_of(one.person_id for one in raisable)
    context = {
        "mine": mine,
        "round": round_,
        "fund": round_.fund,
        "words": queries.WORDS[Status(round_.status)],
        "title_of": queries.called_pitch,
        "raisable": [(one, names[one.person_id]) for one in raisable],
        "flash": await sessions.take_flash(request),
        "generated_notice": notice(round_),
    }
    return render(request, "panel/member/round.html", context)


ROUTES: Final[list[Route]] = [
    page("/panel", home, MEMBERS, name="panel_home"),
    page("/panel/{round}", show, MEMBERS, name="panel_round"),
]
