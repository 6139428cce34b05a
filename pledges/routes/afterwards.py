"""After a pledge was charged: its receipt, and asking for the money back. On the backer's private address."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, public_form
from crowdfund_kent.audit import BACKER
from crowdfund_kent.cases.kinds import ABOUT, Kind
from crowdfund_kent.cases.links import private_path as case_path
from crowdfund_kent.cases.models import Case
from crowdfund_kent.cases.services import open_case
from crowdfund_kent.forms import SiteForm, TextAreaField
from crowdfund_kent.templating import render
from payments import statements
from pledges import links
from pledges.models import Pledge
from pledges.queries import CampaignView, campaign_view
from pledges.routes.journey import PRIVATE, go
from pledges.states import CHARGED
from pledges.states import Pledge as Status

LONGEST: Final = 2_000


class AskBackForm(SiteForm):
    """Why the money shall go back."""

    why = TextAreaField(
        "Why would you like your money back?",
        missing="Enter why you would like your money back",
        hint="A sentence is enough. Do not write card or account numbers.",
        longest=LONGEST,
        rows=4,
    )


async def _mine(request: Request) -> tuple[Pledge, CampaignView]:
    pledge = await links.by_private_link(request.path_params["reference"], request.path_params["token"])
    return pledge, await campaign_view(pledge.campaign_id)


async def _receipt(request: Request) -> Response:
    """What was charged and what went back, to print or keep. Nothing charged, no receipt."""
    pledge, campaign = await _mine(request)
    if pledge.status not in CHARGED:
        return go(links.private_path(pledge))
    context = {
        "pledge": pledge,
        "campaign": campaign,
        "private_path": links.private_path(pledge),
        "entries": await statements.of_pledge(pledge.id),
    }
    return render(request, "pledges/receipt.html", context, headers=PRIVATE)


async def _asked_before(pledge: Pledge) -> Case | None:
    """The newest request about this pledge, whatever became of it."""
    return await Case.filter(kind=Kind.REFUND, subject=f"pledge:{pledge.id}").order_by("-id").first()


async def _ask_back(request: Request) -> Response:
    """A request with a clock; two officers decide. A second click finds the same request."""
    pledge, campaign = await _mine(request)
    asked = await _asked_before(pledge)
    form = await AskBackForm.of(request)
    if request.method == "POST" and form.validate() and asked is None and pledge.status == Status.COLLECTED:
        asked = await open_case(
            Kind.REFUND,
            text=form.why.data,
            by=BACKER,
            subject=f"pledge:{pledge.id}",
            page=campaign.path,
            name=pledge.name,
            email=pledge.email or "",
            form_key=f"refund-{pledge.reference}",
        )
    if asked is None and pledge.status != Status.COLLECTED:
        return go(links.private_path(pledge))
    context = {
        "pledge": pledge,
        "campaign": campaign,
        "private_path": links.private_path(pledge),
        "form": form,
        "case": asked,
        "case_path": case_path(asked) if asked is not None else "",
        "within": ABOUT[Kind.REFUND].within,
    }
    return render(request, "pledges/ask_back.html", context, form.response_status, PRIVATE)


_ONE: Final = "/pledges/{reference}/{token}"
ROUTES: Final[list[Route]] = [
    page(f"{_ONE}/receipt", _receipt, public_form, name="pledge_receipt"),
    page(f"{_ONE}/refund", _ask_back, public_form, name="pledge_ask_back", methods=("GET", "POST")),
]
