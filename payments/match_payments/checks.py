"""What must hold of the council's payments, bank statements and recoveries, over the live database."""

from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.invariants import NOW, Rule, moves_rule, newest_event_rule, recorded_rule
from payments.bank_details.rules import paid_from
from payments.bank_statements.states import LINE, TYPED
from payments.bank_statements.states import START as UNMATCHED
from payments.match_payments.accounts import COUNCIL_BANK, OWED_BACK
from payments.match_payments.states import PAYMENT, SCHEDULE, STOPS
from payments.recoveries.states import RECOVERY, SHORTENING

_SCHEDULES: Final = {
    cause: f"schedule {cause}" for cause in ("prepared", "approved", "exported", "refused", "withdrawn")
}
_PAYMENTS: Final = {
    **{cause: f"payment {cause}" for cause in ("prepared", "approved", "exported", "paid", "returned")},
    **dict.fromkeys((*STOPS, "never paid"), "payment cancelled"),
    "said never paid": "payment said never paid",
}
_LINES: Final = {
    "matched": "line matched",
    "match agreed": "line matched",
    "match asked": "line match asked",
    "match refused": "line match refused",
    "not ours": "line not ours",
    "looked at again": "line looked at again",
}
_TYPED: Final = {cause: f"typed statement {cause}" for cause in ("entered", "agreed", "refused", "withdrawn")}
# line -> a payment that it pays or that came back in it, alone or with others
_PAYMENTS_OF_LINES: Final = (
    "(SELECT l.id AS line_id, l.payment_id, l.means, l.amount_pence FROM bank_line l WHERE l.status = 'matched'"
    " AND l.payment_id IS NOT NULL UNION ALL SELECT l.id, x.payment_id, l.means, NULL FROM bank_line l"
    " JOIN bank_line_payment x ON x.line_id = l.id WHERE l.status = 'matched')"
)
# what each source paid of a match and did not see again: parts of payments, and what of returned ones was recovered before
_STAND_PAID: Final = (
    "(SELECT p.match_pledge_id, t.source_id, t.amount_pence FROM match_payment p JOIN match_payment_part t"
    " ON t.payment_id = p.id WHERE p.status = 'paid' UNION ALL SELECT p.match_pledge_id, k.source_id, k.amount_pence"
    " FROM match_payment p JOIN match_payment_kept k ON k.payment_id = p.id)"
)
_RECOVERIES: Final = {
    "asked": "recovery asked",
    "came": "recovery came",
    "came in part": "recovery came",
    "given up": "recovery given up",
}
_SHORTENINGS: Final = {cause: f"shortening {cause}" for cause in ("proposed", "agreed", "refused", "withdrawn")}
_WENT_OUT: Final = "('exported', 'paid', 'returned')"


async def _too_early() -> list[str]:
    """Payments that went out before their account had been approved for five working days, or after it had ended."""
    rows = await fetch(
        "SELECT p.id, s.exported_at, b.approved_at, b.ended_at FROM match_payment p JOIN payment_schedule s"
        f" ON s.id = p.schedule_id JOIN bank_details b ON b.id = p.bank_details_id WHERE p.status IN {_WENT_OUT} ORDER BY p.id"
    )
    return [
        f"match_payment {row['id']}"
        for row in rows
        if row["exported_at"] is None
        or row["approved_at"] is None
        or row["exported_at"] < paid_from(row["approved_at"])
        or (row["ended_at"] is not None and row["ended_at"] < row["exported_at"])
    ]


