"""What a line of a bank statement does to a payment: paid, or returned. Called by matching, in its transaction."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import LONDON
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Refused
from payments.bank_details import services as bank_details
from payments.bank_details.models import BankDetails
from payments.bank_details.states import Details
from payments.match_payments import accounts, letters, owing, services
from payments.match_payments.models import MatchPayment, MatchPaymentPart
from payments.match_payments.states import Payment
from pledges import pots
from pledges.models import MatchDraw, MatchPledge

RECOVERED = "recovered before"
_CAME_BACK = "The bank sent a payment back. The account may be closed, or a figure may be wrong."


def booked_at(day: date) -> datetime:
    """Noon in London of the bank's booking day: banks tell days, not hours."""
    return datetime.combine(day, time(12), LONDON).astimezone(UTC)


async def pay(payment_id: int, booked_on: date, by: Actor) -> MatchPayment:
    """Exported -> paid: pot, ledger and audit move, and the group gets its remittance advice. Conflict where it moved before."""
    async with transaction():
        payment = await services.locked(payment_id)
        if payment.status != Payment.EXPORTED:
            raise Conflict("This payment is not on its way: it was paid or cancelled before.")
        when, source, parts = booked_at(booked_on), f"match_payment:{payment.id}", await by_source(payment)
        match = await MatchPledge.get(id=payment.match_pledge_id)
        of_match = sum(parts.values())
        if of_match:
            await pots.pay(match, of_match, by, for_row=source, effective_at=when, by_source=parts)
        await events.move(payment, "paid", by, amount_pence=payment.amount_pence, effective_at=when, paid_on=booked_on)
        lines = accounts.payment_lines(parts, payment.amount_pence - of_match)
        await ledger.post("match paid", source, lines, when, about=f"match_pledge:{match.id}")
        await _record("payment paid", payment, by)
        await letters.remittance(payment)
    return payment


async def send_back(payment_id: int, booked_on: date, by: Actor, *, by_two: bool = False) -> MatchPayment:
    """Paid -> returned: all of it is undone, it can be paid again, and the account it went to is stopped.

    What of it had been recovered is the group's own money from now on, and owed back to it (owing.py): Refused unless two
    people said so (`by_two`).
    """
    async with transaction():
        payment = await services.locked(payment_id)
        if payment.status != Payment.PAID:
            raise Conflict("This payment is not paid, so it can’t have come back.")
        when, source, parts = booked_at(booked_on), f"match_payment:{payment.id}", await by_source(payment)
        match = await MatchPledge.get(id=payment.match_pledge_id)
        undone = await pots.still_paid(match, parts)
        kept = {source_id: pence - undone[source_id] for source_id, pence in parts.items()}
        if any(kept.values()) and not by_two:
            raise Refused(
                "Some of this payment was recovered before. Two people say what this line is.", rule=RECOVERED
            )
        if any(undone.values()):
            await pots.unpay(match, sum(undone.values()), by, for_row=source, effective_at=when, by_source=undone)
        await events.move(
            payment, "returned", by, amount_pence=payment.amount_pence, effective_at=when, returned_on=booked_on
        )
        await owing.note_kept(payment, kept)
        lines = accounts.returned_lines(undone, payment.amount_pence - sum(undone.values()))
        await ledger.post("match returned", source, lines, when, about=f"match_pledge:{match.id}")
        await _record("payment returned", payment, by)
        if await BankDetails.exists(id=payment.bank_details_id, status=Details.APPROVED):
            await bank_details.stop(payment.bank_details_id, SYSTEM, _CAME_BACK)
        await letters.came_back(payment)
    return payment


async def own_if_back(payments: Sequence[MatchPayment]) -> int:
    """Pence that would be groups' own money if these came back now, together: recovered before, or their own already.

    For a page: it locks nothing, and what stands is looked at again when they do come back.
    """
    draws = await MatchDraw.filter(match_pledge_id__in=[one.match_pledge_id for one in payments])
    left = {(one.match_pledge_id, one.source_id): one.paid_pence - one.recovered_pence for one in draws}
    own = 0
    for payment in payments:
        own += payment.amount_pence
        for source_id, pence in (await by_source(payment)).items():
            undone = min(pence, left[payment.match_pledge_id, source_id])
            left[payment.match_pledge_id, source_id] -= undone
            own -= undone
    return own


async def by_source(payment: MatchPayment) -> dict[int, int]:
    """Source id -> pence, as it was prepared."""
    rows = await MatchPaymentPart.filter(payment_id=payment.id).order_by("source_id")
    return {row.source_id: row.amount_pence for row in rows}


async def _record(act: str, payment: MatchPayment, by: Actor) -> None:
    await audit.record(
        act,
        f"match_payment:{payment.id}",
        by,
        amount_pence=payment.amount_pence,
        match_pledge_id=payment.match_pledge_id,
    )
