"""A payment that comes back after its match was closed short, or some of it was recovered: it is owed once more."""

from collections.abc import Iterable
from datetime import date

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden
from crowdfund_kent.invariants import run
from crowdfund_kent.models import AuditRow, Outbox
from crowdfund_kent.wiring import compose_chart
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.books import journal
from payments.holds.subjects import describe
from payments.match_payments import accounts, reports
from payments.match_payments import services as paying
from payments.match_payments.due import due
from payments.match_payments.models import MatchPayment
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from pledges import pots
from pledges.fund_queries import other_public_pence
from pledges.models import FundingSource, MatchFund, MatchPledge
from pledges.pot_checks import RULES
from pledges.pounds import places_of
from pledges.states import Match
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments.council import make
from tests.payments.council.make import Entry
from tests.payments.council.test_recoveries import unspent

pytestmark = pytest.mark.usefixtures("db")
TWO = {"instalments": {"over_pence": 100_000, "first_bp": 7_000}}


async def test_a_payment_of_a_match_that_was_closed_short_is_owed_again_and_no_more() -> None:
    who, one, first = await make.paid_already(terms=TWO)
    made = await recoveries.propose_short(one.match.id, "It stopped half way.", who.officer)
    await recoveries.agree(made.id, who.approver)
    left = sum([row.left_pence for row in await FundingSource.filter(fund_id=one.match.fund_id)])
    back = Entry(first.amount_pence, first.reference, reversal=True)
    assert (await statements.take_in(make.camt(back), who.other)).matched == 1
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence) == ("closed short", 0)
    assert sum([row.left_pence for row in await FundingSource.filter(fund_id=match.fund_id)]) == left
    await make.nothing_is_broken()
    await every_pound_is_told(match)
    assert await other_public_pence(one.campaign.id, 0) == 140_000  # it is to pay again, so others count it
    await make.ready_again(one, who)
    (owed,) = await due([match.id])
    assert (owed.part, owed.amount_pence) == ("whole", 140_000)  # what was let go of is not owed
    _, (again,), _ = await make.exported(who, one)
    await make.paid(who, again)
    match = await MatchPledge.get(id=match.id)
    assert (match.status, match.paid_pence) == ("closed short", 140_000)
    advice = await Outbox.filter(name="payments/remittance").order_by("id")
    # the first time the rest was to come; then it was let go of
    assert ["Still to come" in row.body["text"] for row in advice] == [True, False]
    assert await due([match.id]) == []
    assert await ledger.balance(accounts.COUNCIL_BANK) == -140_000
    await make.nothing_is_broken()


async def test_a_payment_that_comes_back_after_some_was_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    who, one, _ = await make.paid_already(terms=TWO)

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


async def every_pound_is_told(match: MatchPledge) -> None:
    """The public page of the fund: what is confirmed there is what the pot says."""
    fund = await MatchFund.get(id=match.fund_id)
    told = {place.name: place.pence for place in await places_of(fund)}
    sources = await FundingSource.filter(fund_id=fund.id)
    assert told["confirmed"] == sum(row.confirmed_pence for row in sources) > 0


async def came_back(who: make.People, payment: MatchPayment, number: str = "B") -> BankLine:
    """The bank sends all of it back, and calls it a return: the line waits, for some of it was recovered before."""
    back = Entry(payment.amount_pence, payment.reference, reversal=True, number=number)
    assert (await statements.take_in(make.camt(back), who.other)).matched == 0
    line = await BankLine.get(status="unmatched")
    assert line.reason == "some of it was recovered before: two people say it"
    return line


async def by_two(line: BankLine, payment: MatchPayment, who: make.People) -> None:
    """One says that the line is this payment's return, another agrees."""
    await statements.ask_match(line.id, payment.reference, "The bank rang: it all came back.", who.second)
    with pytest.raises(Forbidden):
        await statements.agree_match(line.id, who.second)
    await statements.agree_match(line.id, who.other)


async def recovered(one: make.Owed, who: make.People, pence: int) -> None:
    """So much was unspent, and the group gave it back."""
    await unspent(one, pence)
    await recoveries.ask_missing()
    recovery = await Recovery.get()
    line = Entry(pence, recovery.reference, number="R")
    assert (await statements.take_in(make.camt(line), who.other)).matched == 1


