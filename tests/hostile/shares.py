"""Shares of unspent money: a proposal that waits, a share that a giver is still to get, and what nobody has proposed yet."""

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from payments.shares_back.models import ShareBack, SharesBack
from pledges.models import OfflineGift, UnspentShare
from projects import services
from projects.models import Campaign, DeliveryTurn, Group, Project
from projects.states import Campaign as Status
from tests.lived import lived
from tests.pledges import gift_make
from tests.projects import make


async def build(group: Group, officer: Actor) -> dict[str, dict[str, str]]:
    """Ids and addresses by the names of routes."""
    project = await make.project(group, title="Funded bench", cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    desk = await gift_make.desk("Bench Library")
    gift = await desk.counted(campaign, name="Eli Ford")
    other = await desk.counted(campaign, name="Fay Gale")
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED, settled_at=business_now())
    delivery = await services.begin_delivery(await Campaign.get(id=campaign.id))
    now = business_now()
    turn = await DeliveryTurn.create(
        status="asked", delivery_id=delivery.id, kind="money that is left", reason="Less.", asked_by_id=1, asked_at=now
    )
    share = await _share(turn, gift)
    await _share(turn, other)
    assert officer.person_id is not None
    giving = await SharesBack.create(
        status="proposed",
        campaign_id=campaign.id,
        amount_pence=10,
        shares=1,
        why="It is over.",
        proposed_by_id=officer.person_id,
        proposed_at=business_now(),
    )
    await lived(giving)
    row = await ShareBack.create(status="due", giving_id=giving.id, share_id=share.id, amount_pence=10)
    await lived(row)
    here = {"group": group.slug, "project": (await Project.get(id=project.id)).slug}
    at, of_row = {"id": str(giving.id)}, {"id": str(row.id)}
    return {
        "shares_back_propose": {"id": str(campaign.id)},
        "shares_back_one": at,
        "shares_back_act": at | {"act": "agree"},
        "share_back_given": of_row,
        "share_back_act": of_row | {"act": "confirm"},
        "project_given_back": here,
        "project_share_given": here | of_row,
    }


async def _share(turn: DeliveryTurn, gift: OfflineGift) -> UnspentShare:
    return await UnspentShare.create(turn_id=turn.id, gift_id=gift.id, paid_in_pence=100, amount_pence=10)
