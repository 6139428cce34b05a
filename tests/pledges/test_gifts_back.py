"""Gifts that go back: to whoever gave, or since the bank did not pay the cheque, before and after the group has it."""

from dataclasses import replace

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import new_token
from pledges.gifts.kinds import Return, Way
from pledges.gifts.services import banking, recovering, returning, taking
from pledges.gifts.states import Cause
from pledges.models import OfflineGift
from pledges.totals import totals
from projects.models import Campaign, LetterToPost
from projects.queries import group_id_of
from tests.pledges import gift_make, make, pot_make
from tests.pledges.gift_make import PLAIN, all_rules_hold

pytestmark = pytest.mark.usefixtures("db")


async def test_a_gift_goes_back_by_two_people_and_counts_no_more() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.counted(campaign)
    with pytest.raises(Refused, match="in this way"):
        await returning.enter_return(gift.id, Cause.ASKED, Return.UNPAID, "signed", desk.taker)
    with pytest.raises(Refused, match="for this reason"):
        await returning.enter_return(gift.id, Cause.MISSED, Return.CASH, "signed", desk.taker)
    row = await returning.enter_return(gift.id, Cause.ASKED, Return.CASH, "signed, page 12", desk.taker)
    with pytest.raises(Refused, match="entered already"):
        await returning.enter_return(gift.id, Cause.ASKED, Return.CASH, "signed", desk.counter)
    with pytest.raises(Refused, match="Two different people"):
        await returning.confirm_return(row.id, desk.taker)
    with pytest.raises(Refused, match="can’t be banked"):
        await banking.enter_batch(desk.desk.id, [gift.id], "1", 2_000, desk.taker)
    await returning.withdraw_return(row.id, desk.taker)
    await desk.give_back(gift, Cause.ASKED)
    assert (await totals(campaign.id)).raised_pence == 0
    assert await ledger.balance(f"gifts held:campaign:{campaign.id}") == 0
    await all_rules_hold()


async def test_a_cheque_that_bounces_is_gone_also_when_it_was_banked() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.counted(campaign, way=Way.CHEQUE, cheque_number="000123")
    await desk.bank(gift)
    await desk.give_back(await OfflineGift.get(id=gift.id), Cause.BOUNCED, Return.UNPAID)
    assert (await totals(campaign.id)).gifts_pence == 0
    assert await ledger.balance("bank for gifts") == 0
    assert [row.subject for row in await LetterToPost.all().order_by("id")][-1].startswith("Your cheque was not paid")
    await all_rules_hold()


async def handed_on(way: Way = Way.CHEQUE, *, by_group: bool = False) -> tuple[gift_make.Desk, Campaign, OfflineGift]:
    """A gift of a settled campaign that is banked and with the group."""
    desk, owner = await gift_make.desk(), await pot_make.person("Owner")
    campaign = await make.campaign(owner_id=owner.person_id)
    if by_group:
        own = await taking.desk_of_group(await group_id_of(campaign.id))
        gift = await taking.take(campaign.id, own.id, new_token(), replace(PLAIN, way=way, cheque_number="7"), owner)
        await desk.count(gift)
        batch = await banking.enter_batch(own.id, [gift.id], "1", gift.amount_pence, owner)
        await banking.confirm_batch(batch.id, desk.counter)
    else:
        gift = await desk.counted(campaign, way=way, cheque_number="7")
        await desk.bank(gift)
    await OfflineGift.filter(id=gift.id).update(at_verdict=True)
    await Campaign.filter(id=campaign.id).update(status="settled", settled_at=business_now(), decided_at=business_now())
    await desk.hand_on(await Campaign.get(id=campaign.id))
    return desk, campaign, await OfflineGift.get(id=gift.id)


async def test_a_cheque_that_bounces_after_it_was_handed_on_is_the_programmes_loss_less_what_the_group_gives() -> None:
    desk, campaign, gift = await handed_on()
    with pytest.raises(Refused, match="Two different people"):
        row = await returning.enter_return(gift.id, Cause.BOUNCED, Return.UNPAID, "letter", desk.finance)
        await returning.confirm_return(row.id, desk.finance)
    await returning.withdraw_return(row.id, desk.finance)
    row = await returning.enter_return(gift.id, Cause.BOUNCED, Return.UNPAID, "letter", desk.taker)
    with pytest.raises(Forbidden):
        await returning.confirm_return(row.id, desk.counter)  # of a loss, finance has the second word
    await returning.confirm_return(row.id, desk.finance)
    assert await ledger.balance("programme:unpaid cheques") == 2_000
    assert await ledger.balance("bank for gifts") == -2_000
    assert await ledger.balance(f"gifts held:campaign:{campaign.id}") == 0
    mail = await Outbox.get(name="gifts/group_cheque_unpaid")
    assert "nobody of your group owes it" in mail.body["text"]
    assert "Ada" not in mail.body["text"]

    with pytest.raises(Refused, match="more is not missing"):
        await recovering.enter_recovery(gift.id, 2_001, "BACS 1", desk.officer)
    back = await recovering.enter_recovery(gift.id, 1_500, "BACS 1", desk.officer)
    with pytest.raises(Refused, match="waits to be confirmed"):
        await recovering.enter_recovery(gift.id, 500, "BACS 2", desk.officer)
    with pytest.raises(Forbidden):
        await recovering.confirm_recovery(back.id, desk.officer)
    await recovering.confirm_recovery(back.id, desk.finance)
    assert await ledger.balance("programme:unpaid cheques") == 500
    assert await ledger.balance("bank for gifts") == -500
    await desk.made_good(gift, 500)
    with pytest.raises(Refused, match="Nothing of this gift"):
        await recovering.enter_recovery(gift.id, 1, "BACS 3", desk.officer)
    await all_rules_hold()


async def test_of_what_was_handed_on_only_a_cheque_the_bank_did_not_pay_goes_back() -> None:
    desk, _, gift = await handed_on(Way.CASH)
    for cause, how in ((Cause.BOUNCED, Return.UNPAID), (Cause.ASKED, Return.CHEQUE)):
        with pytest.raises(Refused, match="was handed to the group"):
            await returning.enter_return(gift.id, cause, how, "letter", desk.taker)


async def test_where_the_group_banked_the_cheque_itself_its_own_bank_takes_it_back() -> None:
    desk, _, gift = await handed_on(by_group=True)
    await desk.bounced(gift)
    assert await ledger.balance("programme:unpaid cheques") == 0
    mail = await Outbox.get(name="gifts/group_cheque_unpaid")
    assert "your own bank takes the amount back" in mail.body["text"]
    with pytest.raises(Refused, match="Nothing of this gift"):
        await recovering.enter_recovery(gift.id, 1, "BACS 3", desk.officer)
    await all_rules_hold()
