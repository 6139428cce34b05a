"""Invariants of card payments, over the live database."""

from typing import Final

from crowdfund_kent.checks import Rule, newest_event_rule
from pledges.states import FINAL

_FINAL: Final = ", ".join(f"'{status}'" for status in sorted(FINAL))
# business time in SQL: real time and the offset, which production does not have
_NOW: Final = "now() + coalesce((SELECT offset_seconds FROM clock_offset), 0) * interval '1 second'"

RULES: Final = (
    newest_event_rule("charge_attempt"),
    newest_event_rule("refund"),
    Rule(
        "collected pledges were charged once",
        "a collected pledge has exactly one payment that succeeded and did not go back, of its own amount",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p WHERE p.status = 'collected'"
        " AND p.import_batch_id IS NULL AND 1 <> (SELECT count(*) FROM charge_attempt a WHERE a.pledge_id = p.id"
        " AND a.status = 'succeeded' AND a.amount_pence = p.amount_pence AND NOT EXISTS (SELECT 1 FROM refund r"
        " WHERE r.attempt_id = a.id AND r.reason = 'charged twice')) ORDER BY p.id",
    ),
    Rule(
        "charged pledges are collected",
        "a payment that succeeded belongs to a pledge that was collected, or goes back",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        " WHERE a.status = 'succeeded' AND (a.payment_intent IS NULL OR a.charge IS NULL"
        " OR p.status NOT IN ('collected', 'refunded', 'disputed', 'charged back')) ORDER BY a.id",
    ),
    Rule(
        "nobody is charged twice",
        "two payments of one pledge never both succeed and stay",
        "SELECT 'pledge ' || p.reference AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        " WHERE a.status = 'succeeded' AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.attempt_id = a.id"
        " AND r.status <> 'failed') GROUP BY p.id HAVING count(*) > 1 ORDER BY p.id",
    ),
    Rule(
        "nobody is charged without a verdict",
        "an attempt belongs to a campaign that met its target, and no earlier than it announced",
        "SELECT 'charge_attempt ' || a.id AS offender FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id"
        " JOIN campaign c ON c.id = p.campaign_id WHERE c.raised_pence IS NULL OR c.raised_pence < c.target_pence"
        " OR c.collecting_from IS NULL OR a.intended_at < c.collecting_from ORDER BY a.id",
    ),
    Rule(
        "card money in the books",
        "what is held for a campaign's group is what was collected less what went back",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c"
        " LEFT JOIN LATERAL (SELECT coalesce(-sum(l.amount_pence), 0) AS pence FROM ledger_line l"
        "  JOIN ledger_movement m ON m.id = l.movement_id"
        "  WHERE l.account = 'held for group:campaign:' || c.id"
        "  AND m.kind IN ('collected', 'refunded', 'refund failed')) booked ON true"
        " LEFT JOIN LATERAL (SELECT coalesce(sum(a.amount_pence), 0) AS pence FROM charge_attempt a"
        "  JOIN pledge p ON p.id = a.pledge_id WHERE p.campaign_id = c.id AND a.status = 'succeeded') taken ON true"
        " LEFT JOIN LATERAL (SELECT coalesce(sum(r.amount_pence), 0) AS pence FROM refund r"
        "  JOIN pledge p ON p.id = r.pledge_id WHERE p.campaign_id = c.id AND r.status = 'succeeded') back ON true"
        " WHERE booked.pence <> taken.pence - back.pence ORDER BY c.id",
    ),
    Rule(
        "refunds on pledges",
        "what a pledge says went back is the sum of its refunds that succeeded",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p WHERE p.import_batch_id IS NULL"
        " AND p.refunded_pence <> (SELECT coalesce(sum(r.amount_pence), 0) FROM refund r WHERE r.pledge_id = p.id"
        " AND r.status = 'succeeded' AND r.reason <> 'charged twice') ORDER BY p.id",
    ),
    Rule(
        "settled or collapsed by the threshold",
        "the amount on the last event meets the campaign's pay-out threshold exactly when it is settled",
        "SELECT 'campaign ' || c.id AS offender FROM campaign c JOIN LATERAL (SELECT e.cause, e.amount_pence FROM"
        " campaign_event e WHERE e.subject_id = c.id AND e.cause IN ('threshold met', 'threshold missed')"
        " ORDER BY e.id DESC LIMIT 1) e ON true WHERE c.import_batch_id IS NULL"
        " AND (e.cause = 'threshold met') <> (e.amount_pence * 10000 >= c.target_pence * c.threshold_bp) ORDER BY c.id",
    ),
    Rule(
        "a settled campaign waits for nobody",
        "no pledge of a settled or collapsed campaign is still to be collected",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p JOIN campaign c ON c.id = p.campaign_id"
        f" WHERE c.status IN ('settled', 'collapsed') AND p.status NOT IN ({_FINAL}) ORDER BY p.id",
    ),
    Rule(
        "saved cards are let go",
        "no card stays saved for a day after its pledge is final",
        "SELECT 'saved_card ' || s.id AS offender FROM saved_card s JOIN pledge p ON p.id = s.pledge_id"
        " JOIN LATERAL (SELECT max(e.effective_at) AS at FROM pledge_event e WHERE e.subject_id = p.id) f ON true"
        f" WHERE s.payment_method IS NOT NULL AND s.detached_at IS NULL AND p.status IN ({_FINAL})"
        f" AND f.at < {_NOW} - interval '1 day' ORDER BY s.id",
    ),
    Rule(
        "every pledge to collect is in somebody's hands",
        "while it is collected a pledge has a row that says when it is due next",
        "SELECT 'pledge ' || p.reference AS offender FROM pledge p LEFT JOIN collection c ON c.pledge_id = p.id"
        " WHERE p.status IN ('collecting', 'action required', 'failed')"
        " AND (c.id IS NULL OR c.done_at IS NOT NULL OR c.next_at IS NULL) ORDER BY p.id",
    ),
)
