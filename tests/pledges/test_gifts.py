"""Cash and cheques: taken by one, counted by another, banked, given back, handed on. Never by one person twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.checks import run
from crowdfund_kent.clock import advance, business_now, business_today
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import new_token
from pledges.fund_queries import other_public_pence
from pledges.gifts.checks import RULES
from pledges.gifts.kinds import Return, Way, Wish
from pledges.gifts.rules import plain_name, postcode
from pledges.gifts.services import banking, paying, recovering, returning, taking
from pledges.gifts.states import Cause
from pledges.gifts.tasks import tell_givers
from pledges.kinds import BackerKind
from pledges.models import OfflineGift
from pledges.services import member_joined
from pledges.totals import totals
from projects.models import Campaign, LetterToPost, Member
from projects.queries import group_id_of
from projects.states import Campaign as Status
from tests.pledges import gift_make, make, pot_make
from tests.pledges.gift_make import PLAIN
from tests.projects.make import staff

pytestmark = pytest.mark.usefixtures("db")


async def all_rules_hold() -> None:
    broken = [finding for finding in await run(RULES) if finding.count]
    assert not broken, broken


async def member_of(campaign: Campaign, person_id: int | None, role: str = "owner") -> None:
    group_id = await group_id_of(campaign.id)
    await Member.create(group_id=group_id, person_id=person_id, role=role, created_at=business_now())


async def test_a_gift_counts_once_a_second_person_has_counted_it() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.take(campaign)
    before = await totals(campaign.id)
    assert (before.crowd_pence, before.uncounted_pence, before.backers) == (0, 2_000, 0)
    await desk.count(gift)
    after = await totals(campaign.id)
    assert (after.crowd_pence, after.gifts_pence, after.raised_pence, after.backers) == (2_000, 2_000, 2_000, 1)
    assert await ledger.balance(f"cash in hand:desk:{desk.desk.id}") == 2_000
    assert await ledger.balance(f"gifts held:campaign:{campaign.id}") == -2_000
    await all_rules_hold()


async def test_nobody_counts_what_they_took_whatever_roles_they_hold() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    both = await staff(Role.HELPER)
    await StaffRole.create(person_id=both.person_id, role=Role.FINANCE_APPROVER, granted_at=business_now())
    gift = await desk.take(campaign, by=both)
    with pytest.raises(Refused, match="Two different people must take a gift and count it"):
        await desk.count(gift, by=both)
    for who in (await staff(Role.PANEL_MEMBER), SYSTEM):
        with pytest.raises(Forbidden):
            await desk.count(gift, by=who)
    assert (await totals(campaign.id)).crowd_pence == 0


async def test_whoever_runs_the_campaign_takes_and_never_counts() -> None:
    desk, owner = await gift_make.desk(), await staff(Role.HELPER)
    campaign = await make.campaign(owner_id=owner.person_id)
    own = await taking.desk_of_group(await group_id_of(campaign.id))
    gift = await taking.take(campaign.id, own.id, new_token(), PLAIN, owner)
    other = await desk.take(campaign)
    for one in (gift, other):
        with pytest.raises((Forbidden, Refused)):
            await desk.count(one, by=owner)
    await desk.count(gift)
    with pytest.raises(NotFound):
        await taking.take(campaign.id, own.id, new_token(), PLAIN, desk.taker)
    elsewhere = await make.campaign()
    with pytest.raises(NotFound):
        await taking.take(elsewhere.id, own.id, new_token(), PLAIN, owner)


async def test_a_gift_is_counted_once_and_as_the_receipt_says() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.take(campaign)
    with pytest.raises(Refused, match=r"You counted £19\.00"):
        await taking.count(gift.id, desk.counter, amount_pence=1_900, seen="Notes")
    assert (await OfflineGift.get(id=gift.id)).status == "received"
    await desk.count(gift)
    with pytest.raises(Refused, match="counted already"):
        await desk.count(gift, by=desk.finance)
    assert (await totals(campaign.id)).crowd_pence == 2_000


async def test_one_form_sent_twice_is_one_gift() -> None:
    desk, campaign, key = await gift_make.desk(), await make.campaign(), new_token()
    first = await taking.take(campaign.id, desk.desk.id, key, PLAIN, desk.taker)
    second = await taking.take(campaign.id, desk.desk.id, key, PLAIN, desk.taker)
    assert first.id == second.id
    assert await OfflineGift.filter(campaign_id=campaign.id).count() == 1


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"amount_pence": 199}, "from £2"),
        ({"amount_pence": 1_000_001, "way": Way.CHEQUE}, "to £10,000"),
        ({"amount_pence": 100_001}, "up to £1,000 in cash"),
        ({"name": "Mr ", "postcode": "CT9 1AB"}, None),
        ({"name": "  "}, "name and postcode"),
        ({"postcode": "Margate"}, "name and postcode"),
        ({"anonymous": True}, "Without a name a gift can’t go back"),
    ],
)
async def test_what_is_refused_at_the_desk(other: dict[str, Any], words: str | None) -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    if words is None:
        assert (await desk.take(campaign, **other)).name_key
        return
    with pytest.raises(Refused, match=words):
        await desk.take(campaign, **other)


async def test_cash_of_one_giver_has_a_limit_however_it_is_cut() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    await desk.take(campaign, amount_pence=60_000)
    with pytest.raises(Refused, match="has given £600 in cash already"):
        await desk.take(campaign, amount_pence=40_100, name="Mrs ADA  Reed", postcode="ct91ab")
    await desk.take(campaign, amount_pence=40_100, way=Way.CHEQUE)
    await desk.take(campaign, amount_pence=40_100, name="Ben Cole")


async def test_a_nameless_gift_is_small_goes_to_the_group_and_is_no_backer() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    nameless: dict[str, Any] = {"anonymous": True, "name": "", "postcode": "", "address": "", "wish": Wish.TO_GROUP}
    with pytest.raises(Refused, match="up to £50"):
        await desk.take(campaign, amount_pence=5_001, **nameless)
    gift = await desk.counted(campaign, amount_pence=5_000, **nameless)
    found = await totals(campaign.id)
    assert (found.gifts_pence, found.backers) == (5_000, 0)
    with pytest.raises(Refused, match="Nobody knows who gave this"):
        await returning.enter_return(gift.id, Cause.ASKED, Return.CASH, "x", desk.taker)


async def test_nothing_is_taken_before_or_after_and_no_day_is_made_up() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign(days=40)
    for day in (business_today() + timedelta(days=1), business_today() - timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            await desk.take(campaign, received_on=day)
        assert refused.value.rule == "day"
    await advance(timedelta(days=41))
    with pytest.raises(Refused, match="last day"):
        await desk.take(campaign)
    for status in (Status.SUSPENDED, Status.CLOSING, Status.SETTLED, Status.APPROVED):
        with pytest.raises(Refused):
            await desk.take(await make.campaign(status))


async def test_one_person_by_card_and_by_cash_is_one_backer() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    await make.pledge(campaign, email="ada@example.org")
    await desk.counted(campaign, email="Ada+gift@example.org", address="")
    assert (await totals(campaign.id)).backers == 1
    await desk.counted(campaign, name="Mrs Ada Réed", postcode="CT91AB")  # joined by name and postcode
    assert (await totals(campaign.id)).backers == 1
    await desk.counted(campaign, postcode="CT9 1AC")  # another Ada Reed
    assert (await totals(campaign.id)).backers == 2


async def test_those_who_run_the_campaign_are_no_backers_also_by_cash() -> None:
    desk, owner = await gift_make.desk(), await pot_make.person("Olive Tree")
    campaign = await make.campaign(owner_id=owner.person_id)
    await desk.counted(campaign, name="Olive Tree")  # by her name
    await desk.counted(campaign, name="Her husband", runs_campaign=True)  # as whoever took it said
    found = await totals(campaign.id)
    assert (found.gifts_pence, found.backers) == (4_000, 0)
    newcomer = await staff(Role.PANEL_MEMBER, email="newcomer@example.org")
    await desk.counted(campaign, name="New Comer", email="newcomer@example.org", address="")
    assert (await totals(campaign.id)).backers == 1
    await member_of(campaign, newcomer.person_id, "editor")
    assert await member_joined(await group_id_of(campaign.id)) == 1
    assert (await totals(campaign.id)).backers == 0


async def test_nobody_takes_or_counts_their_own_gift() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    generous = await staff(Role.HELPER, email="generous@example.org")
    with pytest.raises(Refused, match="your own gift"):
        await desk.take(campaign, by=generous, email="generous@example.org")
    gift = await desk.take(campaign, email="generous+x@example.org")
    with pytest.raises(Refused, match="your own gift"):
        await desk.count(gift, by=generous)


async def test_a_public_bodys_cheque_is_other_public_money() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    await desk.counted(
        campaign, amount_pence=30_000, way=Way.CHEQUE, giver_kind=BackerKind.PUBLIC_BODY, name="Broadstairs Council"
    )
    await desk.take(campaign, amount_pence=10_000, way=Way.CHEQUE, giver_kind=BackerKind.PUBLIC_BODY)
    assert await other_public_pence(campaign.id, 0) == 30_000


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


async def test_givers_hear_by_e_mail_or_by_a_letter() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    by_mail = await desk.take(campaign, email="ada@example.org", address="")
    by_post = await desk.take(campaign, name="Ben Cole")
    await desk.take(campaign, name="Cleo Hill", address="")  # a name and a postcode, and no more
    assert await Outbox.filter(unique_key=f"gift-received-{by_mail.id}", kind="email").count() == 1
    (letter,) = await LetterToPost.all().select_related("person")
    assert (letter.person.name, letter.person.postal) == ("Ben Cole", "1 Sea Road, Margate")
    assert by_post.reference in letter.text
    assert "Is this e-mail" not in letter.text


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


async def test_a_gift_counted_during_closing_asks_for_the_verdict() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.take(campaign)
    await Campaign.filter(id=campaign.id).update(status="closing", closing_at=business_now())
    closing = await Campaign.get(id=campaign.id)
    assert await taking.holds_the_verdict(closing)
    await desk.count(gift)
    assert not await taking.holds_the_verdict(closing)
    assert await Outbox.filter(name="decide_campaign").count() == 1
    late = await make.campaign()
    await desk.take(late)
    await Campaign.filter(id=late.id).update(status="closing", closing_at=business_now() - timedelta(hours=73))
    assert not await taking.holds_the_verdict(await Campaign.get(id=late.id))


def test_names_and_postcodes_are_read_as_people_write_them() -> None:
    assert {plain_name(name) for name in ("Mrs Zoë O'Neill", "zoe oneill", "ZOE  O’NEILL")} == {"zoe oneill"}
    assert plain_name("Dr") == "dr"
    assert [postcode(text) for text in ("ct91ab", " CT9 1AB ", "EC1A 1BB", "CT9", "CT9 1ABC", "")] == [
        "CT9 1AB",
        "CT9 1AB",
        "EC1A 1BB",
        None,
        None,
        None,
    ]


async def test_givers_hear_of_a_change_and_each_change_once() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.counted(campaign, email="ada@example.org", address="")
    for what in ("changed-1", "changed-1", "changed-2"):
        await tell_givers(campaign.id, what)
    rows = await Outbox.filter(name="gifts/changed", kind="email")
    assert {row.unique_key for row in rows} == {f"gift-changed-{n}-{gift.id}" for n in (1, 2)}
    assert "ask for it back until the last day" in rows[0].body["text"]


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
