"""The council pays: one group was paid, one payment waits for its second person, the others lack something."""

from datetime import timedelta
from typing import Final

from crowdfund_kent import clock
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.csv_files import pounds_cell
from local.demo.people import SECOND_APPROVER, acting, person
from local.demo.stage import Stage
from payments.bank_details import services as bank
from payments.bank_details.kinds import CallSource
from payments.bank_details.sealing import Account
from payments.bank_statements import services as statements
from payments.bank_statements.csv_statement import Typed
from payments.match_payments import services as paying
from payments.match_payments.due import Due, due
from payments.match_payments.models import MatchPayment
from payments.subsidy import services as subsidy
from projects.kinds import MemberRole
from projects.models import Member

OPENING: Final = 25_000_000
BEFORE: Final = timedelta(
    days=-16
)  # accounts are paid to after five working days, which at Christmas are twelve days and more


async def play(stage: Stage) -> None:
    """The first two that are owed and whose people act in the demo; whoever is left lacks bank details."""
    owed = (await due())[:2]
    for number, one in enumerate(owed, 1):
        await _make_ready(one, number)
    for number, one in enumerate(owed):
        schedule = await paying.prepare([one.match.id], await acting(Role.FUND_OFFICER))
        if number == 0:
            await _pay(schedule.id)
    await stage.work()


async def _make_ready(one: Due, number: int) -> None:
    """Account sent, checked and approved sixteen days ago; the questions about subsidy answered and decided."""
    member = await Member.filter(group_id=one.receiver.group_id, role=MemberRole.OWNER, ended_at=None).first()
    assert member is not None
    owner, officer = Actor(member.person_id, "group owner"), await acting(Role.FUND_OFFICER)
    try:
        await clock.play(BEFORE)
        account = Account(one.receiver.name, "309634", f"1234567{number}")
        details = await bank.send(one.receiver.group_id, account, owner)
        proof = bank.Check(
            evidence_words="The demo's bank statement, shown at the desk",
            call_source=CallSource.EARLIER,
            call_number="01632 960 001",
            call_where="The group's papers for its campaign",
            call_held_since=business_now() - timedelta(days=60),
        )
        await bank.check(details.id, proof, officer)
        await bank.approve(details.id, await acting(Role.FINANCE_APPROVER))
    finally:
        await clock.play(None)
    found = await subsidy.ask(one.match.id)
    await subsidy.answer(found.id, subsidy.Answers(False, False, 0, "An owner of the demo"), owner)
    await subsidy.decide(found.id, officer, is_enterprise=False, reason="It sells nothing.")


async def _pay(schedule_id: int) -> None:
    """Approved, exported, and paid by a line of a statement."""
    approver = await acting(Role.FINANCE_APPROVER)
    await paying.approve(schedule_id, approver)
    await paying.export_file(schedule_id, approver)
    (payment,) = await MatchPayment.filter(schedule_id=schedule_id)
    row = f"{business_today().isoformat()},{payment.reference},{pounds_cell(-payment.amount_pence)}"
    charges = f"{business_today().isoformat()},CHARGES,-12.50"
    text = f"date,reference,amount\n{row}\n{charges}\n"
    closing = OPENING - payment.amount_pence - 1_250
    typed = await statements.enter(text.encode(), Typed("Demo account 0001", OPENING, closing), approver)
    await statements.agree(typed.id, Actor((await person(SECOND_APPROVER)).id, Role.FINANCE_APPROVER))
