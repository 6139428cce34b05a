"""A payment that comes back after its match was closed short, or some of it was recovered: it is owed once more."""

from datetime import date

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today
from crowdfund_kent.invariants import run
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.match_payments import accounts, reports
from payments.match_payments.due import due
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from pledges import pots
from pledges.models import FundingSource, MatchDraw, MatchPledge
from pledges.pot_checks import RULES
from pledges.states import Match
from tests.payments.council import make
from tests.payments.council.make import Entry
from tests.payments.council.test_recoveries import unspent

pytestmark = pytest.mark.usefixtures("db")
TWO = {"instalments": {"over_pence": 100_000, "first_bp": 7_000}}


async def test_a_payment_of_a_match_that_was_closed_short_is_owed_again_and_no_more() -> None:
    who, one = await make.people(), await make.owed(200_000, terms=TWO)
    await make.ready(one, who)
    _, (first,), _ = await make.exported(who, one)
    await make.paid(who, first)
    made = await recoveries.propose_short(one.match.id, "It stopped half way.", who.officer)
    await recoveries.agree(made.id, who.approver)
    left = sum([row.left_pence for row in await FundingSource.filter(fund_id=one.match.fund_id)])
    back = Entry(first.amount_pence, first.reference, reversal=True)
    assert (await statements.take_in(make.camt(back), who.other)).matched == 1
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence) == ("closed short", 0)
    assert sum([row.left_pence for row in await FundingSource.filter(fund_id=match.fund_id)]) == left
    await make.nothing_is_broken()
    await make.ready_again(one, who)
    (owed,) = await due([match.id])
    assert (owed.part, owed.amount_pence) == ("whole", 140_000)  # what was let go of is not owed
    _, (again,), _ = await make.exported(who, one)
    await make.paid(who, again)
    match = await MatchPledge.get(id=match.id)
    assert (match.status, match.paid_pence) == ("closed short", 140_000)
    assert await due([match.id]) == []
    assert await ledger.balance(accounts.COUNCIL_BANK) == -140_000
    await make.nothing_is_broken()


async def test_a_payment_that_comes_back_after_some_was_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    who, one = await make.people(), await make.owed(200_000, terms=TWO)
    await make.ready(one, who)
    _, (first,), _ = await make.exported(who, one)
    await make.paid(who, first)

    async def accepted(ids: list[int]) -> dict[int, date]:
        return dict.fromkeys(ids, business_today())

    monkeypatch.setattr(reports, "interim_accepted_on", accepted)
    _, (rest,), _ = await make.exported(who, one)
    await make.paid(who, rest)
    await unspent(one, 10_000)
    await recoveries.ask_missing()
    recovery = await Recovery.get()
    await statements.take_in(make.camt(Entry(10_000, recovery.reference, number="R")), who.other)
    back = Entry(rest.amount_pence, rest.reference, reversal=True, number="B")
    assert (await statements.take_in(make.camt(back), who.other)).matched == 1
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("part recovered", 140_000, 10_000)
    await make.nothing_is_broken()
    await make.ready_again(one, who)
    (owed,) = await due([match.id])
    assert (owed.part, owed.amount_pence) == ("rest", 60_000)
    _, (again,), _ = await make.exported(who, one)
    await make.paid(who, again)
    match = await MatchPledge.get(id=match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("part recovered", 200_000, 10_000)
    await make.nothing_is_broken()


async def test_more_than_is_left_of_what_was_paid_waits_for_a_person() -> None:
    who, one = await make.people(), await make.owed(200_000)
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    await make.paid(who, payment)
    await unspent(one, 10_000)
    await recoveries.ask_missing()
    recovery = await Recovery.get()
    await statements.take_in(make.camt(Entry(10_000, recovery.reference, number="R")), who.other)
    back = Entry(payment.amount_pence, payment.reference, reversal=True, number="B")
    assert (await statements.take_in(make.camt(back), who.other)).matched == 0
    assert (await BankLine.get(status="unmatched")).reason == "it could not be booked"
    assert [row.paid_pence for row in await MatchDraw.all()] == [100_000, 100_000]
    await make.nothing_is_broken()


async def test_all_that_is_left_comes_back_while_a_payment_is_still_to_be_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who, one = await make.people(), await make.owed(200_000, terms=TWO)
    await make.ready(one, who)
    _, (first,), _ = await make.exported(who, one)
    await make.paid(who, first)

    async def accepted(ids: list[int]) -> dict[int, date]:
        return dict.fromkeys(ids, business_today())

    monkeypatch.setattr(reports, "interim_accepted_on", accepted)
    _, (rest,), _ = await make.exported(who, one)
    await make.paid(who, rest)
    stale = await MatchPledge.get(id=one.match.id)
    await pots.recover(await MatchPledge.get(id=one.match.id), 10_000, SYSTEM, for_row="match_recovery:1")
    back = Entry(rest.amount_pence, rest.reference, reversal=True, number="B")
    assert (await statements.take_in(make.camt(back), who.other)).matched == 1
    stale.status = Match.PART_RECOVERED  # read in the same moment as another one moved it
    await pots.recover(stale, 130_000, SYSTEM, for_row="match_recovery:2")
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("part recovered", 140_000, 140_000)
    await make.ready_again(one, who)
    (owed,) = await due([match.id])
    assert owed.amount_pence == 60_000
    found = {one.rule: one.offenders for one in await run(list(RULES))}
    assert {rule: rows for rule, rows in found.items() if rows} == {}
