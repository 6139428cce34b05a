"""From the deadline to the verdict, and what follows when nobody is to be charged.

Closing has two steps. When a campaign is closing, its open card pages are expired at the provider, outside any
transaction. When no pledge waits for its card any more, or after settings.closing_grace_minutes, one transaction
lets go of pledges without the yes they need (ruling 15), decides, and turns pledges and match. Every function may run
twice, late, or never: the sweeper calls them again.
"""

from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import retrying, transaction
from crowdfund_kent.settings import get_settings
from payments import card_pages, letters, rules
from payments.models import Collection
from payments.waking import wake
from pledges import agreeing, collecting, matches
from pledges import letters as pledge_letters
from pledges.models import Pledge
from pledges.queries import campaign_view
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
    """Tell each backer that a campaign is paused or goes on, by when, and how to cancel (ruling 15).

    Nothing is sent for a campaign that just opened: nobody has pledged. Each pause, and each later last day, is told once.
    """
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status not in {Status.SUSPENDED, Status.LIVE}:
            return
        name = "paused" if campaign.status == Status.SUSPENDED else "resumed"
        about = campaign.suspended_at if campaign.status == Status.SUSPENDED else campaign.last_day
        for pledge in await Pledge.filter(campaign_id=campaign.id, status=PledgeStatus.ACTIVE).order_by("id"):
            await pledge_letters.send(name, pledge, f"pledge-{name}-{pledge.id}-{about}")


async def let_go(campaign_id: int, by: Actor = SYSTEM) -> None:
    """A campaign that was cancelled or withdrawn: pledges and match are released, nobody is charged, every backer is told."""
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status not in NOT_HAPPENING:
            return
        await matches.release_all(campaign, "campaign cancelled", by)
        await release_pledges(campaign, "campaign cancelled", by)


def grace_ends(closing_at: datetime) -> datetime:
    """When the verdict waits no longer for cards that are being saved."""
    return closing_at + timedelta(minutes=get_settings().closing_grace_minutes)


async def decide(campaign_id: int, by: Actor = SYSTEM) -> bool:
    """The verdict, if it can be given now (ruling 2). True when this call gave it."""
    return await retrying(lambda: _decide(campaign_id, by))


async def _decide(campaign_id: int, by: Actor) -> bool:
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status != Status.CLOSING:
            return False
        now = business_now()
        pending = await Pledge.filter(campaign_id=campaign.id, status=PledgeStatus.PENDING).exists()
        if pending and now < grace_ends(campaign.closing_at or now):
            return False
        # no yes can come any more: it wants a campaign that is open, and we hold the lock on this one
        let_go_of = await agreeing.release_without_yes(campaign, by)
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
            without_yes_pence=sum(pledge.amount_pence for pledge in let_go_of),
        )
        if met:
            await _succeed(campaign, raised, now, by)
        else:
            await _fail(campaign, raised, now, by)
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
    await expire_pending(campaign, by)
    view = await campaign_view(campaign.id)
    for pledge in await Pledge.filter(campaign_id=campaign.id, status=PledgeStatus.ACTIVE).order_by("id"):
        await letters.to_backer("target_met", pledge, view, f"target-met-{pledge.id}", collecting_from=collecting_from)
    await letters.to_group("group_target_met", campaign, raised_pence=raised_pence)


async def _fail(campaign: Campaign, raised_pence: int, now: datetime, by: Actor) -> None:
    await events.move(
        campaign, "target missed", by, amount_pence=raised_pence, decided_at=now, raised_pence=raised_pence
    )
    await matches.release_all(campaign, "target missed", by)
    await release_pledges(campaign, "campaign unsuccessful", by)  # and tells each backer that nobody was charged
    await letters.to_group("group_target_missed", campaign, raised_pence=raised_pence)


async def begin_collecting(campaign_id: int, by: Actor = SYSTEM) -> int:
    """Successful -> collecting once its day has come (ruling 8), then every active pledge, a chunk a transaction.

    Returns how many pledges began. Run again after a crash it goes on where it was.
    """
    async with transaction():
        campaign = await campaign_for_update(campaign_id)
        if campaign.status == Status.SUCCESSFUL:
            if campaign.collecting_from is None or business_now() < campaign.collecting_from:
                return 0
            await events.move(campaign, "collection began", by, amount_pence=campaign.raised_pence)
            await audit.record("collection began", f"campaign:{campaign.id}", by, amount_pence=campaign.raised_pence)
        elif campaign.status != Status.COLLECTING:
            return 0
    begun = 0
    while count := await _begin_some(campaign_id, by):
        begun += count
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
