"""The officers' page of dedications."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import ActionForm, SiteForm, TextField
from crowdfund_kent.templating import render
from pledges import dedications
from pledges.queries import campaign_view

OFFICERS: Final = staff(Role.FUND_OFFICER)
LIST: Final = "/staff/dedications"


class HideForm(SiteForm):
    """Why it is hidden."""

    why = TextField(
        "Why is it hidden?",
        hint="The backer reads this. For example: It names a living person who did not agree.",
        missing="Enter why it is hidden",
        longest=200,
    )


async def _listing(request: Request) -> Response:
    context = {"written": await dedications.written(), "done": await sessions.take_flash(request)}
    return render(request, "pledges/officer_dedications.html", context)


async def _hide(request: Request) -> Response:
    pledge = await dedications.one(path_id(request))
    form = await HideForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            await dedications.hide(pledge.id, request.state.actor, form.why.data)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            return await _back(request, "The dedication is hidden, and its backer is told why.")
    context = {"pledge": pledge, "campaign": await campaign_view(pledge.campaign_id), "form": form, "list": LIST}
    return render(request, "pledges/officer_hide_dedication.html", context, form.response_status)


async def _show(request: Request) -> Response:
    pledge = await dedications.one(path_id(request))
    form = await ActionForm.of(request)
    if form.validate():
        await dedications.show_again(pledge.id, request.state.actor)
        return await _back(request, "The dedication is shown again.")
    return await _back(request, "Nothing was changed: the page had expired. Try again.")


async def _back(request: Request, message: str) -> Response:
    return await done(request, LIST, message)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, OFFICERS, name="dedications"),
    page(f"{LIST}/{{id}}/hide", _hide, OFFICERS, name="dedication_hide", methods=("GET", "POST")),
    page(f"{LIST}/{{id}}/show", _show, OFFICERS, name="dedication_show", methods=("POST",)),
]
