"""What a line of a bank statement does to a payment: paid, or returned. Called by matching, in its transaction."""

from datetime import UTC, date, datetime, time

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import LONDON
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict
from payments.bank_details import services as bank_details
from payments.bank_details.models import BankDetails
from payments.bank_details.states import Details
from payments.match_payments import accounts, letters, services
from payments.match_payments.models import MatchPayment, MatchPaymentPart
from payments.match_payments.states import Payment
from pledges import pots
from pledges.models import MatchPledge

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
        await pots.pay(match, payment.amount_pence, by, for_row=source, effective_at=when, by_source=parts)
        await events.move(payment, "paid", by, amount_pence=payment.amount_pence, effective_at=when, paid_on=booked_on)
        await ledger.post("match paid", source, accounts.payment_lines(parts), when, about=f"match_pledge:{match.id}")
        await _record("payment paid", payment, by)
        await letters.remittance(payment)
    return payment


async def send_back(payment_id: int, booked_on: date, by: Actor) -> MatchPayment:
    """Paid -> returned: all of it is undone, it can be paid again, and the account it went to is stopped."""
    async with transaction():
        payment = await services.locked(payment_id)
        if payment.status != Payment.PAID:
            raise Conflict("This payment is not paid, so it can’t have come back.")
        when, source, parts = booked_at(booked_on), f"match_payment:{payment.id}", await by_source(payment)
        match = await MatchPledge.get(id=payment.match_pledge_id)
        await pots.unpay(match, payment.amount_pence, by, for_row=source, effective_at=when, by_source=parts)
        await events.move(
            payment, "returned", by, amount_pence=payment.amount_pence, effective_at=when, returned_on=booked_on
        )
        await ledger.post(
            "match returned", source, accounts.returned_lines(parts), when, about=f"match_pledge:{match.id}"
        )
        await _record("payment returned", payment, by)
        if await BankDetails.exists(id=payment.bank_details_id, status=Details.APPROVED):
            await bank_details.stop(payment.bank_details_id, SYSTEM, _CAME_BACK)
        await letters.came_back(payment)
    return payment


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
