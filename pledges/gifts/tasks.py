"""What givers of off-line gifts hear when their campaign moves: a job writes to a hundred and asks for itself again."""

from typing import Any, Final

from crowdfund_kent import outbox
from crowdfund_kent.database import transaction
from pledges.gifts import letters
from pledges.gifts.states import KEPT
from pledges.models import OfflineGift
from projects.models import Campaign, CampaignChange, Delivery
from projects.states import Campaign as Status

AT_ONCE: Final = 100
TELL_GIVERS: Final = "tell_givers"
ONLY_WHILE: Final = {"paused": Status.SUSPENDED, "resumed": Status.LIVE}


async def tell_givers(campaign_id: int, what: str, after: int = 0) -> None:
    """`what`: met, missed, cancelled, settled, collapsed, ended (before the payout), delivered, changed-<its number>,
    paused-<which pause> or resumed-<until which day>.

    Each giver whose gift did not go back is told once; of a pause or its end only while it is so.
    """
    still = ONLY_WHILE.get(what.partition("-")[0])
    if still is not None and (await Campaign.get(id=campaign_id)).status != still:
        return
    more = {"delivery": await Delivery.get(campaign_id=campaign_id)} if what == "delivered" else {}
    async with transaction():
        batch = (
            await OfflineGift.filter(campaign_id=campaign_id, status__in=list(KEPT), id__gt=after)
            .order_by("id")
            .limit(AT_ONCE)
        )
        for gift in batch:
            await letters.tell(what.partition("-")[0], gift, f"gift-{what}-{gift.id}", **more)
        if len(batch) == AT_ONCE:
            last = batch[-1].id
            key = f"{TELL_GIVERS}:{campaign_id}:{what}:{last}"
            await outbox.job(TELL_GIVERS, campaign_id, what, last, unique_key=key)


async def tell_of_change(change_id: int) -> None:
    """A later last day or another plan was agreed: each giver hears of it, and that their gift can come back (ruling 15)."""
    change = await CampaignChange.get(id=change_id)
    what = f"changed-{change.id}"
    async with transaction():
        await outbox.job(TELL_GIVERS, change.campaign_id, what, unique_key=f"{TELL_GIVERS}:{what}")


TASKS: Final[dict[str, Any]] = {TELL_GIVERS: tell_givers}
