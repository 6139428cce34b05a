"""Cash and cheques: taken by one, counted by another, fair in the count. Never by one person twice."""

from datetime import timedelta
from typing import Any

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import advance, business_now, business_today
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import new_token
from pledges.fund_queries import other_public_pence
from pledges.gifts.kinds import Return, Way, Wish
from pledges.gifts.rules import plain_name, postcode
from pledges.gifts.services import returning, taking
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
from tests.pledges.gift_make import PLAIN, all_rules_hold
from tests.projects.make import staff

pytestmark = pytest.mark.usefixtures("db")


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
