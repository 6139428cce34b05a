"""Gifts that were banked, and handed on to the group: to the penny, by two people."""

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.references import new_token
from pledges.gifts.kinds import Return, Wish
from pledges.gifts.services import banking, paying, returning, taking
from pledges.gifts.states import Cause
from pledges.models import OfflineGift
from pledges.totals import totals
from projects.models import Campaign
from projects.queries import group_id_of
from tests.pledges import gift_make, make, pot_make
from tests.pledges.gift_make import PLAIN, all_rules_hold

pytestmark = pytest.mark.usefixtures("db")


async def test_a_batch_is_banked_by_two_people_and_to_the_penny() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    first, second = await desk.counted(campaign), await desk.counted(campaign, name="Ben Cole", amount_pence=1_234)
    waiting = await desk.take(campaign, name="Cleo Hill")
    with pytest.raises(Refused, match=r"come to £32\.34, and the slip says £32\.35"):
        await banking.enter_batch(desk.desk.id, [first.id, second.id], "500123", 3_235, desk.taker)
    with pytest.raises(Refused, match="can’t be banked"):
        await banking.enter_batch(desk.desk.id, [first.id, waiting.id], "500123", 4_000, desk.taker)
    batch = await banking.enter_batch(desk.desk.id, [first.id, second.id], "500123", 3_234, desk.taker)
    with pytest.raises(Refused, match="can’t be banked"):
        await banking.enter_batch(desk.desk.id, [first.id], "500124", 2_000, desk.taker)
    with pytest.raises(Refused, match="Two different people"):
        await banking.confirm_batch(batch.id, desk.taker)
    await banking.withdraw_batch(batch.id, desk.taker)
    batch = await banking.enter_batch(desk.desk.id, [first.id, second.id], "500125", 3_234, desk.taker)
    await banking.confirm_batch(batch.id, desk.finance)
    with pytest.raises(Refused, match="already"):
        await banking.confirm_batch(batch.id, desk.counter)
    assert await ledger.balance("bank for gifts") == 3_234
    assert await ledger.balance(f"cash in hand:desk:{desk.desk.id}") == 0
    assert (await totals(campaign.id)).gifts_pence == 3_234
    await all_rules_hold()


async def test_a_failed_campaigns_gifts_go_back_or_to_the_group_as_their_givers_wished() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    back, on = await desk.counted(campaign), await desk.counted(campaign, name="Ben Cole", wish=Wish.TO_GROUP)
    await desk.bank(back, on)
    await taking.stand_at_verdict(campaign.id)
    now = business_now()
    await Campaign.filter(id=campaign.id).update(status="unsuccessful", decided_at=now, raised_pence=4_000)
    await desk.give_back(await OfflineGift.get(id=back.id), Cause.MISSED, Return.CHEQUE)
    with pytest.raises(Refused, match="reference"):
        await paying.enter_payment(campaign.id, "", desk.officer)
    payment = await paying.enter_payment(campaign.id, "BACS 88", desk.officer)
    assert (payment.why, payment.amount_pence) == ("wish of the givers", 2_000)
    with pytest.raises(Refused, match=r"waits to be confirmed|No banked gift"):
        await paying.enter_payment(campaign.id, "BACS 89", desk.finance)
    with pytest.raises(Forbidden):
        await paying.confirm_payment(payment.id, desk.officer)
    await paying.confirm_payment(payment.id, desk.finance)
    assert await ledger.balance("bank for gifts") == 0
    assert await ledger.balance(f"gifts held:campaign:{campaign.id}") == 0
    found = await totals(campaign.id)
    assert (found.gifts_pence, found.raised_pence) == (4_000, 4_000)  # raised is what stood at the verdict
    with pytest.raises(Refused, match="handed to the group"):
        await returning.enter_return(on.id, Cause.MISSED, Return.CHEQUE, "1", desk.taker)


async def test_what_a_group_banked_itself_is_its_own_once_the_campaign_is_settled() -> None:
    desk, owner = await gift_make.desk(), await pot_make.person("Olive Tree")
    campaign = await make.campaign(owner_id=owner.person_id)
    own = await taking.desk_of_group(await group_id_of(campaign.id))
    taken = await taking.take(campaign.id, own.id, new_token(), PLAIN, owner)
    await desk.count(taken)
    at_library = await desk.counted(campaign, name="Ben Cole", amount_pence=700)
    batch = await banking.enter_batch(own.id, [taken.id], "77", 2_000, owner)
    with pytest.raises(Forbidden):
        await banking.confirm_batch(batch.id, owner)
    await banking.confirm_batch(batch.id, desk.counter)
    await desk.bank(at_library)
    await taking.stand_at_verdict(campaign.id)
    await Campaign.filter(id=campaign.id).update(status="settled", settled_at=business_now(), decided_at=business_now())
    payment = await paying.enter_payment(campaign.id, "BACS 90", desk.officer)
    assert (payment.amount_pence, payment.own_pence) == (2_700, 2_000)
    await paying.confirm_payment(payment.id, desk.finance)
    assert await ledger.balance(f"gifts banked by group:desk:{own.id}") == 0
    assert await ledger.balance("bank for gifts") == 0
