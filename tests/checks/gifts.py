"""Cash and cheques in the small world: counted, banked, given back, and handed on by their giver's wish."""

from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.clock import business_today
from payments.gift_aid import services as claiming
from pledges.gift_aid import services as declaring
from pledges.gift_aid.kinds import Declared, RecipientKind
from pledges.gift_aid.services import Answers
from pledges.gifts.kinds import Way, Wish
from pledges.gifts.states import Cause
from pledges.models import OfflineGift, Pledge
from projects.models import Campaign
from projects.queries import group_id_of
from tests.pledges import gift_make
from tests.pledges.gift_make import Desk
from tests.projects import make as projects


async def before(misses: Campaign) -> Desk:
    """Given to a campaign that will miss its target."""
    desk = await gift_make.desk()
    back = await desk.counted(misses, name="Ben Cole")
    cheque = await desk.counted(misses, name="Eve Moor", wish=Wish.TO_GROUP, way=Way.CHEQUE, cheque_number="000101")
    await desk.bank(await desk.counted(misses, wish=Wish.TO_GROUP), cheque)
    await desk.take(misses, name="Cleo Hill", address="")
    assert back.id
    return desk


async def gift_aid(settled: Campaign, officer: Actor) -> None:
    """The group of the settled campaign claims; one declaration was corrected, and one cancelled after the claim."""
    group_id = await group_id_of(settled.id)
    owner = await projects.owner_of(group_id)
    row = await declaring.enter_reference(
        group_id, owner, kind=RecipientKind.CHARITY, hmrc_name="Tidal Trust", hmrc_reference="XR4711"
    )
    await declaring.verify(row.id, officer, "HMRC's letter")
    first, second = await Pledge.filter(campaign_id=settled.id, status="collected").order_by("id").limit(2)
    ada = Answers("Ada", "Reed", "1", "CT9 1AB")
    for pledge in (first, first, second):
        await declaring.declare(pledge, ada, Declared.PRIVATE_PAGE, BACKER)
    claim = await claiming.draw(row.id, owner)
    await claiming.mark_claimed(claim.id, owner, business_today())
    await declaring.cancel(second, BACKER)
    await claiming.draw(row.id, owner)


async def after(desk: Desk, misses: Campaign, live: Campaign) -> None:
    """What became of it; and a gift to a campaign that is live."""
    for gift in await OfflineGift.filter(campaign_id=misses.id, wish=Wish.BACK, at_verdict=True):
        await desk.give_back(gift, Cause.MISSED)
    await desk.hand_on(misses)
    cheque = await OfflineGift.get(campaign_id=misses.id, way=Way.CHEQUE)
    await desk.bounced(cheque)
    await desk.made_good(cheque, 700)
    await desk.counted(live, name="Dora Lane")
