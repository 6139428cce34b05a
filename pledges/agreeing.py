"""The backers' side of a later last day (ruling 15, docs/decisions/0008): told, asked for a yes, asked again, let go.

A pledge made before the later day was agreed names the change in `must_agree_id`; `agreed_at` is its backer's yes.
Lock order: campaign, then pledges by id.
"""

from datetime import datetime
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.settings import get_settings
from pledges import later_day, letters, pledging, rules
from pledges.models import Pledge
from pledges.states import Pledge as Status
from pledges.totals import raised_with, totals
from projects import change_rules
from projects.kinds import ChangeKind
from projects.models import Campaign, CampaignChange
from projects.states import Campaign as CampaignStatus
from projects.states import Change as ChangeStatus

TOLD: Final = "campaign_changed"  # the job that tells every backer
YES: Final = "yes to the later day"
NO_YES: Final = "no yes to the later day"
BATCH: Final = 100


async def ask_everybody(change: CampaignChange) -> int:
    """From now on every pledge there is needs a yes to be charged after the first last day. Returns how many.

    In the transaction that moves the last day. Those whose card is still to be saved are among them: their card page
    names the first day.
    """
    return await Pledge.filter(
        campaign_id=change.campaign_id, status__in=[Status.PENDING, Status.ACTIVE], must_agree_id=None
    ).update(must_agree_id=change.id)


async def tell(change_id: int) -> int:
    """Tell each backer what changed, why, and how to go; of a later day also how to say yes. Once each; safe to repeat."""
    change = await CampaignChange.get(id=change_id).select_related("campaign", "old_version", "new_version")
    if change.status != ChangeStatus.AGREED:
        return 0
    told = 0
    last = 0
    while True:
        async with transaction():
            batch = (
                await Pledge.filter(campaign_id=change.campaign_id, status=Status.ACTIVE, id__gt=last)
                .order_by("id")
                .limit(BATCH)
            )
            for pledge in batch:
                await _tell_one(pledge, change)
        if not batch:
            return told
        told, last = told + len(batch), batch[-1].id


async def _tell_one(pledge: Pledge, change: CampaignChange) -> None:
    """Whoever pledged before it. The others have read it before they pledged."""
    assert change.answered_at is not None
    if change.kind == ChangeKind.LAST_DAY and pledge.must_agree_id == change.id:
        await _send("later_day", pledge, change)
    elif change.kind == ChangeKind.PLAN and pledge.created_at < change.answered_at:
        await _send("plan_changed", pledge, change, differences=change_rules.differences(*await _plans(change)))


async def _plans(change: CampaignChange) -> tuple[dict[str, Any], dict[str, Any]]:
    """The content of the version before and after a change that came with both."""
    assert change.old_version is not None
    assert change.new_version is not None
    return dict(change.old_version.content), dict(change.new_version.content)


async def _send(name: str, pledge: Pledge, change: CampaignChange, **more: Any) -> None:
    """`name` once for this change and pledge."""
    await letters.send(name, pledge, f"pledge-{name}-{change.id}-{pledge.id}", change=change, **more)


async def say_yes(pledge_id: int, by: Actor) -> Pledge:
    """The backer keeps the pledge until the later day. Twice is no error. Raises Refused when it is too late or not asked."""
    async with transaction():
        pledge, campaign = await _locked(pledge_id)
        if pledge.agreed_at is not None:
            return pledge
        if pledge.must_agree_id is None or pledge.status != Status.ACTIVE:
            raise Refused("This pledge needs no yes.", rule="active pledge")
        if not rules.may_change(campaign.status, campaign.deadline_at, business_now()):
            raise Refused(pledging.CLOSED_TO_CHANGES, rule="until the deadline")
        pledge.agreed_at = business_now()
        await pledge.save(update_fields=["agreed_at"])
        await events.note(pledge, YES, by)
        await audit.record("pledge agreed", f"pledge:{pledge.id}", by, change_id=pledge.must_agree_id)
        change = await CampaignChange.get(id=pledge.must_agree_id)
        await _send("agreed", pledge, change)
    return pledge


async def _locked(pledge_id: int) -> tuple[Pledge, Campaign]:
    found = await Pledge.get_or_none(id=pledge_id)
    if found is None:
        raise NotFound
    campaign = await pledging.lock_campaign(found.campaign_id)
    return await pledging.lock(pledge_id), campaign


async def asked_of(pledge: Pledge) -> CampaignChange | None:
    """The later day that waits for this backer's yes, or None."""
    if pledge.must_agree_id is None or pledge.agreed_at is not None or pledge.status != Status.ACTIVE:
        return None
    return await CampaignChange.get(id=pledge.must_agree_id)