async def test_a_whole_payment_that_comes_back_after_some_was_recovered_is_owed_again_with_the_groups_own_money(
    client: SiteClient,
) -> None:
    who, one, payment = await make.paid_already()
    await recovered(one, who, 10_000)
    line = await came_back(who, payment)
    await statements.take_in(make.camt(Entry(-100, "", "charges", number="X")), who.other)
    looked = AuditRow.filter(act="line not booked", subject=f"bank_line:{line.id}")
    assert await looked.count() == 1, "it waits as before, and the record says so once"
    await statements.ask_match(line.id, payment.reference, "The bank rang.", who.second)
    await sign_in(client, await Person.get(id=who.other.person_id))
    page = await client.get(f"/staff/bank-lines/{line.id}/agree")
    assert "£1,900.00" in page.main  # owed again by the fund
    assert "£100.00" in page.main  # the group's own
    await page.submit({}, to="/staff/bank-statements")
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("part recovered", 10_000, 10_000)
    # the pot: of 2,000 pounds 1,900 are owed again, 100 stand as recovered and may be given to others
    assert [row.recovered_pence for row in await FundingSource.filter(fund_id=match.fund_id)] == [5_000, 5_000]
    assert [row.confirmed_pence for row in await FundingSource.filter(fund_id=match.fund_id)] == [95_000, 95_000]
    await every_pound_is_told(match)
    assert await ledger.balance(accounts.OWED_BACK) == -10_000
    assert await ledger.balance(accounts.COUNCIL_BANK) == 10_000
    mail = await Outbox.get(name="payments/payment_returned")
    assert "£100.00 of it is your own money" in mail.body["text"]
    await make.nothing_is_broken()

    compose_chart()
    await journal.set_code(accounts.OWED_BACK, "61234", "9300", who.approver)
    await make.ready_again(one, who)
    (owed,) = await due([match.id])
    assert (owed.part, owed.amount_pence, owed.own_pence, owed.missing) == ("whole", 200_000, 10_000, ())
    await sign_in(client, await Person.get(id=one.owner.person_id))
    page = await client.get(f"/groups/{one.group.slug}/council-money")
    assert "£100.00 of it your own" in page.main
    _, (again,), text = await make.exported(who, one)
    assert "the group's own money,,61234,9300," in text  # under the codes that finance gave the account
    assert text.count(again.reference) == 6  # three lines: two sources, and the group's own money
    assert ",100.00,GBP," in text
    assert await due([match.id]) == []
    await make.paid(who, again)
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("part recovered", 200_000, 10_000)
    assert await ledger.balance(accounts.OWED_BACK) == 0
    assert await ledger.balance(accounts.COUNCIL_BANK) == -190_000
    advice = await Outbox.filter(name="payments/remittance").order_by("-id").first()
    assert advice is not None
    assert "£100.00 of it is your own money" in advice.body["text"]
    await make.nothing_is_broken()

    # and once more: nothing was recovered meanwhile, so the line matches by itself, and the same is owed as before
    back = Entry(again.amount_pence, again.reference, reversal=True, number="C")
    assert (await statements.take_in(make.camt(back), who.other)).matched == 1
    await make.ready_again(one, who)
    assert await ledger.balance(accounts.OWED_BACK) == -10_000
    assert [one.own_pence for one in await due([match.id])] == [10_000]
    await make.nothing_is_broken()


async def test_a_payment_that_comes_back_after_all_of_it_was_recovered_is_the_groups_and_nothing_is_owed_of_the_match() -> (
    None
):
    who, one, payment = await make.paid_already()
    await recovered(one, who, 200_000)
    await by_two(await came_back(who, payment), payment, who)
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("recovered", 200_000, 200_000)
    await make.ready_again(one, who)
    (owed,) = await due()
    assert (owed.part, owed.amount_pence, owed.own_pence, owed.by_source) == ("own", 200_000, 200_000, {})
    subject = await describe(f"match_pledge:{match.id}")
    assert subject.can_be_held
    assert "The payment of £2,000.00" in subject.words
    _, (again,), _ = await make.exported(who, one)
    await make.paid(who, again)
    assert await ledger.balance(accounts.COUNCIL_BANK) == await ledger.balance(accounts.OWED_BACK) == 0
    assert await due() == []
    await make.nothing_is_broken()


