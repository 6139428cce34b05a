"""A match of which nothing is with its group, and never will be: two people let go of what is owed, and the group is told."""

import pytest

from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import Outbox
from payments.bank_statements import services as statements
from payments.match_payments.due import due
from payments.match_payments.models import MatchPayment
from payments.recoveries import services as recoveries
from pledges.models import FundingSource, MatchPledge
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus
from tests.payments.council import make
from tests.payments.council.make import Entry

pytestmark = pytest.mark.usefixtures("db")
WHY = "They are no more, and their account is closed."


async def left_of(match: MatchPledge) -> int:
    """What is left in the pot, in pence."""
    return sum([row.left_pence for row in await FundingSource.filter(fund_id=match.fund_id)])


async def sent_back(payment: MatchPayment, who: make.People) -> None:
    """The bank sends all of it back."""
    back = Entry(payment.amount_pence, payment.reference, reversal=True, number=f"back {payment.id}")
    assert (await statements.take_in(make.camt(back), who.other)).matched == 1


async def let_go(one: make.Owed, who: make.People) -> int:
    """By two people; how much it was."""
    made = await recoveries.propose_short(one.match.id, WHY, who.officer)
    await recoveries.agree(made.id, who.approver)
    pence: int = made.amount_pence
    return pence


async def test_a_whole_payment_that_came_back_is_let_go_of_where_the_group_is_no_more() -> None:
    who, one, payment = await make.paid_already()
    await sent_back(payment, who)
    before = await left_of(one.match)
    assert await let_go(one, who) == 200_000
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence) == ("closed short", 0)
    assert await left_of(match) == before + 200_000
    assert await due([match.id]) == []
    assert await recoveries.left_to_pay(match) == 0
    (told,) = await Outbox.filter(name="payments/let_go")
    assert WHY in str(told.body)
    assert "£2,000.00" in str(told.body)
    await make.nothing_is_broken()


async def test_what_came_back_after_the_rest_was_let_go_can_be_let_go_of_too() -> None:
    who, one, first = await make.paid_already(terms={"instalments": {"over_pence": 100_000, "first_bp": 7_000}})
    assert await let_go(one, who) == 60_000
    await sent_back(first, who)
    assert await let_go(one, who) == 140_000
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence) == ("closed short", 0)
    assert await due([match.id]) == []
    with pytest.raises(Refused, match="owed and not paid"):
        await recoveries.propose_short(match.id, WHY, who.officer)
    await make.nothing_is_broken()


async def test_nothing_is_let_go_of_before_the_campaign_is_settled_by_the_group_or_by_one_person() -> None:
    who, one = await make.people(), await make.owed(200_000)
    await Campaign.filter(id=one.campaign.id).update(status=CampaignStatus.COLLECTING)
    with pytest.raises(Refused, match="owed and not paid"):
        await recoveries.propose_short(one.match.id, WHY, who.officer)
    await Campaign.filter(id=one.campaign.id).update(status=CampaignStatus.SETTLED)
    made = await recoveries.propose_short(one.match.id, WHY, who.officer)
    with pytest.raises(Forbidden):
        await recoveries.agree(made.id, who.officer)
    assert (await MatchPledge.get(id=one.match.id)).status == "confirmed"


async def test_a_payment_that_is_prepared_meanwhile_stops_it() -> None:
    who, one = await make.people(), await make.owed(200_000)
    await make.ready(one, who)
    made = await recoveries.propose_short(one.match.id, WHY, who.officer)
    await make.exported(who, one)
    with pytest.raises(Refused, match="under way"):
        await recoveries.agree(made.id, who.approver)


async def test_agreed_twice_lets_go_once() -> None:
    who, one = await make.people(), await make.owed(200_000)
    made = await recoveries.propose_short(one.match.id, WHY, who.officer)
    await recoveries.agree(made.id, who.approver)
    with pytest.raises(Conflict):
        await recoveries.agree(made.id, who.other)
    assert await Outbox.filter(name="payments/let_go").count() == 1
