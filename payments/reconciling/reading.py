"""Both sides of one campaign: what the provider has, what our rows and books say, in one shape."""

import asyncio
from typing import Any, Final

from crowdfund_kent.audit import PROVIDER
from crowdfund_kent.database import fetch
from payments.accounts import PROVIDER_BALANCE
from payments.apply import apply
from payments.attempts import transfer_group
from payments.gateway import ChargeRecord, DisputeAnswer, RefundOutcome, TransferRecord
from payments.models import ChargeAttempt
from payments.payouts import fees, reversals
from payments.provider import gateway
from payments.reconciling.kinds import Thing
from payments.reconciling.rules import Fact, Side

_PAYMENTS: Final = """
SELECT coalesce(a.charge, 'charge_attempt:' || a.id) AS subject, 'charge_attempt:' || a.id AS reference, a.amount_pence AS pence,
  a.status = 'succeeded' AS counts, a.status AS word, p.reference AS pledge
FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = $1"""
_REFUNDS: Final = """
SELECT coalesce(r.provider_refund, 'refund:' || r.id) AS subject, 'refund:' || r.id AS reference, r.amount_pence AS pence,
  r.status IN ('succeeded', 'pending') AS counts,
  CASE r.status WHEN 'repaid' THEN 'failed' ELSE r.status END AS word, p.reference AS pledge
FROM refund r JOIN pledge p ON p.id = r.pledge_id WHERE p.campaign_id = $1"""

_FEES: Final = """
SELECT a.charge AS subject, 'card_fee:' || f.id AS reference, f.fee_pence AS pence, true AS counts, 'booked' AS word,
  p.reference AS pledge
FROM card_fee f JOIN charge_attempt a ON a.id = f.attempt_id JOIN pledge p ON p.id = a.pledge_id
WHERE p.campaign_id = $1 AND f.known_at IS NOT NULL"""
_TRANSFERS: Final = """
SELECT coalesce(t.provider_transfer, 'transfer:' || t.id) AS subject, 'transfer:' || t.id AS reference, t.amount_pence AS pence,
  t.status IN ('succeeded', 'reversed') AS counts, t.status AS word, p.reference AS pledge
FROM transfer t JOIN charge_attempt a ON a.id = t.attempt_id JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = $1"""
# in all of a transfer: one that was made by hand has no number of the provider here
_REVERSALS: Final = """
SELECT t.provider_transfer AS subject, 'transfer:' || t.id AS reference, sum(v.amount_pence)::bigint AS pence, true AS counts,
  'succeeded' AS word, p.reference AS pledge
FROM transfer_reversal v JOIN transfer t ON t.id = v.transfer_id JOIN charge_attempt a ON a.id = t.attempt_id
JOIN pledge p ON p.id = a.pledge_id
WHERE p.campaign_id = $1 AND v.status = 'succeeded' AND t.provider_transfer IS NOT NULL GROUP BY t.id, p.reference"""
_DISPUTES: Final = """
SELECT d.provider_dispute AS subject, 'dispute:' || d.id AS reference, d.withdrawn_pence AS pence,
  d.withdrawn_pence > 0 AS counts, d.status AS word, p.reference AS pledge
FROM dispute d JOIN charge_attempt a ON a.id = d.attempt_id JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = $1"""
# the provider's balance, by every row of the campaign that posts to it
_BOOKS: Final = f"""
WITH own AS (SELECT a.id, a.pledge_id FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = $1)
SELECT coalesce(sum(l.amount_pence), 0)::bigint AS pence FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id
WHERE l.account = '{PROVIDER_BALANCE}' AND m.source IN (
  SELECT 'charge_attempt:' || id FROM own
  UNION ALL SELECT 'refund:' || r.id FROM refund r JOIN own ON own.id = r.attempt_id
  UNION ALL SELECT 'cost_booking:' || c.id FROM cost_booking c JOIN own ON own.id = c.attempt_id
  UNION ALL SELECT 'transfer:' || t.id FROM transfer t JOIN own ON own.id = t.attempt_id
  UNION ALL SELECT 'transfer_reversal:' || v.id FROM transfer_reversal v JOIN transfer t ON t.id = v.transfer_id
    JOIN own ON own.id = t.attempt_id
  UNION ALL SELECT 'dispute_event:' || e.id FROM dispute_event e JOIN dispute d ON d.id = e.subject_id
    JOIN own ON own.id = d.attempt_id)"""


