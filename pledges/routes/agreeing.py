"""A backer's yes to a later last day, and where they live if they care to say: each one question on a private page."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public_form
from crowdfund_kent.audit import BACKER
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import ActionForm, SelectField, SiteForm
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.templating import render
from pledges import agreeing, links
from pledges.models import Pledge
from pledges.queries import campaign_view
from pledges.routes.begun import remember
from pledges.routes.journey import PRIVATE, go

OUTSIDE: Final = "outside"


class DistrictForm(SiteForm):
    """Where a backer lives."""

    district = SelectField(
        "Where do you live?",
        choices=[*((one.code, one.name) for one in DISTRICTS), (OUTSIDE, "Outside these twelve districts")],
        empty="I would rather not say",
        hint="The group sees how many backers each district has, never who, and no number under 5.",
    )


async def _mine(request: Request) -> Pledge:
    pledge = await links.by_private_link(request.path_params["reference"], request.path_params["token"])
    await remember(request, pledge.reference)
    return pledge


async def _yes(request: Request) -> Response:
    """GET asks and changes nothing: programs that look at mails open links. POST is the yes."""
    pledge = await _mine(request)
    change = await agreeing.asked_of(pledge)
    private_path = links.private_path(pledge)
    if change is None and request.method == "GET":
        return go(private_path)
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            await agreeing.say_yes(pledge.id, BACKER)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            await sessions.flash(request, "Thank you. Your pledge stands until the later last day.")
            return go(private_path)
    context = {
        "pledge": pledge,
        "campaign": await campaign_view(pledge.campaign_id),
        "change": change,
        "private_path": private_path,
        "form": form,
    }
    return render(request, "pledges/yes.html", context, form.response_status, PRIVATE)


async def _district(request: Request) -> Response:
    """GET and POST: one question, which may be left open."""
    pledge = await _mine(request)
    form = await DistrictForm.of(request, district=pledge.district_code or "")
    private_path = links.private_path(pledge)
    if request.method == "POST" and form.validate():
        await agreeing.save_district(pledge.id, form.district.data or None, BACKER)
        await sessions.flash(request, "Thank you. What you said is kept.")
        return go(private_path)
    context = {"pledge": pledge, "private_path": private_path, "form": form}
    return render(request, "pledges/district.html", context, form.response_status, PRIVATE)


_ONE: Final = "/pledges/{reference}/{token}"
ROUTES: Final[list[Route]] = [
    page(f"{_ONE}/yes", _yes, public_form, name="pledge_yes", methods=("GET", "POST")),
    page(f"{_ONE}/district", _district, public_form, name="pledge_district", methods=("GET", "POST")),
]
