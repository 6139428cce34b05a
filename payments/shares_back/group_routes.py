"""A group's page of what went back of its project's money, and where it says that a giver has their share."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page
from crowdfund_kent.errors import NotFound
from crowdfund_kent.templating import render
from payments.match_payments.pages import BOTH
from payments.recoveries.models import Recovery
from payments.shares_back import queries
from payments.shares_back.routes import given_page, share_by_hand
from payments.shares_back.waiting import waiting
from pledges.models import UnspentShare
from projects.access import group_by_slug, member_of
from projects.kinds import MemberRole
from projects.models import Delivery, DeliveryTurn
from projects.queries import officer_of
from projects.routes.common import MEMBERS, Here, here
from projects.states import Turn

_FUNDER: Final = "match_pledge__fund__funder"
WRITERS: Final = member_of(group_by_slug, MemberRole.OWNER, MemberRole.EDITOR)


def _path(at: Here) -> str:
    return f"{at.path}/given-back"


async def _page(request: Request) -> Response:
    """GET: what was left, whose shares it is, and how each stands. Givers by the number of their receipt alone."""
    at = await here(request)
    delivery = await Delivery.get_or_none(campaign_id=at.campaign.id) if at.campaign is not None else None
    if at.campaign is None or delivery is None:
        raise NotFound
    turns = await DeliveryTurn.filter(delivery_id=delivery.id, status=Turn.AGREED, unspent_pence__gt=0).order_by("id")
    found = []
    for one in await queries.of_group(at.group.id, at.campaign.id):
        rows = await queries.standings(one.id)
        hands = [row for row in rows if not row.by_card]
        found.append((queries.progress(one, rows), hands, await waiting(one.id)))
    funds = Recovery.filter(match_pledge__campaign_id=at.campaign.id).order_by("id")
    shares = await UnspentShare.filter(turn__delivery_id=delivery.id, amount_pence__gt=0)
    context = {
        "at": at,
        "turns": turns,
        "found": found,
        "undecided": await queries.due(at.campaign.id),
        "funds": [(one, one.match_pledge.fund.funder.name) for one in await funds.select_related(_FUNDER)],
        "shares_pence": sum(one.amount_pence for one in shares),
        "may_write": at.member.role in (MemberRole.OWNER, MemberRole.EDITOR),
        "officer": await officer_of(at.group.id),
        "path": _path(at),
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/shares/group.html", context)


async def _given(request: Request) -> Response:
    at = await here(request)
    row, gift = await share_by_hand(request)
    if at.campaign is None or gift.campaign_id != at.campaign.id:
        raise NotFound
    return await given_page(request, row, gift, _path(at))


_BASE: Final = "/groups/{group}/projects/{project}/given-back"
ROUTES: Final[list[Route]] = [
    page(_BASE, _page, MEMBERS, name="project_given_back"),
    page(f"{_BASE}/{{id}}", _given, WRITERS, name="project_share_given", methods=BOTH),
]
