"""A backer's own pledge: the private page, another amount, another card, cancelling, and the link once more."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public_form
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.limits import TooOften, allows, network_of
from crowdfund_kent.mail.choices import choices_url
from crowdfund_kent.money import pounds
from crowdfund_kent.references import email_key, keyed_hash
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from payments import card_limits, card_pages, cards, statements
from pledges import comments, forms, letters, links, pledging, rules, turning
from pledges.gift_aid import services as gift_aid
from pledges.models import Pledge
from pledges.queries import CampaignView, campaign_view
from pledges.routes.begun import remember
from pledges.routes.journey import PRIVATE, UNAVAILABLE, go
from pledges.states import CHARGED
from pledges.states import Pledge as Status

LIMIT: Final = "5/hour"


async def _mine(request: Request) -> tuple[Pledge, CampaignView]:
    pledge = await links.by_private_link(request.path_params["reference"], request.path_params["token"])
    await remember(request, pledge.reference)
    return pledge, await campaign_view(pledge.campaign_id)


def _changeable(pledge: Pledge, campaign: CampaignView) -> bool:
    return pledge.status == Status.ACTIVE and rules.may_change(campaign.status, campaign.deadline_at, business_now())


def _show(request: Request, template: str, pledge: Pledge, campaign: CampaignView, **more: Any) -> Response:
    form = more["form"]
    context = {"pledge": pledge, "campaign": campaign, "private_path": links.private_path(pledge), **more}
    return render(request, template, context, form.response_status, PRIVATE)


async def _own_page(
    request: Request, pledge: Pledge, campaign: CampaignView, form: ActionForm, done: str = ""
) -> Response:
    return _show(
        request,
        "pledges/mine.html",
        pledge,
        campaign,
        form=form,
        changeable=_changeable(pledge, campaign),
        deletion=await cards.deletion(pledge, campaign),
        paid_back_pence=await statements.paid_back(pledge.id),
        charged=pledge.status in CHARGED,
        may_ask_back=pledge.status == Status.COLLECTED,
        choices=choices_url(pledge.email) if pledge.email else "",
        talk=await comments.on_private_page(pledge),
        came_of_it=await turning.came_of_it(pledge) if pledge.status in CHARGED else None,
        gift_aid=await _gift_aid(pledge),
        done=done,
    )


async def _gift_aid(pledge: Pledge) -> str:
    """The words of the link to Gift Aid; empty where there is nothing to declare or to cancel."""
    stands = await gift_aid.in_force(pledge) is not None
    if not gift_aid.may_declare(pledge) or await gift_aid.recipient_of(pledge.campaign_id) is None:
        return "Cancel your Gift Aid declaration" if stands else ""
    return "Correct or cancel your Gift Aid declaration" if stands else "Add Gift Aid"


async def _private(request: Request) -> Response:
    pledge, campaign = await _mine(request)
    form = await ActionForm.of(request)
    return await _own_page(request, pledge, campaign, form, await sessions.take_flash(request))


async def _change(request: Request) -> Response:
    pledge, campaign = await _mine(request)
    if request.method == "GET" and not _changeable(pledge, campaign):
        return go(links.private_path(pledge))
    form = await forms.ChangeForm.of(request, amount=pledge.amount_pence, cover=pledge.cover_pence > 0)
    if request.method == "POST" and form.validate():
        try:
            changed = await pledging.change(
                pledge.id, BACKER, amount_pence=form.amount.data, cover=bool(form.cover.data)
            )
        except Refused as refused:
            form.refuse(refused.message)
        else:
            await sessions.flash(request, _changed_words(pledge, changed))
            return go(links.private_path(pledge))
    cover_offered = campaign.cover_offered(pledge.amount_pence)
    return _show(request, "pledges/change.html", pledge, campaign, form=form, cover_offered=cover_offered)


def _changed_words(before: Pledge, after: Pledge) -> str:
    """What became of the amount, and of the card cost with it."""
    words = f"Your pledge is now {pounds(after.amount_pence)}."
    if after.cover_pence:
        words += f" With {pounds(after.cover_pence)} for the card cost, {pounds(after.charge_pence)} is charged in all."
    elif before.cover_pence:
        words += " You no longer add anything for the card cost."
    return words


async def _shown(request: Request) -> Response:
    """The name and the dedication on the project's page: at any time, also long after the end."""
    pledge, campaign = await _mine(request)
    form = await forms.ShownForm.of(
        request, name=pledge.name, name_shown=pledge.name_shown, dedication=pledge.dedication
    )
    if request.method == "POST" and form.validate():
        await pledging.show_as(
            pledge.id,
            BACKER,
            name=form.name.data,
            name_shown=bool(form.name_shown.data),
            dedication=form.dedication.data or "",
        )
        await sessions.flash(request, "What the project’s page shows is changed.")
        return go(links.private_path(pledge))
    return _show(request, "pledges/shown.html", pledge, campaign, form=form)


