"""From the deadline to the verdict, and what follows when nobody is to be charged.

Closing has two steps. When a campaign is closing, its open card pages are expired at the provider, outside any
transaction. When no pledge waits for its card any more, or after settings.closing_grace_minutes, pledges without the yes
they need go (ruling 15), and one short transaction decides, freezes what was raised and turns the match. Each backer is
told or let go of after it, in chunks. Every function may run twice, late, or never: the sweeper calls them again.
"""

from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import retrying, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.settings import get_settings
from payments import card_pages, letters, rules, tellings
from payments.models import Collection, Telling
from payments.waking import time_for_one_job, wake
from pledges import agreeing, collecting, matches
from pledges.gifts.services import taking as gifts
from pledges.gifts.tasks import TELL_GIVERS
from pledges.models import OfflineGift, Pledge
from pledges.services import expire_pending, release_pledges
from pledges.states import Pledge as PledgeStatus
from pledges.totals import totals
from projects.models import Campaign
from projects.queries import campaign_for_update
from projects.states import Campaign as Status

CHUNK: Final = 200
NOT_HAPPENING: Final = (Status.CANCELLED, Status.WITHDRAWN)


async def moved(campaign_id: int, new_status: str) -> None:
    """What follows downstream when a campaign moved: card pages, the verdict, letting go."""
    if new_status in {Status.SUSPENDED, Status.LIVE}:
        await tell_of_pause(campaign_id)
    elif new_status == Status.CLOSING:
        await card_pages.expire_open_pages(campaign_id)
        await outbox.job("decide_campaign", campaign_id)
    elif new_status in NOT_HAPPENING:
        await let_go(campaign_id)
        await card_pages.expire_open_pages(campaign_id)


async def tell_of_pause(campaign_id: int) -> None:
    """Tell each backer that a campaign is paused or goes on, by when, and how to cancel (ruling 15); givers of cash and
    cheques too, by e-mail or letter.

    Nothing is sent for a campaign that just opened: nobody has pledged. Each pause, and each later last day, is told once.
    """
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status == Status.SUSPENDED:
            assert campaign.suspended_at is not None
            await tellings.begin(campaign, tellings.PAUSED, str(campaign.suspended_at))
            await _tell_givers(campaign, f"paused-{int(campaign.suspended_at.timestamp())}")
        elif campaign.status == Status.LIVE:
            await tellings.begin(campaign, tellings.RESUMED, str(campaign.last_day))
            if await OfflineGift.filter(campaign_id=campaign.id).exists():
                await _tell_givers(campaign, f"resumed-{campaign.last_day}")


async def _tell_givers(campaign: Campaign, what: str) -> None:
    await outbox.job(TELL_GIVERS, campaign.id, what, unique_key=f"{TELL_GIVERS}:{campaign.id}:{what}")


async def let_go(campaign_id: int, by: Actor = SYSTEM) -> None:
    """A campaign that was cancelled or withdrawn: match and pledges are released, nobody is charged, every backer is told.

    The match in one transaction, then the pledges in chunks: what is left is told by their status.
    """
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status not in NOT_HAPPENING:
            return
        await matches.release_all(campaign, "campaign cancelled", by)
        await outbox.job(TELL_GIVERS, campaign.id, "cancelled", unique_key=f"{TELL_GIVERS}:{campaign.id}:cancelled")
    point("between match and pledges")
    if not await release_pledges(campaign, "campaign cancelled", by, in_time=time_for_one_job()):
        await wake("let_go", campaign_id)


def grace_ends(closing_at: datetime) -> datetime:
    """When the verdict waits no longer for cards that are being saved."""
    return closing_at + timedelta(minutes=get_settings().closing_grace_minutes)


async def decide(campaign_id: int, by: Actor = SYSTEM) -> bool:
    """The verdict, if it can be given now (ruling 2). True when this call gave it.

    Pledges without the yes they need go first, in chunks: while a campaign is closing nobody can say yes any more. The
    verdict itself is one short transaction; what follows from it for each backer comes after it (after_verdict).
    """
    campaign = await Campaign.get(id=campaign_id)
    if campaign.status != Status.CLOSING or not await _may_decide(campaign, business_now()):
        return False
    in_time = time_for_one_job()
    while await agreeing.release_without_yes(campaign_id, by, CHUNK):
        if not in_time():
            await wake("decide_campaign", campaign_id)
            return False
    decided = await retrying(lambda: _decide(campaign_id, by))
    if decided:
        point("after the verdict")
        await after_verdict(campaign_id, by)
    return decided


async def _may_decide(campaign: Campaign, now: datetime) -> bool:
    """Whether no card is on its way and no gift waits to be counted any more, or the wait for them is over."""
    if await gifts.holds_the_verdict(campaign):
        return False
    if now >= grace_ends(campaign.closing_at or now):
        return True
    return not await Pledge.filter(campaign_id=campaign.id, status=PledgeStatus.PENDING).exists()