class Theirs:
    """What the provider has of a campaign, as it was read."""

    def __init__(
        self,
        campaign_id: int,
        charges: list[ChargeRecord],
        transfers: list[TransferRecord],
        disputes: list[DisputeAnswer],
    ) -> None:
        self.campaign_id = campaign_id
        self.charges = charges
        self.transfers = transfers
        self.disputes = disputes

    @property
    def count(self) -> int:
        """How many records that is."""
        return (
            len(self.charges)
            + sum(len(charge.refunds) for charge in self.charges)
            + sum(1 + len(transfer.reversals) for transfer in self.transfers)
            + len(self.disputes)
        )

    @property
    def pence(self) -> int | None:
        """What the provider's books say of the campaign: its lines of charges, fees, refunds, transfers and disputes.

        None while a line is not written yet: minutes after a charge.
        """
        took = [one for one in self.charges if one.succeeded]
        if any(one.entry is None for one in took):
            return None
        back = [refund for one in self.charges for refund in one.refunds]
        return (
            sum(one.entry.net_pence for one in took if one.entry is not None)
            - sum(one.amount_pence or 0 for one in back if one.outcome is RefundOutcome.SUCCEEDED)
            - sum((one.answer.amount_pence or 0) - (one.answer.reversed_pence or 0) for one in self.transfers)
            - sum(one.withdrawn_pence + one.fee_pence for one in self.disputes)
        )

    def side(self) -> Side:
        """As facts."""
        refunds = [(charge, refund) for charge in self.charges for refund in charge.refunds]
        return Side(
            {
                Thing.CHARGE: {
                    one.charge: Fact(
                        one.payment_intent or one.charge,
                        one.amount_pence,
                        one.succeeded,
                        "succeeded" if one.succeeded else "declined",
                        one.pledge_reference or "",
                    )
                    for one in self.charges
                },
                Thing.REFUND: {
                    refund.refund or "": Fact(
                        refund.refund or "",
                        refund.amount_pence or 0,
                        refund.outcome in (RefundOutcome.SUCCEEDED, RefundOutcome.PENDING),
                        str(refund.outcome),
                        charge.pledge_reference or "",
                    )
                    for charge, refund in refunds
                },
                Thing.FEE: {
                    one.charge: Fact(
                        one.entry.id, one.entry.fee_pence, counts=True, word="kept", pledge=one.pledge_reference or ""
                    )
                    for one in self.charges
                    if one.succeeded and one.entry is not None
                },
                Thing.TRANSFER: {
                    one.answer.transfer or "": _made(
                        one.answer.transfer, one.answer.amount_pence, one.answer.pledge_reference
                    )
                    for one in self.transfers
                },
                Thing.REVERSAL: {
                    one.answer.transfer or "": _made(
                        one.answer.transfer, one.answer.reversed_pence, one.answer.pledge_reference
                    )
                    for one in self.transfers
                    if one.answer.reversed_pence
                },
                Thing.DISPUTE: {
                    one.dispute: Fact(
                        one.dispute,
                        one.withdrawn_pence,
                        one.withdrawn_pence > 0,
                        one.status,
                        one.pledge_reference or "",
                    )
                    for one in self.disputes
                },
                Thing.BOOKS: _books(self.campaign_id, self.pence, "balance transactions"),
            }
        )


