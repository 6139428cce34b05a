"""One payment's standing, read from its rows, and the books brought to what follows from it."""

from crowdfund_kent import ledger
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch
from payments import accounts
from payments.models import ChargeAttempt
from payments.payouts.models import CostBooking
from payments.payouts.rules import Borne, Standing, borne

# $1: attempts. One row each; amounts of what has happened, not of what was decided on.
_STANDINGS = """
SELECT a.id, a.amount_pence AS charge_pence, a.cover_pence, f.fee_pence, c.card_cost_borne_by AS borne_by,
  coalesce(r.pence, 0)::bigint + coalesce(d.pence, 0)::bigint AS back_pence,
  coalesce(r.cover, 0)::bigint + coalesce(d.cover, 0)::bigint AS back_cover_pence,
  coalesce(o.pence, 0)::bigint AS owed_pence, coalesce(t.pence, 0)::bigint AS sent_pence,
  coalesce(t.cover, 0)::bigint AS sent_cover_pence,
  coalesce(t.reversed, 0)::bigint AS reversed_pence, t1.fee_cover_pence, t1.fee_held_pence
FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id JOIN campaign c ON c.id = p.campaign_id
LEFT JOIN card_fee f ON f.attempt_id = a.id
LEFT JOIN LATERAL (SELECT sum(amount_pence) AS pence, sum(cover_pence) AS cover FROM refund
  WHERE attempt_id = a.id AND status IN ('succeeded', 'repaid')) r ON true
LEFT JOIN LATERAL (SELECT sum(amount_pence) AS pence FROM refund WHERE attempt_id = a.id AND status = 'failed') o ON true
LEFT JOIN LATERAL (SELECT sum(withdrawn_pence) AS pence, sum(cover_pence) AS cover FROM dispute
  WHERE attempt_id = a.id AND status = 'lost') d ON true
LEFT JOIN LATERAL (SELECT sum(amount_pence) AS pence, sum(cover_pence) AS cover, sum(reversed_pence) AS reversed
  FROM transfer WHERE attempt_id = a.id AND status IN ('succeeded', 'reversed')) t ON true
LEFT JOIN LATERAL (SELECT fee_cover_pence, fee_held_pence FROM transfer WHERE attempt_id = a.id
  AND status IN ('succeeded', 'reversed') ORDER BY number LIMIT 1) t1 ON true
WHERE a.id = ANY($1::bigint[]) AND a.status = 'succeeded'"""


async def standings(attempt_ids: list[int]) -> dict[int, Standing]:
    """How each of these payments stands; those that did not succeed are left out."""
    rows = await fetch(_STANDINGS, attempt_ids)
    return {int(row.pop("id")): Standing(**row) for row in rows}


async def standing_of(attempt_id: int) -> Standing:
    """How one payment that succeeded stands."""
    return (await standings([attempt_id]))[attempt_id]


async def rebook(attempt: ChargeAttempt, campaign_id: int) -> None:
    """Book the costs of a payment to those who bear them now. In the caller's transaction, under the pledge's lock.

    Whatever changed since is one more booking: a fee that became known, money that went back, a transfer.
    """
    wanted = borne(await standing_of(attempt.id))
    change = wanted.less(await booked(attempt.id))
    if change.is_nothing:
        return
    row = await CostBooking.create(
        attempt_id=attempt.id,
        fee_pence=change.fee_pence,
        cover_pence=change.cover_pence,
        held_pence=change.held_pence,
        card_cost_pence=change.card_cost_pence,
        loss_pence=change.loss_pence,
        created_at=business_now(),
    )
    lines = [
        (accounts.PROVIDER_BALANCE, -change.fee_pence),
        (accounts.card_cost_cover(campaign_id), change.cover_pence),
        (accounts.held_for_campaign(campaign_id), change.held_pence),
        (accounts.CARD_COSTS, change.card_cost_pence),
        (accounts.LOSSES, change.loss_pence),
    ]
    await ledger.post("card cost", f"cost_booking:{row.id}", lines, about=f"campaign:{campaign_id}")


async def booked(attempt_id: int) -> Borne:
    """Who bears what of a payment's costs, as it is in the books."""
    rows = await fetch(
        "SELECT coalesce(sum(fee_pence), 0)::bigint AS fee, coalesce(sum(cover_pence), 0)::bigint AS cover,"
        " coalesce(sum(held_pence), 0)::bigint AS held, coalesce(sum(card_cost_pence), 0)::bigint AS card_cost,"
        " coalesce(sum(loss_pence), 0)::bigint AS loss FROM cost_booking WHERE attempt_id = $1",
        attempt_id,
    )
    one = rows[0]
    return Borne(one["fee"], one["cover"], one["held"], one["card_cost"], one["loss"])
