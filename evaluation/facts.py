"""The records as they stood at a moment, as tables of one transaction: ev_campaign, ev_match, ev_pledge.

Every indicator reads these, so that each means the same by "funded", "pledged" and "stood". Only events are read, never a
status of today. Times in UTC, amounts in pence.

ev_campaign: one row a campaign that was begun. Places and kinds are those of the version in force, else of the draft.
ev_match: one row a match pledge that was offered. It counts from acceptance unless it was let go by then (ruling 11).
`paid_pence`: less what the bank sent back. `short`: closed short by then, so that its draws' `short_pence` was let go.
ev_pledge: one row a pledge, or a gift of cash or by cheque. `counted`: it stood at that moment or, once the target was
decided, at the verdict (ruling 2). `changed`: it had another amount once.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from tortoise.backends.base.client import BaseDBAsyncClient

from crowdfund_kent.database import one_moment
from evaluation.scope import Scope
from pledges.backers import JOINED, KEYS_OF_GIFT

TABLES: Final = ("ev_pledge", "ev_match", "ev_campaign")
_CAMPAIGNS: Final = """
CREATE TEMP TABLE ev_campaign AS
WITH history AS (
    SELECT subject_id,
        min(effective_at) AS begun_at,
        min(effective_at) FILTER (WHERE new = 'submitted') AS submitted_at,
        min(effective_at) FILTER (WHERE old = 'submitted') AS answered_at,
        min(effective_at) FILTER (WHERE new = 'approved') AS approved_at,
        min(effective_at) FILTER (WHERE old = 'approved' AND new = 'live') AS opened_at,
        min(effective_at) FILTER (WHERE new IN ('successful', 'unsuccessful')) AS verdict_at,
        min(effective_at) FILTER (WHERE new = 'closing') AS closed_at,
        min(effective_at) FILTER (WHERE new = 'settled') AS settled_at,
        coalesce(bool_or(new = 'successful'), false) AS met,
        coalesce(bool_or(new = 'unsuccessful'), false) AS missed,
        coalesce(bool_or(new = 'collapsed'), false) AS collapsed,
        coalesce(bool_or(cause LIKE '% on paper'), false) AS on_paper,
        (array_agg(new ORDER BY effective_at DESC, id DESC))[1] AS status
    FROM campaign_event WHERE effective_at < $1 AND recorded_at < $2 GROUP BY subject_id)
SELECT c.id, c.project_id, p.group_id, c.generated, c.import_batch_id IS NOT NULL AS imported, p.forgotten_at,
    h.begun_at, h.submitted_at, h.answered_at, h.approved_at, h.opened_at, h.closed_at, h.verdict_at, h.settled_at,
    h.met, h.missed, h.collapsed, h.on_paper, h.status, v.id AS version_id,
    coalesce(v.content ->> 'district_code', p.district_code) AS district,
    coalesce(v.content ->> 'objective', o.name, '') AS objective,
    coalesce(v.content -> 'group' ->> 'legal_form', g.legal_form) AS legal_form,
    v.project_value_pence AS value_pence, v.target_pence, v.in_kind_pence, v.other_funding_pence, v.revenue_pence,
    v.cost_pence, c.match_wanted_pence
FROM history h JOIN campaign c ON c.id = h.subject_id JOIN project p ON p.id = c.project_id
JOIN community_group g ON g.id = p.group_id LEFT JOIN objective o ON o.id = p.objective_id
LEFT JOIN project_version v ON v.id = coalesce((
    SELECT x.old_version_id FROM campaign_change x JOIN campaign_change_event e ON e.subject_id = x.id
    WHERE x.campaign_id = c.id AND x.kind = 'another plan' AND e.new = 'agreed'
      AND (e.effective_at >= $1 OR e.recorded_at >= $2)
    ORDER BY e.effective_at, x.id LIMIT 1), c.version_id)