async def test_what_is_owed_again_can_be_let_go_by_two_people_and_the_groups_own_money_cant() -> None:
    """The group is no more: what the fund owes is closed short, and what is its own stays owed."""
    who, one, payment = await make.paid_already()
    await recovered(one, who, 10_000)
    await by_two(await came_back(who, payment), payment, who)
    made = await recoveries.propose_short(one.match.id, "They are no more.", who.officer)
    assert made.amount_pence == 190_000
    await recoveries.agree(made.id, who.approver)
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence, match.recovered_pence) == ("closed short", 10_000, 10_000)
    await make.ready_again(one, who)
    (owed,) = await due()
    assert (owed.part, owed.amount_pence) == ("own", 10_000)
    await make.nothing_is_broken()


async def test_the_groups_own_money_waits_for_nothing_that_the_match_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that is overdue stops what the fund pays, not what is the group's; a hold stops both."""
    who, one, payment = await make.paid_already()
    await recovered(one, who, 10_000)
    await by_two(await came_back(who, payment), payment, who)
    await make.ready_again(one, who)
    prepared = await paying.prepare([one.match.id], who.officer)

    async def nothing_overdue(_matches: Iterable[MatchPledge], _today: date) -> dict[int, str]:
        return {}

    async def overdue(matches: Iterable[MatchPledge], _today: date) -> dict[int, str]:
        return {match.id: "A report is overdue" for match in matches}

    monkeypatch.setattr(reports, "stopped_by_overdue", overdue)
    assert await paying.cancel_unsound() == 1
    assert (await MatchPayment.get(schedule_id=prepared.id)).status == "cancelled"
    (owed,) = await due()
    assert (owed.part, owed.amount_pence, owed.missing) == ("own", 10_000, ())
    schedule, (own,), text = await make.exported(who, one)
    with monkeypatch.context() as sent:  # the report came meanwhile: what went alone is still right
        sent.setattr(reports, "stopped_by_overdue", nothing_overdue)
        assert (await paying.export_file(schedule.id, who.approver))[1] == text
    await make.paid(who, own)
    (owed,) = await due()
    assert (owed.amount_pence, owed.own_pence, owed.missing) == (190_000, 0, ("A report is overdue",))
    await make.nothing_is_broken()


async def test_all_that_is_left_comes_back_while_a_payment_is_still_to_be_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who, one, _ = await make.paid_already(terms=TWO)

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


async def test_statements_in_any_order_and_lines_in_any_order_come_to_the_same() -> None:
    """A return that is listed, or imported, before the payment waits for it, and matches by itself then."""
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    out, back = (
        Entry(-payment.amount_pence, payment.reference),
        Entry(payment.amount_pence, payment.reference, reversal=True),
    )
    done = await statements.take_in(make.camt(back), who.other)
    assert done.matched == 0
    line = await BankLine.get()
    assert line.reason == "money came in, and this payment is exported"
    await statements.take_in(make.camt(out), who.other)
    assert {row.status for row in await BankLine.all()} == {"matched"}
    assert (await MatchPayment.get(id=payment.id)).status == "returned"
    await make.ready_again(one, who)
    _, (again,), _ = await make.exported(who, one)
    newest_first = (
        Entry(again.amount_pence, again.reference, reversal=True),
        Entry(-again.amount_pence, again.reference),
    )
    assert (await statements.take_in(make.camt(*newest_first), who.other)).matched == 2
    await make.nothing_is_broken()


async def test_a_line_that_a_person_has_looked_at_is_left_to_people() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    back = Entry(payment.amount_pence, payment.reference, reversal=True)
    await statements.take_in(make.camt(back), who.other)
    line = await BankLine.get()
    await statements.set_aside(line.id, "The bank rang: a mistake of theirs.", who.other)
    await statements.look_again(line.id, who.other)
    await make.paid(who, payment)
    assert (await MatchPayment.get(id=payment.id)).status == "paid"
    assert (await BankLine.get(id=line.id)).status == "unmatched"
    await make.nothing_is_broken()