async def theirs(campaign_id: int) -> Theirs:
    """Ask the provider. Call outside a transaction. Raises GatewayUnavailable."""
    group = transfer_group(campaign_id)
    charges, transfers = await asyncio.gather(gateway().charges_of(group), gateway().transfers_of(group))
    disputes = [
        dispute
        for one in charges
        if one.disputed and one.payment_intent is not None
        for dispute in await gateway().disputes_of(one.payment_intent)
    ]
    return Theirs(campaign_id, charges, transfers, disputes)


async def ours(campaign_id: int) -> Side:
    """What our rows say."""
    return Side(
        {
            Thing.CHARGE: _facts(await fetch(_PAYMENTS, campaign_id)),
            Thing.REFUND: _facts(await fetch(_REFUNDS, campaign_id)),
            Thing.FEE: _facts(await fetch(_FEES, campaign_id)),
            Thing.TRANSFER: _facts(await fetch(_TRANSFERS, campaign_id)),
            Thing.REVERSAL: _facts(await fetch(_REVERSALS, campaign_id)),
            Thing.DISPUTE: _facts(await fetch(_DISPUTES, campaign_id)),
            Thing.BOOKS: _books(campaign_id, int((await fetch(_BOOKS, campaign_id))[0]["pence"]), "ledger"),
        }
    )


def _made(reference: str | None, pence: int | None, pledge: str | None) -> Fact:
    return Fact(reference or "", pence or 0, counts=True, word="made", pledge=pledge or "")


def _books(campaign_id: int, pence: int | None, word: str) -> dict[str, Fact]:
    """One figure for a campaign; none while it is not known."""
    if pence is None:
        return {}
    return {f"campaign:{campaign_id}": Fact(f"campaign:{campaign_id}", pence, counts=True, word=word)}


def _facts(rows: list[dict[str, Any]]) -> dict[str, Fact]:
    return {
        row["subject"]: Fact(row["reference"], int(row["pence"]), row["counts"], row["word"], row["pledge"])
        for row in rows
    }


async def catch_up(found: Theirs, mine: Side) -> None:
    """Apply what the provider did and we have not heard of: lost answers and webhooks are no difference.

    The one function that applies decides as ever: what does not agree with ours stays as it is, and is a difference.
    """
    for charge in found.charges:
        known = mine.of(Thing.CHARGE).get(charge.charge)
        if charge.succeeded and charge.payment_intent and (known is None or not known.counts):
            answer = await gateway().read_charge(charge.payment_intent)
            if answer.created is not None:
                await apply(answer, PROVIDER)
        for refund in charge.refunds:
            fact = mine.of(Thing.REFUND).get(refund.refund or "")
            if fact is None or fact.word != refund.outcome:
                await apply(refund, PROVIDER)
    await _catch_up_with_payouts(found, mine)


async def _catch_up_with_payouts(found: Theirs, mine: Side) -> None:
    for charge in found.charges:
        if charge.succeeded and charge.entry is not None and charge.charge not in mine.of(Thing.FEE):
            attempt = await ChargeAttempt.get_or_none(charge=charge.charge, status="succeeded")
            if attempt is not None:
                await fees.apply_fee(attempt, charge.entry, PROVIDER)
    for one in found.transfers:
        known = mine.of(Thing.TRANSFER).get(one.answer.transfer or "")
        back_here = mine.of(Thing.REVERSAL).get(one.answer.transfer or "")
        booked = (back_here.pence if back_here is not None else 0) == (one.answer.reversed_pence or 0)
        if known is None or not known.counts or not booked:
            for back in one.reversals:
                await reversals.apply_reversal(back, PROVIDER)
            await apply(one.answer, PROVIDER)
    for dispute in found.disputes:
        fact = mine.of(Thing.DISPUTE).get(dispute.dispute)
        if fact is None or fact.pence != dispute.withdrawn_pence or (fact.word == "open" and not dispute.is_open):
            await apply(dispute, PROVIDER)
