"""What a campaign has raised, measure by measure (domain.md, ruling 2). Integer pence."""

from collections.abc import Iterable
from dataclasses import dataclass

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from pledges.backers import COUNTED, fair_counts


@dataclass(frozen=True, slots=True)
class Totals:
    """`crowd_pence` counts, `pending_pence` does not yet; match accepted counts, offered does not.

    `raised_pence` = crowd + match accepted, or what the verdict froze: later declines and refunds change it no more.
    `waiting_pence`: of the crowd's, until the verdict, what needs its backer's yes to a later last day (ruling 15).
    """

    crowd_pence: int = 0
    pending_pence: int = 0
    match_accepted_pence: int = 0
    match_offered_pence: int = 0
    backers: int = 0
    raised_pence: int = 0
    waiting_pence: int = 0


# The sums of one campaign `c`, as `p` and `m`. A match accepted before the verdict stays part of what was raised,
# whatever becomes of it later.
SUMS = f"""
LEFT JOIN LATERAL (
    SELECT sum(p.amount_pence) FILTER (WHERE {COUNTED}) AS crowd,
           sum(p.amount_pence) FILTER (WHERE p.status = 'pending') AS pending,
           sum(p.amount_pence) FILTER (WHERE c.decided_at IS NULL AND p.status = 'active'
               AND p.must_agree_id IS NOT NULL AND p.agreed_at IS NULL) AS waiting
    FROM pledge p WHERE p.campaign_id = c.id) p ON true
LEFT JOIN LATERAL (
    SELECT sum(m.amount_pence) FILTER (
               WHERE m.status NOT IN ('earmarked', 'released')
                  OR (c.decided_at IS NOT NULL AND m.status = 'released' AND m.accepted_at IS NOT NULL)) AS accepted,
           sum(m.amount_pence) FILTER (WHERE m.status = 'earmarked') AS offered
    FROM match_pledge m WHERE m.campaign_id = c.id) m ON true
"""
RAISED = "COALESCE(c.raised_pence, COALESCE(p.crowd, 0) + COALESCE(m.accepted, 0))"
_SQL = f"""
SELECT c.id, {RAISED} AS raised,
       COALESCE(p.crowd, 0) AS crowd, COALESCE(p.pending, 0) AS pending,
       COALESCE(p.waiting, 0) AS waiting, COALESCE(m.accepted, 0) AS accepted, COALESCE(m.offered, 0) AS offered
FROM campaign c {SUMS}
WHERE c.id = ANY($1::bigint[])
"""


async def totals_of(campaign_ids: Iterable[int]) -> dict[int, Totals]:
    """The totals of many campaigns in two queries. Campaigns that are not there are left out."""
    wanted = list(campaign_ids)
    rows = await fetch(_SQL, wanted)
    counts = await fair_counts(row["id"] for row in rows)
    return {
        row["id"]: Totals(
            crowd_pence=int(row["crowd"]),
            pending_pence=int(row["pending"]),
            match_accepted_pence=int(row["accepted"]),
            match_offered_pence=int(row["offered"]),
            backers=counts[row["id"]],
            raised_pence=int(row["raised"]),
            waiting_pence=int(row["waiting"]),
        )
        for row in rows
    }


async def totals(campaign_id: int) -> Totals:
    """The totals of one campaign. Raises NotFound."""
    found = await totals_of([campaign_id])
    if campaign_id not in found:
        raise NotFound
    return found[campaign_id]
