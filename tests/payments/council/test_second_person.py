"""A statement typed from a CSV needs a second person, a third vouches for a payment, and one line may pay a whole schedule."""

import asyncio
from dataclasses import replace

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, Refused, SiteError
from evaluation.evidence import segregation
from payments.bank_statements import csv_statement, twins
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine, BankLinePayment, BankStatement, TypedStatement
from payments.bank_statements.read import ReadLine
from payments.match_payments import services as paying
from payments.match_payments.due import due
from payments.match_payments.models import MatchPayment, PaymentSchedule
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments.council import make
from tests.payments.council.make import Entry
from tests.pledges import pot_make


async def owed_and_out(*owed: make.Owed) -> tuple[make.People, PaymentSchedule, list[MatchPayment]]:
    """Two payments of one schedule, exported."""
    who = await make.people()
    for one in owed:
        await make.approved(one, who)
        await make.cleared(one, who)
    await make.days_pass()
    schedule, rows, _ = await make.exported(who, *owed)
    return who, schedule, rows


def csv_of(*rows: tuple[str, int]) -> tuple[bytes, csv_statement.Typed]:
    """A CSV of today with these references and pence, and what a person types of it."""
    day = business_today().isoformat()
    text = "\n".join(["date,reference,amount", *(f"{day},{words},{pence / 100:.2f}" for words, pence in rows)])
    return text.encode(), csv_statement.Typed("0001", 0, sum(pence for _, pence in rows))


async def status_of(*rows: MatchPayment) -> list[str]:
    return [(await MatchPayment.get(id=row.id)).status for row in rows]


@pytest.mark.usefixtures("db")
async def test_a_typed_statement_pays_nothing_before_another_one_agreed() -> None:
    who, _, (payment,) = await owed_and_out(await make.owed())
    content, typed = csv_of((payment.reference, -payment.amount_pence))
    with pytest.raises(Forbidden):
        await statements.enter(content, typed, who.officer)
    made = await statements.enter(content, typed, who.approver)
    assert (await statements.enter(content, typed, who.other)).id == made.id  # the same file again
    assert await status_of(payment) == ["exported"]
    assert await BankLine.all().count() == await BankStatement.all().count() == 0
    both = await pot_make.person("Both", *make.BOTH_ROLES)
    for act in (statements.agree, statements.refuse):
        with pytest.raises(Refused, match="Two different people"):
            await act(made.id, who.approver)
    with pytest.raises(Forbidden):
        await statements.withdraw(made.id, who.other)
    with pytest.raises(Forbidden):
        await statements.agree(made.id, who.officer)
    done = await statements.agree(made.id, both)
    assert (done.new, done.matched) == (1, 1)
    with pytest.raises(Conflict):
        await statements.agree(made.id, who.other)
    found = await TypedStatement.get()
    assert (found.status, found.lines) == ("agreed", None)
    with pytest.raises(Refused, match="taken in before"):
        await statements.enter(content, typed, who.other)
    acts = await segregation.report(real_now() - make.NINE_DAYS, real_now() + make.NINE_DAYS)
    (item,) = [one for one in acts if one.subject == f"typed_statement:{made.id}"]
    assert [step.person_id for step in item.steps] == [who.approver.person_id, both.person_id]
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_a_made_up_statement_that_is_refused_leaves_nothing_and_can_be_typed_rightly() -> None:
    who, _, (payment,) = await owed_and_out(await make.owed())
    content, typed = csv_of((payment.reference, -payment.amount_pence))
    made = await statements.enter(content, typed, who.approver)
    await statements.refuse(made.id, who.other)
    assert (await TypedStatement.get()).lines is None
    assert await status_of(payment) == ["exported"]
    again = await statements.enter(content, typed, who.other)
    await statements.withdraw(again.id, who.other)
    assert (await make.typed(who, content, typed)).matched == 1
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_who_prepared_or_approved_a_payment_cant_alone_say_that_it_was_paid() -> None:
    who, _, (payment,) = await owed_and_out(await make.owed())
    line = Entry(-payment.amount_pence, payment.reference, number="N1")
    assert (await statements.take_in(make.camt(line), who.approver)).matched == 0
    row = await BankLine.get()
    assert row.reason == "imported by who prepared or approved it"
    await statements.ask_match(row.id, payment.reference, "It is on the bank's page.", who.officer)  # who prepared it
    with pytest.raises(Refused, match="can't alone say"):
        await statements.agree_match(row.id, who.approver)
    # whoever asked for a match of this line before does not agree to another one's
    await statements.refuse_match(row.id, who.other)
    await statements.ask_match(row.id, payment.reference, "I saw it.", who.other)
    await statements.refuse_match(row.id, who.officer)
    await statements.ask_match(row.id, payment.reference, "I saw it, too.", who.second)
    with pytest.raises(Refused, match="Two different people"):
        await statements.agree_match(row.id, who.other)
    await statements.agree_match(row.id, who.approver)
    assert await status_of(payment) == ["paid"]
    found = await segregation.report(real_now() - make.NINE_DAYS, real_now() + make.NINE_DAYS)
    (item,) = [one for one in found if one.subject == f"bank_line:{row.id}"]
    assert {step.words for step in item.steps} == {"said", "agreed"}
    assert not item.twice
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("csv_first", [True, False])
async def test_the_same_line_in_xml_and_in_csv_counts_once(csv_first: bool) -> None:
    who, _, (payment,) = await owed_and_out(await make.owed())
    xml = make.camt(
        Entry(-payment.amount_pence, payment.reference, "MATCH", number="N1"),
        Entry(-500, "", "MONTHLY FEE", number="N2"),
        Entry(-700, "ROOM HIRE 7", number="N3"),
    )
    content, typed = csv_of(
        (payment.reference.replace("-", ""), -payment.amount_pence), ("charges", -500), ("OTHER", -700)
    )
    if csv_first:
        first, second = await make.typed(who, content, typed), await statements.take_in(xml, who.other)
    else:
        first, second = await statements.take_in(xml, who.other), await make.typed(who, content, typed)
    assert (first.new, first.matched) == (3, 1)
    # the payment is known; the two others may be the same lines, so a person looks
    assert (second.new, second.known, second.matched) == (2, 1, 0)
    waiting = await BankLine.filter(statement_id=second.statements[0].id)
    assert {row.reason for row in waiting} == {twins.MAY_BE}
    await make.nothing_is_broken()


