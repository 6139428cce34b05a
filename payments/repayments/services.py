"""Paying back another way what the bank did not take: recorded by one person, confirmed by another, then in the books.

The money still lies at the provider, so the council's bank pays first; the books owe that to the council (accounts.py).
Locks: campaign, then pledge, as for every refund.
"""

from dataclasses import dataclass
from datetime import date

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person, require_first
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from payments import accounts, letters, refund_rows, refunds
from payments.disputes.queries import is_disputed
from payments.interests import refuse_own
from payments.models import Refund
from payments.repayments.kinds import How
from payments.repayments.models import Repayment
from payments.repayments.states import Repayment as Status
from payments.states import Refund as RefundStatus
from pledges import collecting, pledging
from pledges.models import Pledge
from pledges.queries import campaign_view
from projects.queries import campaign_for_update


@dataclass(frozen=True, slots=True)
class Paid:
    """How a backer was paid: the way, the reference of the transfer or the cheque's number, and the day."""

    how: How
    bank_reference: str
    paid_on: date


async def record(refund_id: int, paid: Paid, by: Actor) -> Repayment:
    """A fund officer or finance approver records how it was paid. Recorded twice it is one record.

    Refused while the backer's bank disputes the payment: then it may pay the backer itself.
    """
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    if not paid.bank_reference.strip():
        raise Refused("Enter the reference of the transfer, or the number of the cheque.")
    async with transaction():
        refund, pledge = await _lock(refund_id)
        there = await Repayment.filter(refund_id=refund.id, status__in=[Status.RECORDED, Status.CONFIRMED]).first()
        if there is not None:
            return there
        await _may(refund, pledge, by)
        assert refund.decided_at is not None
        if not london_day(refund.decided_at) <= paid.paid_on <= business_today():
            raise Refused("Enter a day from the day on which the refund failed to today.")
        assert by.person_id is not None
        made = await Repayment.create(
            status=Status.RECORDED,
            refund_id=refund.id,
            amount_pence=refund.amount_pence,
            how=paid.how,
            bank_reference=paid.bank_reference.strip(),
            paid_on=paid.paid_on,
            recorded_by_id=by.person_id,
            recorded_at=business_now(),
        )
        await events.begin(made, by, cause="recorded", amount_pence=made.amount_pence)
        await _note("repayment recorded", made, by)
    return made


async def confirm(repayment_id: int, by: Actor) -> Repayment:
    """A finance approver who did not record it has seen it on the bank statement: books, pledge and backer follow."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made, refund, pledge = await _locked(repayment_id)
        if made.status == Status.CONFIRMED:
            return made
        refuse_same_person(by, made.recorded_by_id, what="record and confirm a repayment")
        await _may(refund, pledge, by)
        await _decide(made, "confirmed", by)
        await events.move(refund, "paid another way", by, amount_pence=refund.amount_pence)
        lines = accounts.repaid(pledge.campaign_id, refund.amount_pence, refund.cover_pence)
        await ledger.post("paid back another way", f"repayment:{made.id}", lines)
        if refund.reason != refunds.TWICE:
            await collecting.give_back(pledge, await refund_rows.went_back(pledge), by)
        await refunds.rebook_of(refund, pledge)
        await audit.record("refund paid another way", f"refund:{refund.id}", by, amount_pence=refund.amount_pence)
        await letters.to_backer(
            "paid_another_way",
            pledge,
            await campaign_view(pledge.campaign_id),
            f"paid-another-way-{refund.id}",
            amount_pence=refund.amount_pence,
            how=made.how,
            paid_on=made.paid_on,
            bank_reference=made.bank_reference,
        )
    return made


async def refuse(repayment_id: int, by: Actor) -> Repayment:
    """A finance approver does not find it on the bank statement: it is still to be paid."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made, _, pledge = await _locked(repayment_id)
        refuse_same_person(by, made.recorded_by_id, what="record and decide a repayment")
        await refuse_own(pledge, by)
        await _decide(made, "refused", by)
    return made


async def withdraw(repayment_id: int, by: Actor) -> Repayment:
    """Whoever recorded it takes it back, say for another reference."""
    async with transaction():
        made, _, _ = await _locked(repayment_id)
        require_first(by, made.recorded_by_id, "recorded")
        await _decide(made, "withdrawn", by)
    return made


async def _may(refund: Refund, pledge: Pledge, by: Actor) -> None:
    """Refused where this is not to be paid, or not by this person."""
    await refuse_own(pledge, by)
    if refund.status != RefundStatus.FAILED:
        raise Refused("This refund did not fail, so nothing is to be paid another way.")
    if await is_disputed(refund.attempt_id):
        raise Refused(
            "The backer’s bank has taken this payment back for now. Wait for the end of the dispute.", rule="dispute"
        )
    if refund.amount_pence > (await refund_rows.not_gone(refund))[0]:
        raise Refused(
            "The backer’s bank has won the dispute and paid the backer. So much of the payment is not left.",
            rule="dispute",
        )


async def _decide(made: Repayment, cause: str, by: Actor) -> None:
    await events.move(
        made, cause, by, amount_pence=made.amount_pence, decided_by_id=by.person_id, decided_at=business_now()
    )
    await _note(f"repayment {cause}", made, by)


async def _note(act: str, made: Repayment, by: Actor) -> None:
    await audit.record(act, f"repayment:{made.id}", by, refund_id=made.refund_id, amount_pence=made.amount_pence)


async def _lock(refund_id: int) -> tuple[Refund, Pledge]:
    found = await Refund.get_or_none(id=refund_id).select_related("pledge")
    if found is None:
        raise NotFound
    await campaign_for_update(found.pledge.campaign_id)
    pledge = await pledging.lock(found.pledge_id)
    return await Refund.get(id=refund_id), pledge


async def _locked(repayment_id: int) -> tuple[Repayment, Refund, Pledge]:
    found = await Repayment.get_or_none(id=repayment_id)
    if found is None:
        raise NotFound
    refund, pledge = await _lock(found.refund_id)
    return await Repayment.get(id=repayment_id), refund, pledge
