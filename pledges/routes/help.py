"""Offering hours or things: a form without an account, the private page of an offer, and the way to take it back."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, public_form
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.limits import TooOften, allows, network_of
from crowdfund_kent.references import keyed_hash, new_token
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from pledges import help_offers
from pledges.help_forms import OfferForm
from pledges.help_queries import line_of_project
from pledges.models import HelpOffer
from pledges.routes.journey import PRIVATE, go
from pledges.states import Help as Status
from projects.kinds import HelpKind
from projects.models import HelpWanted

PER_CONNECTION: Final = "30/hour"
PER_ADDRESS: Final = "5/hour"
KEY_LENGTH: Final = 64


async def _offer(request: Request) -> Response:
    line, project = await line_of_project(request.path_params["slug"], path_id(request))
    refused = await help_offers.why_not(await HelpWanted.get(id=line.id))
    form = await OfferForm.of(request, key=new_token())
    hours = line.kind == HelpKind.HOURS
    form.how_many.label.text = "How many hours can you give?" if hours else "How many can you give or lend?"
    if request.method == "POST" and form.validate() and not refused:
        await _not_too_often(request, form.email.data)
        given = help_offers.Offer(
            form.how_many.data, form.name.data, form.email.data, form.words.data or "", form.phone.data or ""
        )
        try:
            await help_offers.make(line.id, (form.key.data or new_token())[:KEY_LENGTH], given)
        except Refused as error:
            form.refuse(error.message)
        else:
            await sessions.keep(request, **{"help offered": form.email.data})
            return go(f"/projects/{project['slug']}/help/{line.id}/sent")
    context = {"line": line, "project": project, "form": form, "refused": refused}
    return render(request, "pledges/help/offer.html", context, form.response_status, PRIVATE)


async def _not_too_often(request: Request, email: str) -> None:
    address = network_of(request)
    by_address = await allows(PER_ADDRESS, "help offer to", keyed_hash(email))
    if by_address and await allows(PER_CONNECTION, "help offer", address):
        return
    settings = get_settings()
    raise TooOften(
        "Several offers came from you within the hour, so nothing was sent. Try again in an hour, or phone us:"
        f" {settings.contact_phone}, {settings.contact_hours}."
    )


async def _sent(request: Request) -> Response:
    """Look in your inbox. The address is told in this browser only."""
    line, project = await line_of_project(request.path_params["slug"], path_id(request))
    session = request.state.session
    email = session.data.get("help offered", "") if session is not None else ""
    context = {"line": line, "project": project, "email": email}
    return render(request, "pledges/help/sent.html", context, headers=PRIVATE)


async def _mine(request: Request) -> HelpOffer:
    return await help_offers.by_private_link(request.path_params["reference"], request.path_params["token"])


async def _private(request: Request) -> Response:
    """How an offer stands. A GET confirms nothing: mail programs open links to look at them."""
    offer = await _mine(request)
    return await _own_page(request, offer, await ActionForm.of(request), await sessions.take_flash(request))


async def _own_page(request: Request, offer: HelpOffer, form: ActionForm, done: str = "") -> Response:
    wanted = await HelpWanted.get(id=offer.wanted_id).select_related("project__group")
    context = {
        "offer": offer,
        "wanted": wanted,
        "project": wanted.project,
        "group": wanted.project.group,
        "path": help_offers.private_path(offer),
        "may_withdraw": offer.status in {Status.UNCONFIRMED, Status.OFFERED, Status.ACCEPTED},
        "form": form,
        "done": done,
    }
    return render(request, "pledges/help/mine.html", context, form.response_status, PRIVATE)


async def _act(request: Request) -> Response:
    """The buttons of the private page."""
    offer = await _mine(request)
    acts = {
        "confirm": (help_offers.confirm, "Your offer is sent to the group."),
        "withdraw": (help_offers.withdraw, "Your offer is taken back."),
    }
    if request.path_params["act"] not in acts:
        raise NotFound
    act, words = acts[request.path_params["act"]]
    form = await ActionForm.of(request)
    if form.validate():
        try:
            await act(offer.id)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            await sessions.flash(request, words)
            return go(help_offers.private_path(offer))
    return await _own_page(request, await HelpOffer.get(id=offer.id), form)


_LINE: Final = "/projects/{slug}/help/{id}"
_ONE: Final = "/help-offers/{reference}/{token}"
ROUTES: Final[list[Route]] = [
    page(_LINE, _offer, public_form, name="help_offer", methods=("GET", "POST")),
    page(f"{_LINE}/sent", _sent, public_form, name="help_sent"),
    page(_ONE, _private, public_form, name="help_private"),
    page(f"{_ONE}/{{act}}", _act, public_form, name="help_act", methods=("POST",)),
]
