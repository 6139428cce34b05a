"""Pages of the council's money offer nobody what the service would refuse them: the first person, a member, an auditor."""

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from payments.bank_details import services as bank
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.match_payments import services as paying
from payments.match_payments.models import MatchPayment
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery, Shortening
from pledges.gifts.services import banking
from projects.models import Member
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments.council import make
from tests.payments.council.make import Entry
from tests.payments.council.test_recoveries import unspent
from tests.pledges import gift_make, pot_make

pytestmark = pytest.mark.usefixtures("db")


async def offered(client: SiteClient, by: Actor, page: str, *acts: str) -> list[str]:
    """Of these ends of addresses, those that a page links to or has a form for, as this person sees it."""
    await sign_in(client, await Person.get(id=by.person_id))
    found = await client.get(page)
    there = {address for _, address in found.links} | {form.action for form in found.forms}
    return [act for act in acts if any("/staff/" in address and address.endswith(f"/{act}") for address in there)]


async def member_of(one: make.Owed) -> Actor:
    """With both roles, and in the group."""
    person = await pot_make.person("Member", *make.BOTH_ROLES)
    await Member.create(group_id=one.group.id, person_id=person.person_id, role="editor", created_at=business_now())
    return person


async def test_bank_details_are_approved_by_who_did_none_of_it(client: SiteClient) -> None:
    who, one = await make.people(), await make.owed()
    both, member = await pot_make.person("Both", *make.BOTH_ROLES), await member_of(one)
    details = await bank.send(one.group.id, make.account(one.group), one.owner)
    page, acts = f"/staff/bank-details/{details.id}", ("check", "approve", "send-back", "refuse", "stop")
    assert await offered(client, both, page, *acts) == ["check", "refuse"]
    assert await offered(client, member, page, *acts) == []
    await bank.check(details.id, make.checked(one.owner), both)
    assert await offered(client, both, page, *acts) == ["send-back", "refuse"]
    assert await offered(client, who.approver, page, *acts) == ["approve", "send-back", "refuse"]
    assert await offered(client, member, page, *acts) == await offered(client, await make.auditor(), page, *acts) == []


async def test_a_schedule_is_approved_and_lines_agreed_to_by_others(client: SiteClient) -> None:
    who, one = await make.people(), await make.owed()
    both, member, auditor = await pot_make.person("Both", *make.BOTH_ROLES), await member_of(one), await make.auditor()
    await make.ready(one, who)
    schedule = await paying.prepare([one.match.id], both)
    page, acts = (
        f"/staff/match-payments/schedules/{schedule.id}",
        ("approve", "refuse", "take-out", "withdraw", "export"),
    )
    assert await offered(client, both, page, *acts) == ["take-out", "withdraw"]
    assert await offered(client, who.approver, page, *acts) == ["approve", "refuse", "take-out", "withdraw"]
    assert "approve" not in await offered(client, member, page, *acts)
    assert await offered(client, auditor, page, *acts) == []
    await paying.approve(schedule.id, who.approver)
    assert "export" in await offered(client, who.approver, page, *acts)
    assert "export" not in await offered(client, member, page, *acts)
    await paying.export_file(schedule.id, who.approver)
    payment = await MatchPayment.get(schedule_id=schedule.id)
    await statements.take_in(make.camt(Entry(-payment.amount_pence, payment.reference)), who.approver)
    line = await BankLine.get()
    await statements.ask_match(line.id, payment.reference, "It is on the page.", both)
    page = f"/staff/bank-lines/{line.id}"
    assert await offered(client, both, page, "agree") == []
    assert (
        await offered(client, who.approver, page, "agree") == []
    )  # with `both` nobody would vouch but who acted on it
    assert await offered(client, member, page, "agree") == []
    assert await offered(client, who.other, page, "agree", "refuse") == ["agree", "refuse"]
    assert await offered(client, auditor, page, "agree", "refuse") == []
    await paying.ask_never_paid(payment.id, both, "The finance system refused it.")
    page = f"/staff/match-payments/schedules/{schedule.id}"
    assert await offered(client, both, page, "agree-never-paid") == []
    assert await offered(client, who.other, page, "agree-never-paid") == ["agree-never-paid"]


async def test_what_is_let_go_of_and_what_is_paid_in_is_decided_by_another(client: SiteClient) -> None:
    who, one = await make.people(), await make.owed()
    both, member = await pot_make.person("Both", *make.BOTH_ROLES), await member_of(one)
    await make.ready(one, who)
    _, rows, _ = await make.exported(who, one)
    await make.paid(who, *rows)
    await unspent(one, 10_000)
    await recoveries.ask_missing()
    page = "/staff/recoveries"
    assert await offered(client, member, page, "give-up") == []
    assert await offered(client, both, page, "give-up") == ["give-up"]
    await recoveries.propose_giving_up((await Recovery.get()).id, "They are no more.", both)
    made = await Shortening.get()
    acts = tuple(f"{made.id}/{act}" for act in ("agree", "refuse", "withdraw"))
    assert await offered(client, both, page, *acts) == [acts[2]]
    assert await offered(client, who.approver, page, *acts) == list(acts[:2])
    assert await offered(client, member, page, *acts) == []

    desk, campaign = await gift_make.desk(), await pot_make.live_campaign(100_000)
    gift = await desk.counted(campaign, amount_pence=2_000)
    batch = await banking.enter_batch(desk.desk.id, [gift.id], "500123", 2_000, desk.taker)
    for by, words in ((desk.taker, "Somebody else has to confirm this"), (desk.counter, "I have seen it")):
        await sign_in(client, await Person.get(id=by.person_id))
        assert words in (await client.get(f"/staff/gifts/batches/{batch.id}")).main