async def _decide(campaign_id: int, by: Actor) -> bool:
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        now = business_now()
        if campaign.status != Status.CLOSING or not await _may_decide(campaign, now):
            return False
        # those whose card came a moment ago: no yes can come, and we hold the lock on this campaign
        await agreeing.release_without_yes(campaign_id, by)
        found = await totals(campaign.id)
        raised = found.crowd_pence + found.match_accepted_pence
        assert campaign.target_pence is not None
        met = rules.target_is_met(raised, campaign.target_pence)
        await audit.record(
            "verdict",
            f"campaign:{campaign.id}",
            by,
            met=met,
            raised_pence=raised,
            crowd_pence=found.crowd_pence,
            match_pence=found.match_accepted_pence,
            target_pence=campaign.target_pence,
            without_yes_pence=await agreeing.let_go_pence(campaign.id),
        )
        if met:
            await _succeed(campaign, raised, now, by)
        else:
            await _fail(campaign, raised, now, by)
        await gifts.stand_at_verdict(campaign.id)
        await outbox.job(TELL_GIVERS, campaign.id, "met" if met else "missed")
    return True


async def _succeed(campaign: Campaign, raised_pence: int, now: datetime, by: Actor) -> None:
    collecting_from = now + timedelta(hours=get_settings().first_charge_delay_hours)
    await events.move(
        campaign,
        "target met",
        by,
        amount_pence=raised_pence,
        decided_at=now,
        raised_pence=raised_pence,
        collecting_from=collecting_from,
    )
    await matches.confirm_all(campaign, by)
    await tellings.begin(campaign, tellings.TARGET_MET)
    await letters.to_group("group_target_met", campaign, raised_pence=raised_pence)


async def _fail(campaign: Campaign, raised_pence: int, now: datetime, by: Actor) -> None:
    await events.move(
        campaign, "target missed", by, amount_pence=raised_pence, decided_at=now, raised_pence=raised_pence
    )
    await matches.release_all(campaign, "target missed", by)
    await letters.to_group("group_target_missed", campaign, raised_pence=raised_pence)


async def after_verdict(campaign_id: int, by: Actor = SYSTEM) -> bool:
    """What a verdict means for each backer, a chunk a transaction: told that the target is met, or let go and told.

    A pledge whose card never came expires in either case. Safe to repeat; True when nothing is left to do.
    """
    campaign = await Campaign.get(id=campaign_id)
    if campaign.status == Status.UNSUCCESSFUL:
        done = await release_pledges(campaign, "campaign unsuccessful", by, in_time=time_for_one_job())
    elif campaign.status == Status.SUCCESSFUL:
        done = await expire_pending(campaign, by, in_time=time_for_one_job())
        for telling in await Telling.filter(campaign_id=campaign_id, what=tellings.TARGET_MET, done_at=None):
            done = await tellings.tell(telling.id) and done
    else:
        return True
    if not done:
        await wake("after_verdict", campaign_id)
    return done


async def begin_collecting(campaign_id: int, by: Actor = SYSTEM) -> int:
    """Successful -> collecting once its day has come (ruling 8), then every active pledge, a chunk a transaction.

    Returns how many pledges began. Run again after a crash it goes on where it was.
    """
    await after_verdict(campaign_id, by)
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status == Status.SUCCESSFUL:
            if not await tellings.announced(campaign):
                return 0
            await events.move(campaign, "collection began", by, amount_pence=campaign.raised_pence)
            await audit.record("collection began", f"campaign:{campaign.id}", by, amount_pence=campaign.raised_pence)
        elif campaign.status != Status.COLLECTING:
            return 0
    point("before pledges are collected")
    begun, in_time = 0, time_for_one_job()
    while count := await _begin_some(campaign_id, by):
        begun += count
        if not in_time():
            await wake("begin_collecting", campaign_id)
            return begun
    if not await Pledge.filter(campaign_id=campaign_id, status=PledgeStatus.COLLECTING).exists():
        await outbox.job("settle_campaign", campaign_id)  # match alone met the target: nobody is to be charged
    return begun


async def _begin_some(campaign_id: int, by: Actor) -> int:
    async with transaction():
        chunk = (
            await Pledge.filter(campaign_id=campaign_id, status=PledgeStatus.ACTIVE)
            .order_by("id")
            .limit(CHUNK)
            .select_for_update(skip_locked=True)
        )
        now = business_now()
        for pledge in chunk:
            await collecting.begin(pledge, by)
        await Collection.bulk_create(
            Collection(pledge_id=pledge.id, campaign_id=campaign_id, next_at=now) for pledge in chunk
        )
        if chunk:
            await wake("pump")
    return len(chunk)
