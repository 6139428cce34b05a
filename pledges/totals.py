"""What a campaign has raised, measure by measure (domain.md, ruling 2). Integer pence."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crowdfund_kent.charts import money_bar
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.money import BASIS_POINTS
from pledges.accruing import START_BP, Accepted, raised
from pledges.backers import COUNTED, GIFT_COUNTED, fair_counts
from pledges.kinds import Accrual


@dataclass(frozen=True, slots=True)
class Totals:
    """`crowd_pence` counts, `pending_pence` does not yet; match that was accepted and counts (ruling 6), and match offered.

    `gifts_pence`: of the crowd's, what was given by hand and counted by a second person; `uncounted_pence`: received, not
    counted yet. `match_later_pence`: accepted, and counts from a point that is not reached. `raised_pence` = crowd + match
    that counts, or what the verdict froze: later declines and refunds change it no more. `waiting_pence`: of the crowd's,
    until the verdict, what needs its backer's yes to a later last day (ruling 15).
    """

    crowd_pence: int = 0
    pending_pence: int = 0
    match_accepted_pence: int = 0
    match_offered_pence: int = 0
    backers: int = 0
    raised_pence: int = 0
    waiting_pence: int = 0
    match_later_pence: int = 0
    gifts_pence: int = 0
    uncounted_pence: int = 0

    @property
    def match_promised_pence(self) -> int:
        """Everything that funds have accepted or offered here, whether it counts yet or not: two can't fill one gap."""
        return self.match_accepted_pence + self.match_later_pence + self.match_offered_pence


# The sums of one campaign `c`, as `p` and `m`. A match accepted before the verdict stays part of what was raised,
# whatever becomes of it later. What counts when: accruing.py, which says it in Python (ruling 6).
_ACCEPTED = """(m.status NOT IN ('earmarked', 'released')
                  OR (c.decided_at IS NOT NULL AND m.status = 'released' AND m.accepted_at IS NOT NULL))"""
_BRIDGED = f"""COALESCE(p.crowd, 0) * {BASIS_POINTS}
                  >= c.target_pence * COALESCE((m.terms->>'start_bp')::bigint, {START_BP})"""
SUMS = f"""
LEFT JOIN LATERAL (
    SELECT COALESCE(sum(g.amount_pence) FILTER (WHERE {GIFT_COUNTED}), 0) AS counted,
           sum(g.amount_pence) FILTER (WHERE g.status = 'received') AS uncounted
    FROM offline_gift g WHERE g.campaign_id = c.id) g ON true
LEFT JOIN LATERAL (
    SELECT g.counted + COALESCE(sum(p.amount_pence) FILTER (WHERE {COUNTED}), 0) AS crowd,
           sum(p.amount_pence) FILTER (WHERE p.status = 'pending') AS pending,
           sum(p.amount_pence) FILTER (WHERE c.decided_at IS NULL AND p.status = 'active'
               AND p.must_agree_id IS NOT NULL AND p.agreed_at IS NULL) AS waiting
    FROM pledge p WHERE p.campaign_id = c.id) p ON true
LEFT JOIN LATERAL (
    SELECT s.alone + CASE WHEN COALESCE(p.crowd, 0) + s.alone + s.top_ups >= c.target_pence THEN s.top_ups ELSE 0 END
               AS accepted,
           s.promised, s.offered
    FROM (SELECT COALESCE(sum(m.amount_pence) FILTER (WHERE {_ACCEPTED} AND m.accrual <> '{Accrual.TOP_UP}'
                     AND (m.accrual <> '{Accrual.BRIDGING}' OR {_BRIDGED})), 0) AS alone,
                 COALESCE(sum(m.amount_pence) FILTER (WHERE {_ACCEPTED} AND m.accrual = '{Accrual.TOP_UP}'), 0) AS top_ups,
                 sum(m.amount_pence) FILTER (WHERE {_ACCEPTED}) AS promised,
                 sum(m.amount_pence) FILTER (WHERE m.status = 'earmarked') AS offered
          FROM match_pledge m WHERE m.campaign_id = c.id) s) m ON true
"""
RAISED = "COALESCE(c.raised_pence, COALESCE(p.crowd, 0) + COALESCE(m.accepted, 0))"
_SQL = f"""
SELECT c.id, {RAISED} AS raised,
       COALESCE(p.crowd, 0) AS crowd, COALESCE(p.pending, 0) AS pending,
       COALESCE(p.waiting, 0) AS waiting, COALESCE(m.accepted, 0) AS accepted,
       CASE WHEN c.decided_at IS NULL THEN m.promised ELSE m.accepted END AS promised,
       COALESCE(m.offered, 0) AS offered, g.counted AS gifts, COALESCE(g.uncounted, 0) AS uncounted
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
            match_later_pence=int((row["promised"] or 0) - row["accepted"]),
            gifts_pence=int(row["gifts"]),
            uncounted_pence=int(row["uncounted"]),
        )
        for row in rows
    }


async def totals(campaign_id: int) -> Totals:
    """The totals of one campaign. Raises NotFound."""
    found = await totals_of([campaign_id])
    if campaign_id not in found:
        raise NotFound
    return found[campaign_id]


def bar_of(target_pence: int, sums: Totals) -> dict[str, Any]:
    """The bar of a campaign, as components/bar.html draws it."""
    return money_bar(
        target_pence,
        sums.crowd_pence,
        sums.match_accepted_pence,
        sums.match_offered_pence,
        sums.match_later_pence,
        gifts=sums.gifts_pence,
    )


async def accepted_of(campaign_id: int) -> list[Accepted]:
    """The match of a campaign that its group accepted and that was not let go since, as it stands now."""
    rows = await fetch(
        "SELECT amount_pence, accrual, terms->>'start_bp' AS start_bp FROM match_pledge WHERE campaign_id = $1"
        " AND status NOT IN ('earmarked', 'released') ORDER BY id",
        campaign_id,
    )
    return [Accepted.of(row["amount_pence"], row["accrual"], row["start_bp"]) for row in rows]


async def raised_with(campaign_id: int, target_pence: int, crowd_pence: int) -> int:
    """What a campaign would have raised if the crowd had pledged just this much."""
    return raised(target_pence, crowd_pence, await accepted_of(campaign_id))
