"""A number that is called back was held for a set time, or a register's with a reason; replaced accounts are forgotten."""

from datetime import timedelta

import pytest

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound, Refused
from payments.bank_details import personal, queries, rules
from payments.bank_details import services as bank
from payments.bank_details.kinds import CallSource
from payments.bank_details.models import BankDetails
from tests.payments.council import make


async def sent(held_days: int) -> tuple[make.People, make.Owed, BankDetails]:
    """Details of a group whose owner's number is so many days old."""
    who, one = await make.people(), await make.owed()
    since = business_now() - timedelta(days=held_days)
    await Person.filter(id=one.owner.person_id).update(phone_since=since)
    return who, one, await bank.send(one.group.id, make.account(one.group), one.owner)


@pytest.mark.usefixtures("db")
async def test_a_number_that_was_typed_just_before_proves_nothing() -> None:
    who, one, details = await sent(27)
    assert await queries.numbers_held(details) == []
    with pytest.raises(Refused, match="held for 28 days"):
        await bank.check(details.id, make.checked(one.owner), who.officer)
    for source in (CallSource.EARLIER, CallSource.REGISTER):
        young = bank.Check(
            evidence_words="Letter",
            call_source=source,
            call_number="01622 9",
            call_where="Charity Commission, number 1000001",
            call_held_since=details.asked_at - timedelta(days=3),
        )
        with pytest.raises(Refused, match=r"public register|Enter why"):
            await bank.check(details.id, young, who.officer)
    right = bank.Check(
        evidence_words="Letter",
        call_source=CallSource.REGISTER,
        call_number="01622 9",
        call_where="Charity Commission, number 1000001",
        call_held_since=details.asked_at - timedelta(days=3),
        call_reason="Registered this week; the extract lies with the papers.",
    )
    found = await bank.check(details.id, right, who.officer)
    assert (found.call_held_days, found.call_reason[:10]) == (28, "Registered")
    await bank.approve(details.id, who.approver)
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_a_number_that_was_held_long_enough_does() -> None:
    who, one, details = await sent(29)
    assert [held.person_id for held in await queries.numbers_held(details)] == [one.owner.person_id]
    await bank.check(details.id, make.checked(one.owner), who.officer)
    await make.nothing_is_broken()


def test_what_a_call_proves() -> None:
    now = business_now().replace(microsecond=0)
    old, young = now - timedelta(days=28), now - timedelta(days=27)
    assert rules.why_no_call(CallSource.OWNER, old, now, 28, "") is None
    assert "not held for 28 days" in str(rules.why_no_call(CallSource.EARLIER, young, now, 28, "New."))
    assert "Enter why" in str(rules.why_no_call(CallSource.REGISTER, young, now, 28, " "))
    assert rules.why_no_call(CallSource.REGISTER, young, now, 28, "New.") is None
    assert "proves nothing" in str(rules.why_no_call(CallSource.REGISTER, now, now, 28, "New."))


@pytest.mark.usefixtures("db")
async def test_an_account_that_was_replaced_is_forgotten_after_its_time() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    await make.paid(who, payment)
    first = await BankDetails.get()
    await make.approved(one, who, "87654321")
    await clock.advance(timedelta(days=394))
    assert await personal.old_accounts(business_now()) == 0
    await clock.advance(timedelta(days=2))
    assert await personal.old_accounts(business_now()) == 1
    assert await personal.forget_accounts(business_now()) == 1
    assert await personal.forget_accounts(business_now()) == 0
    found = await BankDetails.get(id=first.id)
    assert found.sealed is None
    assert (found.ending, found.fingerprint) == (first.ending, first.fingerprint)
    with pytest.raises(NotFound, match="not kept any more"):
        await bank.read_whole(first.id, who.approver)
    assert (await BankDetails.get(status="approved")).sealed is not None
    await make.nothing_is_broken()
