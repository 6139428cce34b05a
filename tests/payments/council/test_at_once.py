"""At once, on connections of their own: one payment, one approval, one line; an account changes before the file or after it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.errors import SiteError
from payments.bank_details import services as bank
from payments.bank_statements import matching
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.match_payments import services as paying
from payments.match_payments.accounts import COUNCIL_BANK
from payments.match_payments.models import MatchPayment
from payments.recoveries import services as recoveries
from pledges.models import FundingSource, MatchPledge
from tests.payments.council import make
from tests.pledges import pot_make

pytestmark = pytest.mark.usefixtures("committed")


async def at_once(*tries: Awaitable[object]) -> list[object]:
    """What each came to: its result, or the error that the page would show. Anything else fails the test."""
    found = await asyncio.gather(*tries, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, SiteError):
            raise one
    return [one for one in found if not isinstance(one, BaseException)]


async def test_everything_happens_once_however_many_try() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    officers = (who.officer, who.second)
    assert len(await at_once(*(paying.prepare([one.match.id], officers[turn % 2]) for turn in range(4)))) == 1
    (payment,) = await MatchPayment.all()
    approvers = (who.approver, who.other)
    assert len(await at_once(*(paying.approve(payment.schedule_id, approvers[turn % 2]) for turn in range(4)))) == 1
    files = await at_once(*(paying.export_file(payment.schedule_id, approvers[turn % 2]) for turn in range(4)))
    assert len(set(files)) == 1
    line = make.camt(make.Entry(-payment.amount_pence, payment.reference, number="N1"))
    third = await pot_make.person("Third", Role.FINANCE_APPROVER)  # either of the two may have approved it
    done = await at_once(*(statements.take_in(line, third) for _ in range(4)))
    assert sum(found.new for found in done if isinstance(found, statements.Imported)) == 1
    assert (await MatchPledge.get(id=one.match.id)).paid_pence == payment.amount_pence


async def test_a_change_of_the_account_and_the_file_never_pass_each_other() -> None:
    who, one = await make.people(), await make.owed(300_000)
    await make.ready(one, who)
    schedule = await paying.prepare([one.match.id], who.officer)
    await paying.approve(schedule.id, who.approver)
    other = make.account(one.group, "87654321")
    done = await at_once(paying.export_file(schedule.id, who.approver), bank.send(one.group.id, other, one.owner))
    files = [found for found in done if isinstance(found, tuple)]
    payment = await MatchPayment.get(schedule_id=schedule.id)
    # before the change the file holds the account that was proved; after it there is no file
    assert (payment.status == "exported") == (len(files) == 1)
    assert all("87654321" not in text and "12345678" in text for _, text in files)


async def test_what_is_owed_is_let_go_of_once_or_goes_to_be_paid_and_never_both() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    made = await recoveries.propose_short(one.match.id, "They are no more.", who.officer)
    agreed = [recoveries.agree(made.id, (who.approver, who.other)[turn % 2]) for turn in range(4)]
    done = await at_once(*agreed, paying.prepare([one.match.id], who.officer))
    assert len(done) == 1
    let_go = (await MatchPledge.get(id=one.match.id)).status == "closed short"
    under_way = await MatchPayment.filter(match_pledge_id=one.match.id, status="prepared").count()
    assert (let_go, under_way) in {(True, 0), (False, 1)}
    held = sum([row.confirmed_pence for row in await FundingSource.filter(fund_id=one.match.fund_id)])
    assert held == (0 if let_go else 200_000)


async def test_two_lines_that_pay_crosswise_from_two_funds_never_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each pays a payment of either fund, in the other order: both are agreed to at once, without a second try."""
    who, funds = await make.people(), [await pot_make.fund(400_000), await pot_make.fund(400_000)]
    before = await ledger.balance(COUNCIL_BANK)
    owed = [await make.owed(10_000, fund=funds[number]) for number in (0, 1, 1, 0)]
    for one in owed:
        await make.approved(one, who)
        await make.cleared(one, who)
    await make.days_pass()
    _, rows, _ = await make.exported(who, *owed)
    by_match = {row.match_pledge_id: row for row in rows}
    first, second, third, fourth = (by_match[one.match.id] for one in owed)
    lines = []
    for number, pair in enumerate(((first, second), (third, fourth))):
        entry = make.Entry(-20_000, words="BULK PAYMENT", number=f"B{number}")
        await statements.take_in(make.camt(entry, opening=number), who.other)
        line = await BankLine.get(status="unmatched", amount_pence=-20_000)
        await statements.ask_match(line.id, " ".join(one.reference for one in pair), "On our list.", who.second)
        lines.append(line)

    async def once(work: Callable[[], Awaitable[BankLine]]) -> BankLine:
        return await work()

    monkeypatch.setattr(matching, "retrying", once)
    done = await at_once(*(statements.agree_match(line.id, who.approver) for line in lines))
    assert len(done) == 2
    assert {row.status for row in await MatchPayment.filter(id__in=[row.id for row in rows])} == {"paid"}
    assert await ledger.balance(COUNCIL_BANK) == before - 40_000
