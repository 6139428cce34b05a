"""Cash and cheques in the small world: counted, banked, given back, and handed on by their giver's wish."""

from pledges.gifts.kinds import Wish
from pledges.gifts.states import Cause
from pledges.models import OfflineGift
from projects.models import Campaign
from tests.pledges import gift_make
from tests.pledges.gift_make import Desk


async def before(misses: Campaign) -> Desk:
    """Given to a campaign that will miss its target."""
    desk = await gift_make.desk()
    back = await desk.counted(misses, name="Ben Cole")
    await desk.bank(await desk.counted(misses, wish=Wish.TO_GROUP))
    await desk.take(misses, name="Cleo Hill", address="")
    assert back.id
    return desk


async def after(desk: Desk, misses: Campaign, live: Campaign) -> None:
    """What became of it; and a gift to a campaign that is live."""
    for gift in await OfflineGift.filter(campaign_id=misses.id, wish=Wish.BACK, at_verdict=True):
        await desk.give_back(gift, Cause.MISSED)
    await desk.hand_on(misses)
    await desk.counted(live, name="Dora Lane")