RULES: Final = (
    newest_event_rule("payment_schedule"),
    moves_rule("payment_schedule", SCHEDULE),
    recorded_rule("payment_schedule", _SCHEDULES),
    newest_event_rule("match_payment"),
    moves_rule("match_payment", PAYMENT),
    recorded_rule("match_payment", _PAYMENTS),
    newest_event_rule("bank_line"),
    moves_rule("bank_line", LINE, UNMATCHED),
    recorded_rule("bank_line", _LINES),
    newest_event_rule("typed_statement"),
    moves_rule("typed_statement", TYPED),
    recorded_rule("typed_statement", _TYPED),
    newest_event_rule("match_recovery"),
    moves_rule("match_recovery", RECOVERY),
    recorded_rule("match_recovery", _RECOVERIES),
    newest_event_rule("match_shortening"),
    moves_rule("match_shortening", SHORTENING),
    recorded_rule("match_shortening", _SHORTENINGS),
    Rule(
        "payments are approved by a second person",
        "whoever prepared a schedule did not approve it, neither was in a group that it pays, and what went out was approved",
        "SELECT DISTINCT 'payment_schedule ' || s.id AS offender FROM payment_schedule s JOIN match_payment p"
        " ON p.schedule_id = s.id WHERE s.approved_by_id = s.prepared_by_id"
        f" OR (p.status IN {_WENT_OUT} AND (s.approved_by_id IS NULL OR s.status <> 'exported'))"
        " OR EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = p.group_id"
        "  AND m.person_id IN (s.prepared_by_id, s.approved_by_id) AND m.created_at <= s.prepared_at) ORDER BY 1",
    ),
    Rule(
        "payments never made are said so by two people",
        "an exported payment that was cancelled was said never to have been made by one person, and another agreed",
        "SELECT 'match_payment ' || p.id AS offender FROM match_payment p JOIN match_payment_event e ON e.subject_id = p.id"
        " AND e.cause = 'never paid' WHERE p.cancel_asked_by_id IS NULL OR p.cancelled_by_id IS NULL"
        " OR p.cancelled_by_id = p.cancel_asked_by_id ORDER BY p.id",
    ),
    Rule(
        "a payment is its parts",
        "what the sources bear of a payment, and the group's own money in it, is its amount; they are sources of its match",
        "SELECT 'match_payment ' || p.id AS offender FROM match_payment p LEFT JOIN match_payment_part t ON t.payment_id = p.id"
        " LEFT JOIN match_payment_own o ON o.payment_id = p.id"
        " LEFT JOIN match_draw d ON d.match_pledge_id = p.match_pledge_id AND d.source_id = t.source_id GROUP BY p.id, o.id"
        " HAVING coalesce(sum(t.amount_pence), 0) + coalesce(o.amount_pence, 0) <> p.amount_pence"
        " OR (p.part = 'own') <> (count(t.id) = 0)"
        " OR bool_or(t.id IS NOT NULL AND (d.id IS NULL OR t.amount_pence > d.amount_pence)) ORDER BY p.id",
    ),
    Rule(
        "a bank line says that it is paid",
        "a payment is paid exactly when one line says so, of its amount or with others, and returned when another does",
        "SELECT 'match_payment ' || p.id AS offender FROM match_payment p LEFT JOIN LATERAL (SELECT"
        " count(*) FILTER (WHERE l.means IN ('payment', 'several') AND coalesce(l.amount_pence, -p.amount_pence)"
        "  = -p.amount_pence) AS out,"
        " count(*) FILTER (WHERE l.means IN ('return', 'several back') AND coalesce(l.amount_pence, p.amount_pence)"
        "  = p.amount_pence) AS back, count(*) AS n"
        f" FROM {_PAYMENTS_OF_LINES} l WHERE l.payment_id = p.id) l ON true"
        " WHERE l.n <> l.out + l.back OR l.out <> CASE WHEN p.status IN ('paid', 'returned') THEN 1 ELSE 0 END"
        " OR l.back <> CASE WHEN p.status = 'returned' THEN 1 ELSE 0 END ORDER BY p.id",
    ),
    Rule(
        "a line of several is its payments",
        "a line that pays several payments is of their sum, and only such a line has several",
        "SELECT 'bank_line ' || l.id AS offender FROM bank_line l LEFT JOIN LATERAL (SELECT count(*) AS n,"
        " coalesce(sum(p.amount_pence), 0) AS pence FROM bank_line_payment x JOIN match_payment p ON p.id = x.payment_id"
        " WHERE x.line_id = l.id) x ON true WHERE (x.n > 1) <> (coalesce(l.means, '') IN ('several', 'several back'))"
        " OR (x.n > 0 AND x.pence <> abs(l.amount_pence)) ORDER BY l.id",
    ),
    Rule(
        "a third person says that it is paid",
        "somebody who neither prepared nor approved a payment imported, agreed to or matched the line that moved it",
        "SELECT DISTINCT 'bank_line ' || l.line_id AS offender"
        f" FROM {_PAYMENTS_OF_LINES} l JOIN bank_line b ON b.id = l.line_id JOIN bank_statement s ON s.id = b.statement_id"
        " JOIN match_payment p ON p.id = l.payment_id JOIN payment_schedule c ON c.id = p.schedule_id WHERE NOT EXISTS"
        " (SELECT 1 FROM unnest(ARRAY[s.imported_by_id, s.agreed_by_id, b.asked_by_id, b.decided_by_id]) v(id)"
        "  WHERE v.id IS NOT NULL AND v.id <> c.prepared_by_id AND v.id IS DISTINCT FROM c.approved_by_id) ORDER BY 1",
    ),
    Rule(
        "a third person says that it came back",
        "somebody who neither proposed nor agreed what is asked back imported, agreed to or matched the line that brought it",
        "SELECT 'bank_line ' || b.id AS offender FROM bank_line b JOIN bank_statement s ON s.id = b.statement_id"
        " JOIN match_recovery r ON r.id = b.recovery_id JOIN unspent_share u ON u.id = r.share_id"
        " JOIN delivery_turn t ON t.id = u.turn_id WHERE b.status = 'matched' AND NOT EXISTS"
        " (SELECT 1 FROM unnest(ARRAY[s.imported_by_id, s.agreed_by_id, b.asked_by_id, b.decided_by_id]) v(id)"
        "  WHERE v.id IS NOT NULL AND v.id IS DISTINCT FROM t.proposed_by_id AND v.id IS DISTINCT FROM t.decided_by_id)"
        " ORDER BY b.id",
    ),
    Rule(
        "typed statements are agreed to by a second person",
        "a statement from a CSV was typed by one person, and another agreed to these balances",
        "SELECT 'bank_statement ' || s.id AS offender FROM bank_statement s LEFT JOIN typed_statement t ON t.statement_id = s.id"
        " AND t.status = 'agreed' WHERE s.format = 'csv' AND (t.id IS NULL OR s.agreed_by_id IS NULL"
        " OR s.imported_by_id IS DISTINCT FROM t.entered_by_id OR s.agreed_by_id IS DISTINCT FROM t.decided_by_id"
        " OR s.agreed_by_id = s.imported_by_id"
        " OR (s.opening_pence, s.closing_pence, s.sha256) <> (t.opening_pence, t.closing_pence, t.sha256)) ORDER BY s.id",
    ),
    Rule(
        "a match is paid by its payments",
        "what each source paid of a match is the sum of its payments, and what was recovered of returned ones; imports have none",
        "SELECT DISTINCT 'match_pledge ' || d.match_pledge_id AS offender FROM match_draw d JOIN match_pledge m"
        " ON m.id = d.match_pledge_id LEFT JOIN LATERAL (SELECT coalesce(sum(x.amount_pence), 0) AS pence"
        f" FROM {_STAND_PAID} x WHERE x.match_pledge_id = m.id AND x.source_id = d.source_id) p ON true"
        " WHERE m.import_batch_id IS NULL AND p.pence <> d.paid_pence ORDER BY 1",
    ),
    Rule(
        "groups' own money is owed back to the penny",
        "of a returned payment what had been recovered is its group's, said by two people; the books owe what was not paid out",
        "SELECT 'match_payment ' || k.payment_id AS offender FROM match_payment_kept k JOIN match_payment p"
        " ON p.id = k.payment_id LEFT JOIN match_payment_part t ON t.payment_id = p.id AND t.source_id = k.source_id"
        " WHERE p.status <> 'returned' OR t.id IS NULL OR k.amount_pence > t.amount_pence OR NOT EXISTS (SELECT 1"
        "  FROM bank_line l LEFT JOIN bank_line_payment x ON x.line_id = l.id WHERE l.status = 'matched' AND l.amount_pence > 0"
        "  AND p.id IN (l.payment_id, x.payment_id) AND l.decided_by_id <> l.asked_by_id)"
        " UNION SELECT 'match_pledge ' || m.id FROM match_pledge m JOIN LATERAL (SELECT"
        "  coalesce((SELECT sum(k.amount_pence) FROM match_payment_kept k JOIN match_payment p ON p.id = k.payment_id"
        "   WHERE p.match_pledge_id = m.id), 0) AS kept,"
        "  coalesce((SELECT sum(o.amount_pence) FROM match_payment_own o JOIN match_payment p ON p.id = o.payment_id"
        "   WHERE p.match_pledge_id = m.id AND p.status = 'paid'), 0) AS paid,"
        "  coalesce((SELECT sum(o.amount_pence) FROM match_payment_own o JOIN match_payment p ON p.id = o.payment_id"
        "   WHERE p.match_pledge_id = m.id AND p.status IN ('prepared', 'approved', 'exported')), 0) AS under_way,"
        "  coalesce((SELECT -sum(g.amount_pence) FROM ledger_movement v JOIN ledger_line g ON g.movement_id = v.id"
        f"   AND g.account = '{OWED_BACK}' WHERE v.about = 'match_pledge:' || m.id), 0) AS books) s ON true"
        " WHERE s.kept - s.paid <> s.books OR s.kept < s.paid + s.under_way ORDER BY 1",
    ),
    Rule(
        "nothing is paid early",
        "what went out went to an account that had been approved for five working days and had not ended",
        find=_too_early,
    ),
    Rule(
        "nothing is paid before its checks",
        "what went out was of a match whose group had accepted the terms and whose subsidy check had been cleared before",
        "SELECT 'match_payment ' || p.id AS offender FROM match_payment p JOIN payment_schedule s ON s.id = p.schedule_id"
        " JOIN match_pledge m ON m.id = p.match_pledge_id LEFT JOIN subsidy_check c ON c.match_pledge_id = m.id"
        f" WHERE p.status IN {_WENT_OUT} AND (m.accepted_at IS NULL OR NOT coalesce((SELECT e.new = 'cleared'"
        "  FROM subsidy_check_event e WHERE e.subject_id = c.id AND e.recorded_at <= (SELECT min(x.recorded_at)"
        "  FROM match_payment_event x WHERE x.subject_id = p.id AND x.cause = 'exported') ORDER BY e.id DESC LIMIT 1), false))"
        " ORDER BY p.id",
    ),
    Rule(
        "no match is paid while it is held",
        "nothing of a match went to the finance system while a hold on it was in effect",
        "SELECT 'match_payment ' || p.id AS offender FROM match_payment p JOIN payment_schedule s ON s.id = p.schedule_id"
        " JOIN payment_hold h ON h.subject = 'match_pledge:' || p.match_pledge_id"
        f" WHERE p.status IN {_WENT_OUT} AND s.exported_at > h.placed_at"
        f" AND s.exported_at < coalesce(h.ended_at, {NOW} + interval '1 day') ORDER BY p.id",
    ),
    Rule(
        "council money in the books",
        "what a source paid and recovered by the ledger is what its payments and recoveries brought, to the penny",
        "SELECT 'funding_source ' || s.id AS offender FROM funding_source s"
        " LEFT JOIN LATERAL (SELECT coalesce(sum(amount_pence), 0) AS pence FROM ledger_line"
        "  WHERE account = 'match paid:source:' || s.id) paid ON true"
        " LEFT JOIN LATERAL (SELECT coalesce(-sum(amount_pence), 0) AS pence FROM ledger_line"
        "  WHERE account = 'match recovered:source:' || s.id) back ON true"
        f" LEFT JOIN LATERAL (SELECT coalesce(sum(x.amount_pence), 0) AS pence FROM {_STAND_PAID} x"
        "  WHERE x.source_id = s.id) out ON true"
        " LEFT JOIN LATERAL (SELECT coalesce(sum(d.recovered_pence), 0) AS pence FROM match_draw d JOIN match_pledge m"
        "  ON m.id = d.match_pledge_id WHERE d.source_id = s.id AND m.import_batch_id IS NULL) came ON true"
        " WHERE paid.pence <> out.pence OR back.pence <> came.pence ORDER BY s.id",
    ),
    Rule(
        "council bank is its matched lines",
        "what the ledger moved on the council's bank account is the sum of the matched lines, less those that repaid backers",
        "SELECT 'bank_line ' || l.id AS offender FROM bank_line l LEFT JOIN LATERAL (SELECT sum(g.amount_pence) AS pence"
        " FROM ledger_movement m JOIN ledger_line g ON g.movement_id = m.id AND g.account = '" + COUNCIL_BANK + "'"
        " WHERE (m.kind, m.source) = ('match recovered', CASE l.means WHEN 'recovery' THEN 'bank_line:' || l.id END)"
        f" OR (m.kind, m.source) IN (SELECT CASE WHEN q.means IN ('payment', 'several') THEN 'match paid'"
        f"  ELSE 'match returned' END, 'match_payment:' || q.payment_id FROM {_PAYMENTS_OF_LINES} q"
        "  WHERE q.line_id = l.id)) g ON true"
        " WHERE l.status = 'matched' AND l.means <> 'repayment' AND g.pence IS DISTINCT FROM l.amount_pence"
        " UNION SELECT 'ledger_movement ' || m.id FROM ledger_movement m JOIN ledger_line g ON g.movement_id = m.id"
        f"  AND g.account = '{COUNCIL_BANK}' WHERE NOT EXISTS (SELECT 1 FROM bank_line l LEFT JOIN bank_line_payment x"
        "  ON x.line_id = l.id WHERE l.status = 'matched' AND m.source IN ('match_payment:' || l.payment_id,"
        "  'match_payment:' || x.payment_id, 'bank_line:' || l.id)) ORDER BY 1",
    ),
    Rule(
        "statements are whole",
        "opening balance and lines of a statement lead to its closing balance, where none of its lines had come before",
        "SELECT 'bank_statement ' || s.id AS offender FROM bank_statement s JOIN bank_line l ON l.statement_id = s.id"
        " GROUP BY s.id HAVING count(l.id) > s.lines_in_file OR (count(l.id) = s.lines_in_file"
        " AND s.opening_pence + sum(l.amount_pence) <> s.closing_pence) ORDER BY s.id",
    ),
    Rule(
        "lines are matched by two people or by themselves",
        "a line that a person matched was agreed to by another one",
        "SELECT 'bank_line ' || l.id AS offender FROM bank_line l JOIN bank_line_event e ON e.subject_id = l.id"
        " AND e.cause = 'match agreed' WHERE l.asked_by_id IS NULL OR l.decided_by_id IS NULL"
        " OR l.asked_by_id = l.decided_by_id ORDER BY l.id",
    ),
    Rule(
        "a recovery is a fund's share",
        "what is asked back is what was decided, of the same match, and what came of it is the sum of its bank lines",
        "SELECT 'match_recovery ' || r.id AS offender FROM match_recovery r JOIN unspent_share u ON u.id = r.share_id"
        " WHERE u.match_pledge_id IS DISTINCT FROM r.match_pledge_id OR u.amount_pence <> r.amount_pence OR r.came_pence <>"
        " (SELECT coalesce(sum(l.amount_pence), 0) FROM bank_line l WHERE l.recovery_id = r.id AND l.status = 'matched')"
        " ORDER BY r.id",
    ),
    Rule(
        "money is let go of by two people",
        "a match was closed short, or a recovery given up, on a proposal that another person agreed to",
        "SELECT 'match_shortening ' || id AS offender FROM match_shortening WHERE status IN ('agreed', 'refused')"
        " AND (decided_by_id IS NULL OR decided_by_id = proposed_by_id)"
        " UNION SELECT 'match_recovery ' || r.id FROM match_recovery r WHERE r.status = 'given up' AND NOT EXISTS"
        " (SELECT 1 FROM match_shortening s WHERE s.recovery_id = r.id AND s.status = 'agreed') ORDER BY 1",
    ),
)
