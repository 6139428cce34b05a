"""A group's own pages of gifts: what came in for its project, taking cash and cheques itself, and paying them in."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.templating import render
from pledges.gifts import queries
from pledges.gifts.routes.desk import BOTH, limits, receipt_context, take_form
from pledges.gifts.routes.office import bank_page, return_page
from pledges.gifts.services import taking
from pledges.gifts.states import COUNTS
from pledges.gifts.states import Gift as Status
from pledges.models import OfflineGift
from pledges.queries import campaign_view
from projects.access import group_by_slug, member_of
from projects.kinds import MemberRole
from projects.routes.common import MEMBERS, Here, here, show
from projects.states import Campaign as CampaignStatus

WRITERS: Final = member_of(group_by_slug, MemberRole.OWNER, MemberRole.EDITOR)


def _path(at: Here) -> str:
    return f"{at.path}/gifts"


async def listing(request: Request) -> Response:
    """GET .../gifts: cash and cheques of the newest campaign. Of other desks' gifts the group sees sums only."""
    at = await here(request)
    if at.campaign is None:
        raise NotFound
    own = await queries.desk_of(at.group.id)
    every = await queries.of_campaign(at.campaign.id)
    mine = [one for one in every if own is not None and one.desk_id == own.id]
    return await show(
        request,
        "gifts.html",
        at,
        mine=mine,
        elsewhere=sum(one.amount_pence for one in every if one not in mine and one.status in COUNTS),
        counted=sum(one.amount_pence for one in every if one.status in COUNTS),
        waiting=sum(one.amount_pence for one in every if one.status == Status.RECEIVED),
        lying=await queries.at_desk(own.id) if own is not None else [],
        states=queries.STATE_WORDS,
        may_take=at.campaign.status == CampaignStatus.LIVE and at.member.role in {MemberRole.OWNER, MemberRole.EDITOR},
    )


async def take(request: Request) -> Response:
    """GET and POST .../gifts/take: the group takes a gift itself."""
    at = await here(request)
    if at.campaign is None:
        raise NotFound
    view = await campaign_view(at.campaign.id)
    form = await take_form(request)
    if request.method == "POST" and form.validate():
        try:
            desk = await taking.desk_of_group(at.group.id)
            made = await taking.take(view.id, desk.id, str(form.form_key.data), form.gift(), at.by)
            return await done(
                request, f"{_path(at)}/{made.id}/receipt", f"The gift is received. Its number is {made.reference}"
            )
        except Refused as error:
            form.refuse(error.message)
    context = {"form": form, "desk": at.group, "campaign": view, "back": _path(at), **limits()}
    return render(request, "gifts/take.html", context, form.response_status)


async def _own(request: Request, at: Here) -> OfflineGift:
    gift = await queries.gift_of(path_id(request))
    if at.campaign is None or gift.desk.group_id != at.group.id or gift.campaign_id != at.campaign.id:
        raise NotFound
    return gift


async def receipt(request: Request) -> Response:
    """GET .../gifts/{id}/receipt: of a gift that the group took."""
    at = await here(request)
    gift = await _own(request, at)
    return render(request, "gifts/receipt.html", await receipt_context(request, gift, _path(at)))


async def bank(request: Request) -> Response:
    """GET and POST .../gifts/bank: what the group took is paid into its own account."""
    at = await here(request)
    desk = await queries.desk_of(at.group.id)
    if desk is None:
        raise NotFound
    return await bank_page(request, desk, _path(at))


async def give_back(request: Request) -> Response:
    """GET and POST .../gifts/{id}/return."""
    at = await here(request)
    return await return_page(request, await _own(request, at), _path(at))


_BASE: Final = "/groups/{group}/projects/{project}/gifts"
ROUTES: Final[list[Route]] = [
    page(_BASE, listing, MEMBERS, name="project_gifts"),
    page(f"{_BASE}/take", take, WRITERS, name="project_gift_take", methods=BOTH),
    page(f"{_BASE}/bank", bank, WRITERS, name="project_gift_bank", methods=BOTH),
    page(f"{_BASE}/{{id}}/receipt", receipt, MEMBERS, name="project_gift_receipt"),
    page(f"{_BASE}/{{id}}/return", give_back, WRITERS, name="project_gift_return", methods=BOTH),
]