async def release_without_yes(campaign_id: int, by: Actor, most: int | None = None) -> int:
    """Let go of pledges that can't be charged, because their backers have not said yes; at most `most`. Returns how many.

    Before the verdict: while a campaign is closing nobody can say yes any more, and what is released is not in the sum that
    the verdict reads. Nothing for a campaign that closed before its first last day was over.
    """
    change = await CampaignChange.get_or_none(
        campaign_id=campaign_id, kind=ChangeKind.LAST_DAY, status=ChangeStatus.AGREED
    )
    if change is None or change.old_deadline_at is None:
        return 0
    async with transaction():
        campaign = await pledging.lock_campaign(campaign_id)
        if campaign.status != CampaignStatus.CLOSING:
            return 0
        if not later_day.yes_is_needed(change.old_deadline_at, await closed_at(campaign.id)):
            return 0
        waiting = Pledge.filter(
            campaign_id=campaign.id, status=Status.ACTIVE, must_agree_id__isnull=False, agreed_at__isnull=True
        ).order_by("id")
        chunk = await (waiting if most is None else waiting.limit(most)).select_for_update()
        for pledge in chunk:
            await events.move(pledge, NO_YES, by, amount_pence=pledge.amount_pence)
            await pledging.end_promise(pledge)
            await audit.record("pledge released", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence)
            await _send("not_agreed", pledge, change)
    return len(chunk)


async def let_go_pence(campaign_id: int) -> int:
    """The sum of the pledges of a campaign that were let go of for want of a yes."""
    rows = await fetch(
        "SELECT coalesce(sum(e.amount_pence), 0)::bigint AS pence FROM pledge_event e JOIN pledge p ON p.id = e.subject_id"
        " WHERE p.campaign_id = $1 AND e.cause = $2",
        campaign_id,
        NO_YES,
    )
    return int(rows[0]["pence"])


async def closed_at(campaign_id: int) -> datetime:
    """When pledging to a closing campaign ended: its deadline, or when its group ended it early."""
    rows = await fetch(
        "SELECT effective_at FROM campaign_event WHERE subject_id = $1 AND new = 'closing' AND old <> new"
        " ORDER BY id DESC LIMIT 1",
        campaign_id,
    )
    closed: datetime = rows[0]["effective_at"]
    return closed


async def may_be_charged_pence(campaign_id: int) -> int:
    """What a campaign that ended now would have raised: without pledges that need a yes and have none.

    Call under the lock on the campaign to decide by it.
    """
    found = await totals(campaign_id)
    change = await CampaignChange.get_or_none(
        campaign_id=campaign_id, kind=ChangeKind.LAST_DAY, status=ChangeStatus.AGREED
    )
    if change is None or change.old_deadline_at is None:
        return found.raised_pence
    needed = later_day.yes_is_needed(change.old_deadline_at, business_now())
    if not needed:
        return found.raised_pence
    target = (await Campaign.get(id=campaign_id)).target_pence or 0
    return await raised_with(campaign_id, target, found.crowd_pence - found.waiting_pence)


async def remind() -> int:
    """Ask backers again who have not answered, 7 days (a setting) before the first and before the later last day.

    Run by the timetable; each reminder goes once. Returns how many went.
    """
    asked = 0
    for change in await CampaignChange.filter(
        kind=ChangeKind.LAST_DAY, status=ChangeStatus.AGREED, campaign__status=CampaignStatus.LIVE
    ).select_related("campaign"):
        assert change.answered_at is not None
        assert change.old_deadline_at is not None
        assert change.campaign.deadline_at is not None
        reminder = later_day.reminder_due(
            told_at=change.answered_at,
            first_deadline_at=change.old_deadline_at,
            deadline_at=change.campaign.deadline_at,
            days_before=get_settings().yes_reminder_days,
            now=business_now(),
        )
        if reminder is not None:
            asked += await _remind_all(change, reminder)
    return asked


async def _remind_all(change: CampaignChange, reminder: later_day.Reminder) -> int:
    prefix = f"pledge-{reminder}-reminder-{change.id}-"
    rows = await fetch(
        "SELECT p.id FROM pledge p WHERE p.must_agree_id = $1 AND p.agreed_at IS NULL AND p.status = 'active'"
        " AND p.email IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.unique_key = $2 || p.id) ORDER BY p.id",
        change.id,
        prefix,
    )
    for row in rows:
        async with transaction():
            pledge = await pledging.lock(row["id"])
            if pledge.agreed_at is None and pledge.status == Status.ACTIVE:
                await letters.send("later_day_again", pledge, f"{prefix}{pledge.id}", change=change)
    return len(rows)


async def save_district(pledge_id: int, code: str | None, by: Actor) -> None:
    """Where the backer lives, told or taken back. No history is kept of it."""
    async with transaction():
        pledge = await pledging.lock(pledge_id)
        if pledge.district_code == code:
            return
        pledge.district_code = code
        await pledge.save(update_fields=["district_code"])
        await audit.record("pledge district", f"pledge:{pledge.id}", by, told=code is not None)