def test_two_files_are_of_one_account_by_its_figures() -> None:
    assert twins.same_account("GB00KENT00000000000001", "0001")
    assert not twins.same_account("GB00KENT00000000000001", "1")
    assert not twins.same_account("GB00KENT00000000000001", "9001")
    assert twins.same_account("Main  account", "main account")
    assert twins.compare("M-7F3K-9Q2M", "", "", "to M7F3K9Q2M") is twins.Twin.SAME
    assert twins.compare("M-7F3K-9Q2M", "", "M-2222-2222", "") is twins.Twin.NEW
    assert twins.compare("INV 7", "x", "Y", "inv7 of May") is twins.Twin.SAME
    assert twins.compare("", "charges", "", "CHARGES") is twins.Twin.SAME
    assert twins.compare("1", "", "Y", "INV 12") is twins.Twin.MAY_BE  # a person looks: nothing is left out for a digit


def test_a_line_that_only_may_be_another_does_not_hide_it_from_its_own() -> None:
    day = business_today()
    row = {"booked_on": day, "amount_pence": 100, "reference": "R-7F3K-9Q2M", "words": ""}
    lines = [ReadLine(day, 100, "FPS", "", False), ReadLine(day, 100, "R7F3K9Q2M", "", False)]
    assert twins.Before([row]).take(lines) == [twins.Twin.NEW, twins.Twin.SAME]


@pytest.mark.usefixtures("db")
async def test_a_csv_whose_account_is_typed_otherwise_counts_once() -> None:
    who, _, (payment,) = await owed_and_out(await make.owed())
    content, typed = csv_of((payment.reference, -payment.amount_pence), ("charges", -500))
    assert (await make.typed(who, content, typed)).new == 2
    again = await make.typed(who, content + b"\n", replace(typed, account="00000001"))
    assert (again.new, again.known) == (0, 2)


@pytest.mark.usefixtures("db")
async def test_one_line_pays_a_whole_schedule_and_stands() -> None:
    who, schedule, rows = await owed_and_out(await make.owed(200_000), await make.owed(100_000))
    line = Entry(-300_000, schedule.reference, number="N1")
    assert (await statements.take_in(make.camt(line), who.other)).matched == 1
    assert await status_of(*rows) == ["paid", "paid"]
    assert await BankLinePayment.all().count() == 2
    with pytest.raises(Conflict):  # an old page
        await statements.refuse_match((await BankLine.get()).id, who.other)
    with pytest.raises(Exception, match="matched line has paid stands"):
        async with transaction():
            await BankLinePayment.all().delete()


