"""Unspent match is asked back, comes by a bank line, and is left again once two people say so (ruling 18)."""

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import Outbox
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.match_payments import accounts
from payments.match_payments import services as paying
from payments.match_payments.due import due
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from pledges import pot_moving
from pledges.models import FundingSource, MatchPledge, UnspentShare
from projects.models import Delivery, DeliveryTurn, Member
from tests.payments.council import make
from tests.pledges import pot_make

pytestmark = pytest.mark.usefixtures("db")


async def unspent(one: make.Owed, pence: int) -> UnspentShare:
    """What two officers had decided: so much of the match is the fund's again."""
    now, today = business_now(), business_today()
    delivery = await Delivery.create(
        status="delivered",
        campaign_id=one.campaign.id,
        start_by=today,
        finish_by=today,
        report_by=today,
        created_at=now,
    )
    turn = await DeliveryTurn.create(
        status="agreed",
        delivery_id=delivery.id,
        kind="money that is left",
        reason="It was cheaper.",
        unspent_pence=pence,
        asked_by_id=999_001,
        asked_at=now,
        rule="Ruling 18",
        proposed_by_id=999_002,
        proposed_at=now,
        decided_by_id=999_003,
        decided_at=now,
        received_pence=one.match.amount_pence,
        kept_pence=0,
    )
    return await UnspentShare.create(
        turn_id=turn.id, match_pledge_id=one.match.id, paid_in_pence=one.match.amount_pence, amount_pence=pence
    )


async def asked(pence: int = 10_000) -> tuple[make.People, make.Owed, Recovery]:
    """A paid match of which some is asked back."""
    who, one = await make.people(), await make.owed(200_000)
    await make.ready(one, who)
    _, rows, _ = await make.exported(who, one)
    await make.paid(who, *rows)
    await unspent(one, pence)
    assert [await recoveries.ask_missing(), await recoveries.ask_missing()] == [1, 0]
    return who, one, await Recovery.get()


async def test_it_is_asked_back_in_writing_and_recovered_by_a_line_of_the_bank() -> None:
    who, one, found = await asked()
    mail = await Outbox.get(name="payments/ask_back")
    assert found.reference in mail.body["text"]
    assert "£100.00" in mail.body["subject"]
    done = await statements.take_in(make.camt(make.Entry(10_000, found.reference)), who.approver)
    assert done.matched == 1
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.recovered_pence) == ("part recovered", 10_000)
    assert (await Recovery.get()).status == "back"
    assert await ledger.balance(accounts.COUNCIL_BANK) == -190_000
    source = (await FundingSource.filter(fund_id=match.fund_id).order_by("id"))[0]
    assert await ledger.balance(accounts.recovered(source.id)) == -5_000
    assert source.recovered_pence == 5_000
    left = source.left_pence
    entered = await pot_moving.enter_return(match.fund_id, source.id, 5_000, make.WHY, who.officer)
    assert (await FundingSource.get(id=source.id)).left_pence == left
    with pytest.raises(Refused, match="Another movement"):
        await pot_moving.enter_return(match.fund_id, source.id, 5_000, make.WHY, who.officer)
    await pot_moving.confirm(entered.id, who.approver)
    again = await FundingSource.get(id=source.id)
    assert (again.left_pence, again.recovered_pence, again.cap_pence) == (left + 5_000, 0, source.cap_pence)
    with pytest.raises(Refused, match=r"£0\.00 was recovered"):
        await pot_moving.enter_return(match.fund_id, source.id, 1, make.WHY, who.officer)
    await make.nothing_is_broken()


async def test_a_part_waits_for_two_people_and_the_rest_is_given_up_by_two() -> None:
    who, one, found = await asked()
    await statements.take_in(make.camt(make.Entry(4_000, found.reference)), who.approver)
    line = await BankLine.get(status="unmatched")
    assert line.reason == "another amount than is to come back"
    await statements.ask_match(line.id, found.reference, "They pay in two goes.", who.approver)
    with pytest.raises(Refused, match="Two different people"):
        await statements.agree_match(line.id, who.approver)
    await statements.agree_match(line.id, who.other)
    found = await Recovery.get()
    assert (found.status, found.came_pence) == ("part back", 4_000)
    made = await recoveries.propose_giving_up(found.id, "The group is no more.", who.officer)
    await recoveries.agree(made.id, who.approver)
    assert (await Recovery.get()).status == "given up"
    with pytest.raises(Conflict):
        await recoveries.agree(made.id, who.approver)
    assert (await MatchPledge.get(id=one.match.id)).recovered_pence == 4_000
    await make.nothing_is_broken()