async def _card(request: Request) -> Response:
    """To the provider's page, for another card in place of this one."""
    pledge, campaign = await _mine(request)
    form = await ActionForm.of(request)
    if form.validate():
        await card_limits.refuse_card(pledge)
        try:
            return go(await card_pages.open_new_card_page(pledge))
        except card_pages.NotOpened:
            context = {"campaign": campaign, "form": form, "again": {}}
            return render(request, "pledges/trouble.html", context, UNAVAILABLE, PRIVATE)
        except Refused as refused:
            form.refuse(refused.message)
    return await _own_page(request, pledge, campaign, form)


async def _cancel(request: Request) -> Response:
    pledge, campaign = await _mine(request)
    if request.method == "GET" and not _changeable(pledge, campaign):
        return go(links.private_path(pledge))
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            await pledging.cancel(pledge.id, BACKER)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            await sessions.flash(request, "Your pledge is cancelled. Nothing was taken from your card.")
            return go(links.private_path(pledge))
    return _show(request, "pledges/cancel.html", pledge, campaign, form=form)


async def _find(request: Request) -> Response:
    """The short address from a mail. What it answers is the same whether the pledge and the e-mail are known or not."""
    reference = request.path_params["reference"].upper()
    form = await forms.FindForm.of(request)
    if request.method == "POST" and form.validate():
        address = network_of(request)
        if not (
            await allows(LIMIT, "pledge link", keyed_hash(reference))
            and await allows("20/hour", "pledge link", address)
        ):
            settings = get_settings()
            raise TooOften(
                "This was asked for several times within the hour. Look for our e-mail, also among junk, or phone us:"
                f" {settings.contact_phone}, {settings.contact_hours}."
            )
        await _send_again(reference, form.email.data)
        return render(request, "pledges/sent.html", {"email": form.email.data}, headers=PRIVATE)
    return render(
        request, "pledges/find.html", {"form": form, "reference": reference}, form.response_status, headers=PRIVATE
    )


async def _send_again(reference: str, email: str) -> None:
    pledge = await Pledge.get_or_none(reference=reference, email_key=email_key(email))
    if pledge is None:
        return
    async with transaction():
        await letters.send("link", pledge, None)


_ONE: Final = "/pledges/{reference}/{token}"
_POST_TOO: Final = ("GET", "POST")
ROUTES: Final[list[Route]] = [
    page("/pledges/{reference}", _find, public_form, name="pledge_find", methods=_POST_TOO),
    page(_ONE, _private, public_form, name="pledge_private"),
    page(f"{_ONE}/change", _change, public_form, name="pledge_change", methods=_POST_TOO),
    page(f"{_ONE}/shown", _shown, public_form, name="pledge_shown", methods=_POST_TOO),
    page(f"{_ONE}/card", _card, public_form, name="pledge_card", methods=("POST",)),
    page(f"{_ONE}/cancel", _cancel, public_form, name="pledge_cancel", methods=_POST_TOO),
]