@pytest.mark.usefixtures("db")
async def test_a_return_takes_one_payment_of_a_line_of_several_back() -> None:
    who, schedule, rows = await owed_and_out(await make.owed(200_000), await make.owed(100_000))
    await statements.take_in(make.camt(Entry(-300_000, schedule.reference, number="N1")), who.other)
    await make.nothing_is_broken()
    back = Entry(rows[1].amount_pence, rows[1].reference, reversal=True, number="N2")
    assert (await statements.take_in(make.camt(back), who.other)).matched == 1
    assert await status_of(*rows) == ["paid", "returned"]
    assert [one.match.id for one in await due([row.match_pledge_id for row in rows])] == [rows[1].match_pledge_id]
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_a_whole_file_that_the_bank_sends_back_is_owed_again() -> None:
    who, schedule, rows = await owed_and_out(await make.owed(200_000), await make.owed(100_000))
    both = f"{rows[0].reference} {rows[1].reference}"  # a batch whose transactions have no amounts
    assert (await statements.take_in(make.camt(Entry(-300_000, both, number="N1")), who.other)).matched == 1
    returned = Entry(300_000, schedule.reference, reversal=True, number="N2")
    assert (await statements.take_in(make.camt(returned), who.other)).matched == 1
    assert await status_of(*rows) == ["returned", "returned"]
    assert len(await due([row.match_pledge_id for row in rows])) == 2
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_several_payments_in_one_line_by_hand_are_said_by_two_and_only_whole() -> None:
    who, schedule, rows = await owed_and_out(
        await make.owed(200_000), await make.owed(100_000), await make.owed(50_000)
    )
    await statements.take_in(make.camt(Entry(-300_000, "BACS", number="N1"), Entry(-1, "X", number="N2")), who.other)
    line, other = await BankLine.all().order_by("number")
    references = [row.reference for row in rows]
    with pytest.raises(Refused, match=r"£3,500\.00 together"):
        await statements.ask_match(line.id, schedule.reference, "It is the file.", who.second)
    await statements.ask_match(line.id, " ".join(references[:2]), "The first two of the file.", who.second)
    await statements.refuse_match(line.id, who.other)
    assert await BankLinePayment.all().count() == 0
    await statements.ask_match(line.id, " ".join(references[:2]), "The first two of the file.", who.second)
    with pytest.raises(Refused, match="together"):
        await statements.ask_match(other.id, " ".join(references[1:]), "The rest.", who.second)
    await paying.ask_never_paid(rows[0].id, who.officer, "Refused there.")
    await paying.agree_never_paid(rows[0].id, who.other)
    with pytest.raises(Refused, match="is cancelled"):
        await statements.agree_match(line.id, who.approver)
    assert await status_of(*rows) == ["cancelled", "exported", "exported"]
    await statements.refuse_match(line.id, who.second)
    # what is left of the schedule is another sum now
    more = make.camt(Entry(-150_000, schedule.reference, number="N3"))
    assert (await statements.take_in(more, who.other)).matched == 1
    assert await status_of(*rows) == ["cancelled", "paid", "paid"]
    await make.nothing_is_broken()


@pytest.mark.usefixtures("committed")
async def test_two_who_agree_at_once_take_a_typed_statement_in_once() -> None:
    who, _, (payment,) = await owed_and_out(await make.owed(70_000))
    content, typed = csv_of((payment.reference, -payment.amount_pence))
    made = await statements.enter(content, typed, who.approver)
    third = await pot_make.person("Third", *make.BOTH_ROLES)
    found = await asyncio.gather(
        *(statements.agree(made.id, one) for one in (who.other, third, who.approver, who.other)), return_exceptions=True
    )
    assert [isinstance(one, statements.Imported) for one in found].count(True) == 1
    assert all(isinstance(one, statements.Imported | SiteError) for one in found)
    assert await BankLine.filter(payment_id=payment.id).count() == 1
    assert await status_of(payment) == ["paid"]


async def test_the_second_person_sees_all_that_a_line_counts_by(db: None, client: SiteClient) -> None:
    who = await make.people()
    day = business_today().isoformat()
    content = f"date,reference,description,amount,type\n{day},INV 33,M-7F3K-9Q2M,500,Returned".encode()
    made = await statements.enter(content, csv_statement.Typed("0001", 0, 50_000), who.approver)
    await sign_in(client, await Person.get(id=who.other.person_id))
    page = await client.get(f"/staff/typed-statements/{made.id}")
    assert "INV 33" in page.main
    assert "M-7F3K-9Q2M; a return, as the bank calls it" in page.main