async def test_a_match_paid_in_part_is_closed_short_by_two_people() -> None:
    two = {"instalments": {"over_pence": 100_000, "first_bp": 7_000}}
    who, one = await make.people(), await make.owed(200_000, terms=two)
    await make.ready(one, who)
    _, rows, _ = await make.exported(who, one)
    assert [(row.part, row.amount_pence) for row in rows] == [("first", 140_000)]
    await make.paid(who, *rows)
    (rest,) = await due([one.match.id])
    assert (rest.part, rest.amount_pence) == ("rest", 60_000)
    assert rest.missing == ("Waits for the group’s interim report to be accepted",)
    with pytest.raises(Refused, match="interim report"):
        await paying.prepare([one.match.id], who.officer)
    made = await recoveries.propose_short(one.match.id, "It stopped half way.", who.officer)
    with pytest.raises(Refused, match="waits already"):
        await recoveries.propose_short(one.match.id, "Again.", who.officer)
    await recoveries.agree(made.id, who.approver)
    assert (await MatchPledge.get(id=one.match.id)).status == "closed short"
    assert await due([one.match.id]) == []
    await make.nothing_is_broken()


async def test_what_comes_back_in_three_goes_is_recovered_each_time() -> None:
    who, one, found = await asked()
    for number, pence in enumerate((4_000, 3_000, 3_000)):
        line = make.Entry(pence, found.reference, number=f"N{number}")
        await statements.take_in(make.camt(line), who.approver)
        waiting = await BankLine.get_or_none(status="unmatched")
        if waiting is not None:  # the last one is all that is to come, and matches by itself
            await statements.ask_match(waiting.id, found.reference, "They pay in goes.", who.approver)
            await statements.agree_match(waiting.id, who.other)
    assert (await Recovery.get()).status == "back"
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.recovered_pence) == ("part recovered", 10_000)
    await make.nothing_is_broken()


@pytest.mark.parametrize("pence", [30_000, 140_000])
async def test_unspent_money_of_a_match_that_was_closed_short_comes_back(pence: int) -> None:
    two = {"instalments": {"over_pence": 100_000, "first_bp": 7_000}}
    who, one = await make.people(), await make.owed(200_000, terms=two)
    await make.ready(one, who)
    _, rows, _ = await make.exported(who, one)
    await make.paid(who, *rows)
    made = await recoveries.propose_short(one.match.id, "It stopped half way.", who.officer)
    await recoveries.agree(made.id, who.approver)
    await unspent(one, pence)
    await recoveries.ask_missing()
    found = await Recovery.get()
    done = await statements.take_in(make.camt(make.Entry(pence, found.reference)), who.approver)
    assert done.matched == 1
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("closed short", 140_000, pence)
    assert await ledger.balance(accounts.COUNCIL_BANK) == pence - 140_000
    await make.nothing_is_broken()


async def test_who_decided_what_is_asked_back_or_is_of_the_group_cant_alone_say_that_it_came() -> None:
    """The expectation was proposed by one and agreed by another; who imports an exact line is a third, outside the group."""
    who, one, found = await asked()
    turn = await DeliveryTurn.get()
    deciders = [await pot_make.person(name, *make.BOTH_ROLES) for name in ("Proposer", "Decider")]
    await DeliveryTurn.filter(id=turn.id).update(
        proposed_by_id=deciders[0].person_id, decided_by_id=deciders[1].person_id
    )
    member = await pot_make.person("Member", *make.BOTH_ROLES)
    await Member.create(group_id=one.group.id, person_id=member.person_id, role="editor", created_at=business_now())
    for number, by in enumerate((*deciders, member)):
        line = make.Entry(10_000, found.reference, number=f"N{number}")
        assert (await statements.take_in(make.camt(line, opening=number), by)).matched == 0
        assert (await Recovery.get()).status == "asked"
    lines = await BankLine.filter(status="unmatched").order_by("id")
    assert {row.reason for row in lines} == {"imported by who decided what is asked back"}
    # by hand: the two of them together don't vouch for it either, a third person does
    await statements.ask_match(lines[0].id, found.reference, "I saw it.", deciders[0])
    with pytest.raises(Refused, match="decided what is asked back"):
        await statements.agree_match(lines[0].id, deciders[1])
    with pytest.raises(Forbidden):
        await statements.agree_match(lines[0].id, member)
    await statements.agree_match(lines[0].id, who.other)
    assert (await Recovery.get()).status == "back"
    await make.nothing_is_broken()