WHERE c.generated = ANY($3::boolean[])
"""
_MATCHES: Final = """
CREATE TEMP TABLE ev_match AS
WITH history AS (
    SELECT subject_id,
        min(effective_at) FILTER (WHERE old = '') AS offered_at,
        min(effective_at) FILTER (WHERE new = 'pledged') AS accepted_at,
        min(effective_at) FILTER (WHERE new = 'confirmed') AS confirmed_at,
        min(effective_at) FILTER (WHERE cause IN ('paid', 'paid in part')) AS first_paid_at,
        coalesce(bool_or(new = 'released'), false) AS released,
        coalesce(bool_or(cause = 'closed short'), false) AS short,
        coalesce(sum(amount_pence) FILTER (WHERE cause = 'closed short'), 0)::bigint AS short_pence,
        coalesce(sum(amount_pence) FILTER (WHERE cause IN ('paid', 'paid in part')), 0)::bigint
            - coalesce(sum(amount_pence) FILTER (WHERE cause IN ('payment returned', 'payment returned in part')), 0)::bigint
            AS paid_pence,
        coalesce(sum(amount_pence) FILTER (WHERE cause IN ('recovered', 'recovered in part')), 0)::bigint AS recovered_pence
    FROM match_pledge_event WHERE effective_at < $1 AND recorded_at < $2 GROUP BY subject_id)
SELECT m.id, m.campaign_id, m.project_id, m.fund_id, f.funder_id, f.name AS fund, u.name AS funder, m.amount_pence,
    m.generated, h.offered_at, h.accepted_at, h.confirmed_at, h.first_paid_at, h.released, h.paid_pence, h.recovered_pence,
    h.short, h.short_pence,
    h.accepted_at IS NOT NULL AND NOT h.released AS counts
FROM history h JOIN match_pledge m ON m.id = h.subject_id JOIN match_fund f ON f.id = m.fund_id
JOIN funder u ON u.id = f.funder_id
WHERE m.generated = ANY($3::boolean[])
"""
# What happens to a pledge after the verdict (released, charged, refunded) is no longer about what was pledged, so only
# saving a card, another amount and ending it by the backer are read up to the verdict.
_PLEDGES: Final = (
    """
CREATE TEMP TABLE ev_pledge AS
WITH limits AS (
    SELECT id, district, least(verdict_at, $1) AS before, verdict_at IS NOT NULL AS decided FROM ev_campaign),
history AS (
    SELECT e.subject_id,
        (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC) FILTER (WHERE e.effective_at <= l.before AND (NOT l.decided
            OR e.cause NOT IN ('campaign unsuccessful', 'campaign cancelled', 'collection began'))))[1] AS stood,
        (array_agg(e.amount_pence ORDER BY e.effective_at DESC, e.id DESC) FILTER (WHERE e.effective_at <= l.before
            AND e.amount_pence IS NOT NULL))[1] AS amount_pence,
        (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC))[1] AS status,
        min(e.effective_at) FILTER (WHERE e.new = 'active') AS active_at,
        coalesce(bool_or(e.cause = 'charged' OR e.cause = 'late success'), false) AS charged,
        coalesce(bool_or(e.cause IN ('declined', 'authentication needed')), false) AS failed_once,
        coalesce(min(e.amount_pence) <> max(e.amount_pence), false) AS changed
    FROM pledge_event e JOIN pledge p ON p.id = e.subject_id JOIN limits l ON l.id = p.campaign_id
    WHERE e.effective_at < $1 AND e.recorded_at < $2 GROUP BY e.subject_id),
