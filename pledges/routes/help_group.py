"""What a group asks for besides money, and its answers to offers."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, tried
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import render
from pledges import help_offers, help_queries
from pledges.help_forms import AcceptForm, WantedChangeForm, WantedForm
from projects.kinds import HelpKind
from projects.routes.common import GENERATED, MEMBERS, Here, here
from projects.services.help_wanted import ask_for_help, change_help, close_help


def _list(at: Here) -> str:
    return f"{at.path}/help-wanted"


def _show(request: Request, template: str, at: Here, form: SiteForm, **more: Any) -> Response:
    generated = GENERATED if at.project.generated or at.group.generated else None
    context = {
        "here": at,
        "group": at.group,
        "project": at.project,
        "list": _list(at),
        "form": form,
        "generated_notice": generated,
        **more,
    }
    return render(request, f"pledges/help/{template}", context, form.response_status)


async def _listing(request: Request) -> Response:
    at = await here(request)
    return _show(
        request,
        "wanted.html",
        at,
        await ActionForm.of(request),
        lines=await help_queries.lines_of(at.project.id),
        offers=await help_queries.offers_of(at.project.id),
        done=await sessions.take_flash(request),
    )


async def _add(request: Request) -> Response:
    at = await here(request)
    form = await WantedForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(
            ask_for_help,
            at.project.id,
            at.by,
            kind=HelpKind(form.kind.data),
            words=form.words.data,
            how_many=form.how_many.data,
        )
        if await tried(form, work):
            return await done(request, _list(at), "It is on your list.")
    return _show(request, "wanted_add.html", at, form)


async def _change(request: Request) -> Response:
    at = await here(request)
    wanted = await help_queries.of_group(at.project.id, path_id(request))
    form = await WantedChangeForm.of(request, words=wanted.words, how_many=wanted.how_many)
    if request.method == "POST" and form.validate():
        work = partial(change_help, wanted.id, at.by, words=form.words.data, how_many=form.how_many.data)
        if await tried(form, work):
            return await done(request, _list(at), "It is changed.")
    return _show(request, "wanted_change.html", at, form, wanted=wanted)


async def _close(request: Request) -> Response:
    at = await here(request)
    wanted = await help_queries.of_group(at.project.id, path_id(request))
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate() and await tried(form, partial(close_help, wanted.id, at.by)):
        return await done(request, _list(at), "Nobody is asked for it any more.")
    return _show(request, "wanted_close.html", at, form, wanted=wanted)


async def _accept(request: Request) -> Response:
    at = await here(request)
    offer = await help_queries.offer_of_group(at.project.id, path_id(request))
    form = await AcceptForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(help_offers.accept, offer.id, at.by, form.contact.data)
        if await tried(form, work):
            return await done(request, _list(at), f"You said yes to {offer.name}. You both have an e-mail.")
    return _show(request, "accept.html", at, form, offer=offer)


async def _decline(request: Request) -> Response:
    at = await here(request)
    offer = await help_queries.offer_of_group(at.project.id, path_id(request))
    form = await ActionForm.of(request)
    if (
        request.method == "POST"
        and form.validate()
        and await tried(form, partial(help_offers.decline, offer.id, at.by))
    ):
        return await done(request, _list(at), f"You said no to {offer.name}, with thanks.")
    return _show(request, "decline.html", at, form, offer=offer)


async def _given(request: Request) -> Response:
    at = await here(request)
    offer = await help_queries.offer_of_group(at.project.id, path_id(request))
    form = await ActionForm.of(request)
    if form.validate() and await tried(form, partial(help_offers.note_given, offer.id, at.by)):
        return await done(request, _list(at), f"It is noted that {offer.name} gave the help.")
    lines, offers = await help_queries.lines_of(at.project.id), await help_queries.offers_of(at.project.id)
    return _show(request, "wanted.html", at, form, lines=lines, offers=offers, done="")


_BASE: Final = "/groups/{group}/projects/{project}/help-wanted"
_OFFER: Final = "/groups/{group}/projects/{project}/help-offers/{id}"
_BOTH: Final = ("GET", "POST")
ROUTES: Final[list[Route]] = [
    page(_BASE, _listing, MEMBERS, name="help_wanted"),
    page(f"{_BASE}/add", _add, MEMBERS, name="help_wanted_add", methods=_BOTH),
    page(f"{_BASE}/{{id}}", _change, MEMBERS, name="help_wanted_change", methods=_BOTH),
    page(f"{_BASE}/{{id}}/close", _close, MEMBERS, name="help_wanted_close", methods=_BOTH),
    page(f"{_OFFER}/accept", _accept, MEMBERS, name="help_offer_accept", methods=_BOTH),
    page(f"{_OFFER}/decline", _decline, MEMBERS, name="help_offer_decline", methods=_BOTH),
    page(f"{_OFFER}/given", _given, MEMBERS, name="help_offer_given", methods=("POST",)),
]
