"""Telling every backer of a campaign what was decided: begun with the decision, done in chunks after it.

A decision is one short transaction however large the crowd is. Its row here says up to which pledge the telling has come,
so that a worker that dies costs a chunk, and no backer is told twice (the mail's unique key) or never (the sweeper).
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.settings import get_settings
from payments import letters, refunds
from payments.models import Refund, Telling
from payments.waking import time_for_one_job, wake
from pledges import letters as pledge_letters
from pledges.models import Pledge
from pledges.queries import CampaignView, campaign_view
from pledges.states import STILL_TO_COLLECT
from pledges.states import Pledge as PledgeStatus
from projects.models import Campaign
from projects.states import Campaign as Status

JOB: Final = "tell_backers"
TARGET_MET: Final = "target met"
SETTLED: Final = "settled"
PAUSED: Final = "paused"
RESUMED: Final = "resumed"
CHUNK: Final = 100
ACTIVE_AT_THE_VERDICT: Final = (PledgeStatus.ACTIVE, *STILL_TO_COLLECT, PledgeStatus.COLLECTED)

Tell = Callable[[list[Pledge], Campaign, CampaignView, Telling], Awaitable[None]]


async def begin(campaign: Campaign, what: str, about: str = "") -> None:
    """From now on every backer is to be told `what`; once a campaign, what and about. In the caller's transaction."""
    rows = await fetch(
        "INSERT INTO telling (campaign_id, what, about, last_pledge_id, begun_at) VALUES ($1, $2, $3, 0, $4)"
        " ON CONFLICT (campaign_id, what, about) DO NOTHING RETURNING id",
        campaign.id,
        what,
        about,
        business_now(),
    )
    if rows:
        await wake(JOB, rows[0]["id"])


async def tell(telling_id: int) -> bool:
    """Tell the next backers, a chunk a transaction, as long as a job may work. True once everybody was told."""
    in_time = time_for_one_job()
    while await _tell_some(telling_id):
        point("between chunks of telling")
        if not in_time():
            await wake(JOB, telling_id)
            return False
    return True


async def _tell_some(telling_id: int) -> bool:
    """One chunk, under the lock on its row: two workers share the work, and tell nobody twice."""
    async with transaction():
        telling = await Telling.filter(id=telling_id, done_at=None).select_for_update().first()
        if telling is None:
            return False
        campaign = await Campaign.get(id=telling.campaign_id)
        statuses, still, act = _WHAT[telling.what]
        chunk = []
        if campaign.status in still:
            chunk = (
                await Pledge.filter(campaign_id=campaign.id, status__in=statuses, id__gt=telling.last_pledge_id)
                .order_by("id")
                .limit(CHUNK)
            )
        if chunk:
            await act(chunk, campaign, await campaign_view(campaign.id), telling)
            await Telling.filter(id=telling.id).update(last_pledge_id=chunk[-1].id)
        else:
            await Telling.filter(id=telling.id).update(done_at=business_now())
        return bool(chunk)


async def announced(campaign: Campaign) -> bool:
    """Whether every backer has known for long enough that the target is met (ruling 8), so that cards may be charged."""
    if campaign.collecting_from is None or business_now() < campaign.collecting_from:
        return False
    telling = await Telling.filter(campaign_id=campaign.id, what=TARGET_MET).first()
    if telling is None:  # decided before tellings had rows
        return True
    delay = timedelta(hours=get_settings().first_charge_delay_hours)
    return telling.done_at is not None and business_now() >= telling.done_at + delay


async def _target_met(chunk: list[Pledge], campaign: Campaign, view: CampaignView, _telling: Telling) -> None:
    for pledge in chunk:
        await letters.to_backer(
            "target_met", pledge, view, f"target-met-{pledge.id}", collecting_from=campaign.collecting_from
        )


async def _settled(chunk: list[Pledge], _campaign: Campaign, view: CampaignView, _telling: Telling) -> None:
    """Those whose money the group gets: not who was let off and is given back what came all the same."""
    owed = await Refund.filter(pledge_id__in=[pledge.id for pledge in chunk], reason__in=refunds.OWED).values_list(
        "pledge_id", flat=True
    )
    for pledge in chunk:
        if pledge.id not in owed:
            await letters.to_backer("settled", pledge, view, f"settled-{pledge.id}")


async def _pause(chunk: list[Pledge], _campaign: Campaign, _view: CampaignView, telling: Telling) -> None:
    for pledge in chunk:
        await pledge_letters.send(telling.what, pledge, f"pledge-{telling.what}-{pledge.id}-{telling.about}")


_COLLECTED: Final = (PledgeStatus.COLLECTED,)
_ACTIVE: Final = (PledgeStatus.ACTIVE,)
# what is told -> to pledges of which status, while the campaign is in which, and by what
_WHAT: Final[dict[str, tuple[tuple[PledgeStatus, ...], tuple[Status, ...], Tell]]] = {
    TARGET_MET: (ACTIVE_AT_THE_VERDICT, (Status.SUCCESSFUL,), _target_met),
    SETTLED: (_COLLECTED, (Status.SETTLED,), _settled),
    PAUSED: (_ACTIVE, (Status.SUSPENDED,), _pause),
    RESUMED: (_ACTIVE, (Status.LIVE,), _pause),
}
