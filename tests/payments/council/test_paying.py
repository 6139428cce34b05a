"""The council pays: approved details, a schedule by two people, a file, a line of the bank."""

import csv
import io
from datetime import UTC, datetime

import pytest

from crowdfund_kent import clock, ledger
from crowdfund_kent.clock import business_now, business_today
from local.demo.council import BEFORE as COUNCIL_BEFORE
from payments.bank_statements.models import BankLine
from payments.match_payments import accounts
from payments.match_payments.due import due
from payments.match_payments.models import MatchPayment
from payments.match_payments.rules import due_on
from pledges.models import FundingSource, MatchPledge
from projects import services as projects
from projects.models import Campaign, Group
from projects.reports.services import answering, asking, sending
from tests.payments.council import make
from tests.projects import reporting

pytestmark = pytest.mark.usefixtures("db")


async def test_a_match_is_paid_by_a_schedule_of_two_people_and_a_line_of_the_bank() -> None:
    who, one = await make.people(), await make.owed(200_001)
    (found,) = await due([one.match.id])
    assert found.missing == ("No approved bank details", "The group has not answered about subsidy")
    await make.ready(one, who)
    (found,) = await due([one.match.id])
    assert found.missing == ()
    schedule, (payment,), text = await make.exported(who, one)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["line amount"] for row in rows] == ["1000.01", "1000.00"]
    assert {row["payment reference"] for row in rows} == {payment.reference}
    assert (rows[0]["sort code"], rows[0]["account number"], rows[0]["payee"]) == (
        "30-96-34",
        "12345678",
        one.group.name,
    )
    assert rows[0]["schedule"] == schedule.reference
    assert (await MatchPledge.get(id=one.match.id)).status == "confirmed"
    done = await make.paid(who, payment)
    assert (done.new, done.matched) == (1, 1)
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence) == ("paid", 200_001)
    assert (await MatchPayment.get(id=payment.id)).status == "paid"
    assert (await BankLine.get()).status == "matched"
    first, second = await FundingSource.filter(fund_id=match.fund_id).order_by("id")
    assert [await ledger.balance(accounts.paid(source.id)) for source in (first, second)] == [100_001, 100_000]
    assert await ledger.balance(accounts.COUNCIL_BANK) == -200_001
    await make.nothing_is_broken()


async def test_an_account_that_was_approved_before_christmas_is_paid_to_after_the_holidays() -> None:
    who, one = await make.people(), await make.owed()
    now = business_now()
    eve = datetime(now.year + (now > datetime(now.year, 12, 23, 12, tzinfo=UTC)), 12, 23, 12, tzinfo=UTC)
    await clock.advance(eve - now)
    await make.approved(one, who)
    await make.cleared(one, who)
    await clock.advance(make.NINE_DAYS)
    (waits,) = await due([one.match.id])
    assert waits.missing == ("Bank details were approved less than five working days ago",)
    await clock.advance(-COUNCIL_BEFORE - make.NINE_DAYS)  # as long before as the demo approves its accounts
    assert (await due([one.match.id]))[0].missing == ()


async def test_the_rest_of_a_match_is_paid_once_the_interim_report_is_accepted() -> None:
    two = {"instalments": {"over_pence": 100_000, "first_bp": 7_000}}
    who, one = await make.people(), await make.owed(200_000, terms=two)
    await make.ready(one, who)
    _, first, _ = await make.exported(who, one)
    await make.paid(who, *first)
    assert (await MatchPledge.get(id=one.match.id)).status == "part paid"
    delivery = await projects.begin_delivery(await Campaign.get(id=one.campaign.id))
    await projects.start(delivery.id, one.owner)
    report = await asking.ask_interim(one.campaign.id, 400_000)
    assert report is not None
    await reporting.write(report.id, "Half of it stands.", 100_000, one.owner)
    await sending.send(report.id, one.owner)
    (rest,) = await due([one.match.id])
    assert rest.missing == ("Waits for the group’s interim report to be accepted",)  # sent is not accepted
    await answering.accept(report.id, 400_000, who.second)
    (rest,) = await due([one.match.id])
    assert (rest.part, rest.amount_pence, rest.missing) == ("rest", 60_000, ())
    assert rest.due_on == due_on(business_today())
    _, (second,), _ = await make.exported(who, one)
    await make.paid(who, second)
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence) == ("paid", 200_000)
    assert await due([one.match.id]) == []
    await make.nothing_is_broken()


async def test_a_name_that_a_spreadsheet_would_run_is_harmless_in_the_file() -> None:
    who, one = await make.people(), await make.owed()
    name = '=HYPERLINK("https://thief.example","Friends")'
    await Group.filter(id=one.group.id).update(name=name)
    one.group.name = name
    await make.ready(one, who)
    _, _, text = await make.exported(who, one)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["payee"] for row in rows} == {f"'{name}"}
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