-- parts that went back stand on the events of refunds, and of disputes that were lost
back AS (
    SELECT x.pledge_id, sum(x.pence)::bigint AS pence FROM (
        SELECT r.pledge_id, r.amount_pence - r.cover_pence AS pence, (SELECT e.new FROM refund_event e
            WHERE e.subject_id = r.id AND e.effective_at < $1 AND e.recorded_at < $2 ORDER BY e.id DESC LIMIT 1) AS stood
        FROM refund r WHERE r.reason <> 'charged twice'
        UNION ALL
        SELECT a.pledge_id, d.withdrawn_pence - d.cover_pence, (SELECT e.new FROM dispute_event e
            WHERE e.subject_id = d.id AND e.effective_at < $1 AND e.recorded_at < $2 ORDER BY e.id DESC LIMIT 1)
        FROM dispute d JOIN charge_attempt a ON a.id = d.attempt_id WHERE NOT EXISTS
            (SELECT 1 FROM refund r WHERE r.attempt_id = a.id AND r.reason = 'charged twice')) x
    WHERE x.stood IN ('succeeded', 'repaid', 'lost') GROUP BY x.pledge_id)
SELECT p.id, p.campaign_id, l.district, p.email_key, p.card_key, h.amount_pence, h.stood = 'active' AS counted, h.status,
    h.active_at, h.charged, h.failed_once, least(h.amount_pence, coalesce(b.pence, 0)) AS given_back_pence, p.backer_kind,
    p.runs_campaign AND NOT EXISTS (SELECT 1 FROM pledge_event j WHERE j.subject_id = p.id AND j.cause = $3
        AND (j.effective_at >= l.before OR j.recorded_at >= $2)) AS runs_campaign,
    coalesce(p.district_code = l.district, p.lives_near) AS lives_near, false AS nameless, h.changed
FROM history h JOIN pledge p ON p.id = h.subject_id JOIN limits l ON l.id = p.campaign_id
LEFT JOIN back b ON b.pledge_id = p.id
WHERE h.amount_pence IS NOT NULL
UNION ALL
SELECT -g.id, g.campaign_id, l.district, k.email_key, k.card_key, g.amount_pence, s.stood IN ('counted', 'banked'),
    CASE WHEN s.status IN ('counted', 'banked') THEN 'collected' ELSE s.status END, s.counted_at, false, false, 0,
    g.giver_kind,
    g.runs_campaign AND NOT EXISTS (SELECT 1 FROM offline_gift_event j WHERE j.subject_id = g.id AND j.cause = $3
        AND (j.effective_at >= l.before OR j.recorded_at >= $2)),
    NULL, g.name_key IS NULL, false
FROM offline_gift g JOIN limits l ON l.id = g.campaign_id CROSS JOIN LATERAL (SELECT """
    + KEYS_OF_GIFT
    + """) k
JOIN LATERAL (
    SELECT (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC) FILTER (WHERE e.effective_at <= l.before))[1] AS stood,
        (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC))[1] AS status,
        min(e.effective_at) FILTER (WHERE e.new = 'counted') AS counted_at
    FROM offline_gift_event e WHERE e.subject_id = g.id AND e.effective_at < $1 AND e.recorded_at < $2) s
    ON s.status IS NOT NULL
"""
)


@asynccontextmanager
async def facts(scope: Scope) -> AsyncIterator[BaseDBAsyncClient]:
    """The tables of `scope`, for the length of the block. What is committed meanwhile by others is not in them."""
    async with one_moment() as connection:
        await drop(connection)
        # planned by what they hold: a past of millions is joined otherwise than a demo's
        await connection.execute_query("SET LOCAL work_mem = '64MB'")
        dates: list[Any] = [scope.moment, scope.recorded]
        await connection.execute_query(_CAMPAIGNS, [*dates, scope.marks])
        await connection.execute_query("ANALYZE ev_campaign")
        await connection.execute_query(_MATCHES, [*dates, scope.marks])
        await connection.execute_query("CREATE INDEX ON ev_match (campaign_id)")
        await connection.execute_query("ANALYZE ev_match")
        await connection.execute_query(_PLEDGES, [*dates, JOINED])
        await connection.execute_query("ANALYZE ev_pledge")
        yield connection
        await drop(connection)  # what fails is rolled back, and they with it


async def drop(connection: BaseDBAsyncClient) -> None:
    """Let go of them: a connection comes back to the pool as it was."""
    await connection.execute_query("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{table}" for table in TABLES))
