"""A backer's way out of another purpose: their share of what is left, by the private page and one button (rulings 15, 18)."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, public_form
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from pledges import links, turning
from pledges.queries import campaign_view
from pledges.routes.begun import remember
from pledges.routes.journey import PRIVATE, go
from projects.models import DeliveryTurn


async def _share(request: Request) -> Response:
    """GET asks and changes nothing; POST records what is due back."""
    pledge = await links.by_private_link(request.path_params["reference"], request.path_params["token"])
    await remember(request, pledge.reference)
    turn = await DeliveryTurn.get_or_none(id=path_id(request), delivery__campaign_id=pledge.campaign_id)
    if turn is None:
        raise NotFound
    private_path = links.private_path(pledge)
    pence = await turning.offered_back(turn, pledge, business_now())
    form = await ActionForm.of(request)
    if not pence:
        await sessions.flash(request, "There is nothing (more) to ask back for this.")
        return go(private_path)
    if request.method == "POST" and form.validate():
        taken = await turning.take_share_back(turn.id, pledge.id, BACKER)
        await sessions.flash(request, f"Noted: {pounds_exact(taken)} is due back to you. We write before it is paid.")
        return go(private_path)
    context = {
        "pledge": pledge,
        "campaign": await campaign_view(pledge.campaign_id),
        "turn": turn,
        "pence": pence,
        "private_path": private_path,
        "form": form,
    }
    return render(request, "pledges/share.html", context, form.response_status, PRIVATE)


ROUTES: Final[list[Route]] = [
    page("/pledges/{reference}/{token}/share/{id}", _share, public_form, name="pledge_share", methods=("GET", "POST")),
]
