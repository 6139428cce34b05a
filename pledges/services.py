"""What befalls all pledges of a campaign at once, when its outcome is known. For one pledge see pledging.py."""

from collections.abc import Callable
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.references import email_key
from pledges import letters, pledging
from pledges.backers import JOINED
from pledges.models import OfflineGift, Pledge
from pledges.states import Pledge as Status
from projects.models import Campaign, CampaignMessage

BATCH: Final = 100
InTime = Callable[[], bool]


def _always() -> bool:
    return True


async def release_pledges(campaign: Campaign, cause: str, by: Actor, *, in_time: InTime = _always) -> bool:
    """Let every active pledge of a campaign go; nobody is charged, and each backer is told. Pending ones expire.

    `cause` is "campaign unsuccessful" or "campaign cancelled". A hundred pledges are one transaction: after a crash, or
    when it was not `in_time` for all (False), the next call goes on where this was.
    """
    said = await CampaignMessage.filter(campaign_id=campaign.id, public=True).order_by("-id").first()
    message = said.text if said is not None and cause == "campaign cancelled" else ""
    while await _release_some(campaign.id, cause, message, by):
        point("between chunks of release")
        if not in_time():
            return False
    return await expire_pending(campaign, by, in_time=in_time)


async def _release_some(campaign_id: int, cause: str, message: str, by: Actor) -> int:
    async with transaction():
        batch = await _locked(campaign_id, Status.ACTIVE)
        for pledge in batch:
            await events.move(pledge, cause, by, amount_pence=pledge.amount_pence)
            await pledging.end_promise(pledge)
            await audit.record("pledge released", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence)
            await letters.send("released", pledge, f"pledge-released-{pledge.id}", cause=cause, message=message)
    return len(batch)


async def expire_pending(campaign: Campaign, by: Actor, *, in_time: InTime = _always) -> bool:
    """Every pledge of a campaign whose card never came expires. False when it was not `in_time` for all: call again."""
    while True:
        async with transaction():
            batch = await _locked(campaign.id, Status.PENDING)
            for pledge in batch:
                await pledging.expire(pledge, by)
        if not batch:
            return True
        if not in_time():
            return False


async def member_joined(group_id: int, by: Actor = SYSTEM) -> int:
    """Whoever runs a group's campaign now is no backer of it, also by a pledge made before (ruling 10).

    Until the verdict: then the count stays. Who leaves again does not count for what they pledged or gave.
    Returns how many pledges and gifts.
    """
    rows = await fetch(
        "SELECT n.email FROM group_member m JOIN person n ON n.id = m.person_id"
        " WHERE m.group_id = $1 AND m.ended_at IS NULL AND n.email IS NOT NULL",
        group_id,
    )
    async with transaction():
        theirs = (
            await Pledge.filter(
                campaign__project__group_id=group_id,
                campaign__decided_at=None,
                runs_campaign=False,
                email_key__in=[email_key(row["email"]) for row in rows],
            )
            .order_by("id")
            .select_for_update(of=("pledge",))
        )
        for pledge in theirs:
            await Pledge.filter(id=pledge.id).update(runs_campaign=True)
            await events.note(pledge, JOINED, by)
        given = (
            await OfflineGift.filter(
                campaign__project__group_id=group_id,
                campaign__decided_at=None,
                runs_campaign=False,
                email_key__in=[email_key(row["email"]) for row in rows],
            )
            .order_by("id")
            .select_for_update(of=("offline_gift",))
        )
        for gift in given:
            await OfflineGift.filter(id=gift.id).update(runs_campaign=True)
            await events.note(gift, JOINED, by)
    return len(theirs) + len(given)


async def _locked(campaign_id: int, status: Status) -> list[Pledge]:
    return await Pledge.filter(campaign_id=campaign_id, status=status).order_by("id").limit(BATCH).select_for_update()
