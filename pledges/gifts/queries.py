"""Reads for the pages of off-line gifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from pledges.gifts.rules import TOGETHER
from pledges.gifts.states import KEPT
from pledges.gifts.states import Gift as Status
from pledges.models import GiftBatch, GiftDesk, GiftPayment, GiftRecovery, GiftReturn, OfflineGift
from projects.states import Campaign as CampaignStatus

WITH: Final = ("campaign__project__group", "campaign__version", "desk", "batch", "payment")
STATE_WORDS: Final = {
    Status.RECEIVED: "Received: a second person has to count it",
    Status.COUNTED: "Counted",
    Status.BANKED: "Banked",
    Status.RETURNED: "Went back to the giver",
}


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """A campaign that takes gifts now."""

    id: int
    title: str
    group_name: str
    slug: str


async def open_campaigns() -> list[OpenCampaign]:
    """Every campaign that takes gifts, by title. $1: now comes with the services; the page only offers."""
    rows = await fetch(
        "SELECT c.id, coalesce(v.content->>'title', p.title) AS title, g.name AS group_name, p.slug FROM campaign c"
        " JOIN project p ON p.id = c.project_id JOIN community_group g ON g.id = p.group_id"
        " LEFT JOIN project_version v ON v.id = c.version_id WHERE c.status = 'live' AND p.taken_down_at IS NULL"
        " ORDER BY 2, c.id"
    )
    return [OpenCampaign(**row) for row in rows]


async def desk_of(group_id: int) -> GiftDesk | None:
    """A group's own hands as a desk; None until it took something."""
    return await GiftDesk.get_or_none(group_id=group_id)


async def open_desks() -> list[GiftDesk]:
    """Desks of the council that take gifts, by name."""
    return await GiftDesk.filter(group_id=None, closed_at=None).order_by("name", "id")


async def gift_of(gift_id: int) -> OfflineGift:
    """One gift with its campaign, project, group and desk. Raises NotFound."""
    found = await OfflineGift.get_or_none(id=gift_id).select_related(*WITH)
    if found is None:
        raise NotFound
    return found


async def to_count(person_id: int | None) -> list[OfflineGift]:
    """Gifts that wait to be counted by this person: not those they took. The oldest first."""
    found = OfflineGift.filter(
        status=Status.RECEIVED,
        campaign__status__in=[CampaignStatus.LIVE, CampaignStatus.SUSPENDED, CampaignStatus.CLOSING],
    ).exclude(taken_by_id=person_id or 0)
    mine = await fetch("SELECT group_id FROM group_member WHERE person_id = $1", person_id or 0)
    found = found.exclude(campaign__project__group_id__in=[row["group_id"] for row in mine])
    return await found.order_by("id").select_related(*WITH)


async def at_desk(desk_id: int) -> list[OfflineGift]:
    """Counted gifts that lie at a desk and are in no batch and on no way back."""
    going = await GiftReturn.filter(gift__desk_id=desk_id, confirmed_at=None, withdrawn_at=None).values_list(
        "gift_id", flat=True
    )
    found = OfflineGift.filter(desk_id=desk_id, status=Status.COUNTED, batch_id=None).exclude(id__in=list(going))
    return await found.order_by("id").select_related(*WITH)


async def open_batches() -> list[GiftBatch]:
    """Batches that wait for a second person."""
    return await GiftBatch.filter(confirmed_at=None, withdrawn_at=None).order_by("id").select_related("desk")


async def open_returns() -> list[GiftReturn]:
    """Returns that wait for a second person."""
    return (
        await GiftReturn.filter(confirmed_at=None, withdrawn_at=None)
        .order_by("id")
        .select_related("gift__campaign__project", "gift__campaign__version")
    )


async def open_payments() -> list[GiftPayment]:
    """Payments to groups that wait for a finance approver."""
    return (
        await GiftPayment.filter(confirmed_at=None, withdrawn_at=None)
        .order_by("id")
        .select_related("campaign__project__group")
    )


