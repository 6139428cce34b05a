"""Both sides of one campaign: what the provider has, what our rows and books say, in one shape."""

from typing import Any, Final

from crowdfund_kent.audit import PROVIDER
from crowdfund_kent.database import fetch
from payments.apply import apply
from payments.attempts import transfer_group
from payments.gateway import ChargeRecord, RefundOutcome, TransferRecord
from payments.provider import gateway
from payments.reconciling.kinds import Thing
from payments.reconciling.rules import Fact, Side

_PAYMENTS: Final = """
SELECT coalesce(a.charge, 'charge_attempt:' || a.id) AS subject, 'charge_attempt:' || a.id AS reference, a.amount_pence AS pence,
  a.status = 'succeeded' AS counts, a.status AS word, p.reference AS pledge
FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = $1"""
_REFUNDS: Final = """
SELECT coalesce(r.provider_refund, 'refund:' || r.id) AS subject, 'refund:' || r.id AS reference, r.amount_pence AS pence,
  r.status IN ('succeeded', 'pending') AS counts, r.status AS word, p.reference AS pledge
FROM refund r JOIN pledge p ON p.id = r.pledge_id WHERE p.campaign_id = $1"""


class Theirs:
    """What the provider has of a campaign, as it was read."""

    def __init__(self, charges: list[ChargeRecord], transfers: list[TransferRecord]) -> None:
        self.charges = charges
        self.transfers = transfers

    @property
    def count(self) -> int:
        """How many records that is."""
        return (
            len(self.charges)
            + sum(len(charge.refunds) for charge in self.charges)
            + sum(1 + len(transfer.reversals) for transfer in self.transfers)
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
            }
        )


async def theirs(campaign_id: int) -> Theirs:
    """Ask the provider. Call outside a transaction. Raises GatewayUnavailable."""
    group = transfer_group(campaign_id)
    return Theirs(await gateway().charges_of(group), await gateway().transfers_of(group))


async def ours(campaign_id: int) -> Side:
    """What our rows say."""
    return Side(
        {
            Thing.CHARGE: _facts(await fetch(_PAYMENTS, campaign_id)),
            Thing.REFUND: _facts(await fetch(_REFUNDS, campaign_id)),
        }
    )


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
