"""Invariants of decisions about money that was taken back by hand, over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from payments.taken_back.states import DECISION

_RECORDED: Final = {
    "created": "taken back decision proposed",
    "agreed": "taken back decision agreed",
    "refused": "taken back decision refused",
    "withdrawn": "taken back decision withdrawn",
}

RULES: Final = (
    newest_event_rule("taken_back_decision"),
    moves_rule("taken_back_decision", DECISION),
    recorded_rule("taken_back_decision", _RECORDED),
    Rule(
        "taken back by hand, sent again by two people",
        "a payment of which something was taken back by hand is sent on again only after two people have agreed",
        "SELECT 'transfer ' || t.id AS offender FROM transfer t JOIN transfer x ON x.attempt_id = t.attempt_id AND x.id < t.id"
        " JOIN transfer_reversal v ON v.transfer_id = x.id AND v.reason = 'by hand' AND v.status = 'succeeded'"
        " AND v.decided_at < t.intended_at WHERE NOT EXISTS (SELECT 1 FROM taken_back_decision s WHERE s.reversal_id = v.id"
        " AND s.status = 'agreed' AND s.sends AND s.decided_by_id <> s.proposed_by_id AND s.decided_at <= t.intended_at)"
        " ORDER BY 1",
    ),
)
