"""Invariants of what was paid back another way, over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from payments.accounts import REPAID
from payments.repayments.states import REPAYMENT

_RECORDED: Final = {
    "recorded": "repayment recorded",
    "confirmed": "repayment confirmed",
    "refused": "repayment refused",
    "withdrawn": "repayment withdrawn",
}
# the lines of a confirmed repayment `b` of refund `r` and pledge `p` that are as they should be
_RIGHT: Final = (
    f"(l.account = '{REPAID}' AND l.amount_pence = -r.amount_pence)"
    " OR (l.account = 'held for group:campaign:' || p.campaign_id AND l.amount_pence = r.amount_pence - r.cover_pence)"
    " OR (l.account = 'card cost cover:campaign:' || p.campaign_id AND l.amount_pence = r.cover_pence)"
)

RULES: Final = (
    newest_event_rule("repayment"),
    moves_rule("repayment", REPAYMENT),
    recorded_rule("repayment", _RECORDED),
    Rule(
        "paid another way by two people",
        "a refund is paid another way exactly when another person confirmed all of it, and it is booked once",
        "SELECT 'refund ' || r.id AS offender FROM refund r JOIN pledge p ON p.id = r.pledge_id"
        " LEFT JOIN repayment b ON b.refund_id = r.id AND b.status = 'confirmed'"
        " WHERE (r.status = 'repaid') <> (b.id IS NOT NULL)"
        " OR b.id IS NOT NULL AND (b.amount_pence <> r.amount_pence OR b.decided_by_id IS NULL"
        "  OR b.decided_by_id = b.recorded_by_id"
        f"  OR (SELECT count(*) FILTER (WHERE {_RIGHT}) * 10 + count(*) FROM ledger_movement m"
        "   JOIN ledger_line l ON l.movement_id = m.id WHERE m.kind = 'paid back another way'"
        "   AND m.source = 'repayment:' || b.id)"
        "  <> CASE WHEN r.cover_pence IN (0, r.amount_pence) THEN 22 ELSE 33 END)"
        " UNION SELECT 'ledger_movement ' || m.id FROM ledger_movement m WHERE m.kind = 'paid back another way'"
        " AND NOT EXISTS (SELECT 1 FROM repayment b WHERE b.status = 'confirmed' AND m.source = 'repayment:' || b.id)"
        " ORDER BY 1",
    ),
    Rule(
        "a named line is the repayment",
        "a line of a bank statement that was named for a repayment is of its amount, of a confirmed one, and not earlier",
        "SELECT 'bank_line ' || l.id AS offender FROM bank_line l JOIN repayment b ON b.id = l.repayment_id"
        " JOIN refund r ON r.id = b.refund_id WHERE b.status <> 'confirmed' OR l.amount_pence <> -b.amount_pence"
        " OR l.booked_on < (r.decided_at AT TIME ZONE 'Europe/London')::date OR l.decided_by_id IS NULL"
        " OR l.decided_by_id = b.recorded_by_id ORDER BY 1",
    ),
)
