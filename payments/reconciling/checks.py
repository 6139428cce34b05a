"""Invariants of reconciling: every night is done, every difference has a reader and an end."""

from typing import Final

from crowdfund_kent.invariants import NOW, Rule, moves_rule, newest_event_rule, recorded_rule
from payments.reconciling.states import DIFFERENCE

_ACTS: Final = {"created": "difference found", "explained": "difference explained", "agreed": "difference agreed"}

RULES: Final = (
    newest_event_rule("difference"),
    moves_rule("difference", DIFFERENCE),
    recorded_rule("difference", _ACTS),
    Rule(
        "every run is compared with the provider",
        "a campaign that was settled or collapsed has its day and fourteen nights of reconciliation",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c WHERE c.status IN ('settled', 'collapsed')"
        f" AND c.import_batch_id IS NULL AND c.settled_at < {NOW} - interval '1 day'"
        " AND (SELECT count(*) FROM reconciliation r WHERE r.campaign_id = c.id) < 15 ORDER BY c.id",
    ),
    Rule(
        "nights of reconciliation are done",
        "a campaign is compared with the provider's records within a day of the night that was due",
        "SELECT 'reconciliation ' || id AS offender FROM reconciliation WHERE done_at IS NULL"
        f" AND next_at < {NOW} - interval '1 day' ORDER BY id",
    ),
    Rule(
        "nobody closes a difference about their own decision",
        "whoever closed a difference decided no refund, hold or end of its campaign, and is not in its group",
        "SELECT 'difference ' || d.id AS offender FROM difference d JOIN campaign c ON c.id = d.campaign_id"
        " JOIN project j ON j.id = c.project_id WHERE d.status = 'explained' AND (EXISTS"
        " (SELECT 1 FROM refund_proposal b JOIN pledge p ON p.id = b.pledge_id WHERE p.campaign_id = c.id"
        "  AND b.proposed_at <= d.closed_at AND d.closed_by_id IN (b.proposed_by_id, b.decided_by_id)) OR EXISTS"
        " (SELECT 1 FROM collapse_proposal x WHERE x.campaign_id = c.id AND x.proposed_at <= d.closed_at"
        "  AND d.closed_by_id IN (x.proposed_by_id, x.decided_by_id)) OR EXISTS"
        " (SELECT 1 FROM payment_hold h JOIN payout o ON h.subject = 'payout:' || o.id WHERE o.campaign_id = c.id"
        "  AND h.placed_at <= d.closed_at AND d.closed_by_id IN (h.placed_by_id, h.confirmed_by_id)) OR EXISTS"
        " (SELECT 1 FROM group_member m WHERE m.group_id = j.group_id AND m.person_id = d.closed_by_id"
        "  AND m.created_at <= d.closed_at)) ORDER BY d.id",
    ),
)