async def to_give_back() -> list[OfflineGift]:
    """Gifts that are here and should be with their givers: of campaigns that failed, and those not counted in time."""
    rows = await fetch(
        "SELECT g.id FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id WHERE g.payment_id IS NULL"
        " AND g.status = ANY($1::text[]) AND NOT EXISTS (SELECT 1 FROM gift_return r WHERE r.gift_id = g.id"
        " AND r.withdrawn_at IS NULL AND r.confirmed_at IS NULL) AND ((c.status = ANY($2::text[]) AND g.wish = 'back')"
        " OR (g.status = 'received' AND c.decided_at IS NOT NULL)) ORDER BY g.id",
        [str(one) for one in KEPT],
        [str(one) for one in TOGETHER],
    )
    return await OfflineGift.filter(id__in=[row["id"] for row in rows]).order_by("id").select_related(*WITH)


async def to_hand_on() -> list[dict[str, Any]]:
    """Campaigns with banked gifts that go to their group, and how many pence."""
    return await fetch(
        "SELECT c.id, coalesce(v.content->>'title', p.title) AS title, sum(g.amount_pence)::bigint AS pence, count(*) AS gifts"
        " FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id JOIN project p ON p.id = c.project_id"
        " LEFT JOIN project_version v ON v.id = c.version_id WHERE g.status = 'banked' AND g.payment_id IS NULL"
        " AND ((c.status = 'settled' AND g.at_verdict) OR (c.status = ANY($1::text[]) AND g.wish = 'to the group'))"
        " AND NOT EXISTS (SELECT 1 FROM gift_return r WHERE r.gift_id = g.id AND r.withdrawn_at IS NULL"
        " AND r.confirmed_at IS NULL) GROUP BY 1, 2 ORDER BY 1",
        [str(one) for one in TOGETHER],
    )


async def open_recoveries() -> list[GiftRecovery]:
    """Money back from groups that waits for a finance approver."""
    return (
        await GiftRecovery.filter(confirmed_at=None, withdrawn_at=None)
        .order_by("id")
        .select_related("gift__campaign__project", "gift__campaign__version")
    )


async def unpaid_cheques() -> list[dict[str, Any]]:
    """Cheques that bounced after they were handed on, and what the programme still bears of each; the newest first."""
    return await fetch(
        "SELECT g.id, g.reference, coalesce(v.content->>'title', p.title) AS title, g.amount_pence,"
        " g.amount_pence - coalesce((SELECT sum(r.amount_pence) FROM gift_recovery r WHERE r.gift_id = g.id"
        " AND r.confirmed_at IS NOT NULL), 0)::bigint AS lost_pence"
        " FROM offline_gift g JOIN gift_desk d ON d.id = g.desk_id AND d.group_id IS NULL"
        " JOIN campaign c ON c.id = g.campaign_id JOIN project p ON p.id = c.project_id"
        " LEFT JOIN project_version v ON v.id = c.version_id"
        " WHERE g.status = 'returned' AND g.payment_id IS NOT NULL ORDER BY g.id DESC LIMIT 200"
    )


async def of_campaign(campaign_id: int, desk_id: int | None = None) -> Sequence[OfflineGift]:
    """The gifts of a campaign, the newest first; of one desk where it is given."""
    found = OfflineGift.filter(campaign_id=campaign_id)
    if desk_id is not None:
        found = found.filter(desk_id=desk_id)
    return await found.order_by("-id").select_related(*WITH)


async def open_return_of(gift_id: int) -> GiftReturn | None:
    """The return of a gift that waits or happened."""
    return await GiftReturn.filter(gift_id=gift_id, withdrawn_at=None).first()


def title_of(gift: OfflineGift) -> str:
    """The project's title as it was approved. The gift comes with its campaign."""
    version = gift.campaign.version
    return str(version.content["title"]) if version is not None else gift.campaign.project.title
