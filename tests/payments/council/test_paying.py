"""The council pays: approved details, a schedule by two people, a file, a line of the bank."""

import csv
import io

import pytest

from crowdfund_kent import ledger
from payments.bank_statements.models import BankLine
from payments.match_payments import accounts
from payments.match_payments.due import due
from payments.match_payments.models import MatchPayment
from pledges.models import FundingSource, MatchPledge
from tests.payments.council import make

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
