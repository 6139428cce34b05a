"""Invariants of the council's own money at the provider, over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from payments.own_money.states import OWN_MOVE

_RECORDED: Final = {
    "recorded": "own money recorded",
    "confirmed": "own money confirmed",
    "refused": "own money refused",
    "withdrawn": "own money withdrawn",
}
_KINDS: Final = "('drawn by the council', 'added by the council')"
_BOOKED: Final = (
    "SELECT coalesce(sum(abs(l.amount_pence)), 0) FROM ledger_movement v JOIN ledger_line l ON l.movement_id = v.id"
    f" AND l.account = 'provider balance' WHERE v.kind IN {_KINDS} AND v.source"
)

RULES: Final = (
    newest_event_rule("own_move"),
    moves_rule("own_move", OWN_MOVE),
    recorded_rule("own_move", _RECORDED),
    Rule(
        "the council’s own money moved by two people",
        "what was drawn is what the council had paid to backers, another person confirmed it, and it is booked once",
        "SELECT 'own_move ' || m.id AS offender FROM own_move m LEFT JOIN LATERAL (SELECT sum(b.amount_pence) AS pence,"
        " bool_and(b.status = 'confirmed') AS paid FROM repayment b WHERE b.own_move_id = m.id) r ON true"
        " WHERE coalesce(r.pence, 0) <> CASE WHEN m.way = 'drawn' AND m.status IN ('recorded', 'confirmed')"
        "  THEN m.amount_pence ELSE 0 END OR NOT coalesce(r.paid, true)"
        " OR (m.status = 'confirmed' AND (m.decided_by_id IS NULL OR m.decided_by_id = m.recorded_by_id))"
        f" OR ({_BOOKED} = 'own_move:' || m.id) + ({_BOOKED} IN (SELECT 'repayment:' || b.id FROM repayment b"
        "  WHERE b.own_move_id = m.id)) <> CASE WHEN m.status = 'confirmed' THEN m.amount_pence ELSE 0 END"
        f" UNION SELECT 'ledger_movement ' || v.id FROM ledger_movement v WHERE v.kind IN {_KINDS} AND NOT EXISTS"
        " (SELECT 1 FROM own_move m LEFT JOIN repayment b ON b.own_move_id = m.id WHERE m.status = 'confirmed'"
        " AND v.source IN ('own_move:' || m.id, 'repayment:' || b.id)) ORDER BY 1",
    ),
)
