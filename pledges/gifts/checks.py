"""What must hold of off-line gifts, as queries: `crowdfund-kent check` runs them over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, listed, moves_rule, newest_event_rule, recorded_rule
from pledges.gifts.states import COUNTS, GIFT, Cause

_COUNTS: Final = listed(COUNTS)
_RECORDED: Final = {
    "created": "gift received",
    "counted": "gift counted",
    "banked": "gift banked",
    **{str(cause): "gift returned" for cause in Cause},
}
_OPEN: Final = "r.withdrawn_at IS NULL AND r.confirmed_at IS NOT NULL"
# what lies where by the rows: the desk's hands, the group's bank, the council's bank, and what is held for each campaign
_LIES: Final = (
    "SELECT 'cash in hand:desk:' || g.desk_id AS account, sum(g.amount_pence) AS pence FROM offline_gift g"
    " WHERE g.status = 'counted' GROUP BY 1"
    " UNION ALL SELECT CASE WHEN d.group_id IS NULL THEN 'bank for gifts' ELSE 'gifts banked by group:desk:' || d.id END,"
    " sum(g.amount_pence) FROM offline_gift g JOIN gift_desk d ON d.id = g.desk_id"
    " LEFT JOIN gift_payment y ON y.id = g.payment_id WHERE g.status = 'banked' AND y.confirmed_at IS NULL GROUP BY 1"
    " UNION ALL SELECT 'gifts held:campaign:' || g.campaign_id, -sum(g.amount_pence) FROM offline_gift g"
    f" LEFT JOIN gift_payment y ON y.id = g.payment_id WHERE g.status IN ({_COUNTS}) AND y.confirmed_at IS NULL GROUP BY 1"
    # a cheque that bounced after it was handed on: the bank's account is short of it, the programme bears it
    " UNION ALL SELECT unnest(ARRAY['bank for gifts', 'programme:unpaid cheques']),"
    " unnest(ARRAY[r.pence - g.amount_pence, g.amount_pence - r.pence]) FROM offline_gift g"
    " JOIN gift_desk d ON d.id = g.desk_id AND d.group_id IS NULL LEFT JOIN LATERAL"
    " (SELECT coalesce(sum(amount_pence), 0) AS pence FROM gift_recovery WHERE gift_id = g.id AND confirmed_at IS NOT NULL) r"
    " ON true WHERE g.status = 'returned' AND g.payment_id IS NOT NULL"
)


def _two_people(table: str) -> str:
    return f"SELECT '{table} ' || id AS offender FROM {table} WHERE confirmed_by_id = entered_by_id"


RULES: Final = (
    newest_event_rule("offline_gift"),
    moves_rule("offline_gift", GIFT),
    recorded_rule("offline_gift", _RECORDED),
    Rule(
        "gifts were counted by a second person",
        "whoever counted a gift did not take it and has no part in the group, and nothing uncounted counts",
        "SELECT 'offline_gift ' || g.id AS offender FROM offline_gift g WHERE g.counted_by_id = g.taken_by_id"
        f" OR (g.status IN ({_COUNTS}) AND g.counted_at IS NULL)"
        " OR EXISTS (SELECT 1 FROM campaign c JOIN project p ON p.id = c.project_id JOIN group_member m"
        " ON m.group_id = p.group_id WHERE c.id = g.campaign_id AND m.person_id = g.counted_by_id"
        " AND m.created_at < g.counted_at) ORDER BY g.id",
    ),
    Rule(
        "gifts of the verdict are those that counted then",
        "a gift stays part of what was raised exactly when it was counted, and not given back, at the verdict",
        "SELECT 'offline_gift ' || g.id AS offender FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id"
        " WHERE g.at_verdict <> (c.decided_at IS NOT NULL AND coalesce((SELECT e.new IN ('counted', 'banked')"
        " FROM offline_gift_event e WHERE e.subject_id = g.id AND e.effective_at <= c.decided_at"
        " ORDER BY e.id DESC LIMIT 1), false)) ORDER BY g.id",
    ),
    Rule(
        "no gift was taken too late",
        "every gift was received while its campaign took pledges",
        "SELECT 'offline_gift ' || g.id AS offender FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id"
        " WHERE (g.created_at >= c.deadline_at AND c.status NOT IN ('suspended', 'cancelled'))"
        " OR g.created_at < c.opened_at ORDER BY g.id",
    ),
    Rule(
        "gifts are in the books",
        "each account of off-line gifts stands at what lies there: in hand, at a bank, held for each campaign, and lost",
        f"WITH meant AS (SELECT account, sum(pence) AS pence FROM ({_LIES}) x GROUP BY 1),"
        " booked AS (SELECT account, sum(amount_pence) AS pence FROM ledger_line"
        " WHERE account IN ('bank for gifts', 'programme:unpaid cheques') OR account LIKE 'cash in hand:%'"
        " OR account LIKE 'gifts banked by group:%' OR account LIKE 'gifts held:%' GROUP BY 1)"
        " SELECT coalesce(m.account, b.account) AS offender FROM meant m FULL JOIN booked b ON b.account = m.account"
        " WHERE coalesce(m.pence, 0) <> coalesce(b.pence, 0) ORDER BY 1",
    ),
    Rule(
        "what was paid in is what lay there",
        "a batch is the sum of its gifts, all of one desk, and was confirmed by a second person",
        f"{_two_people('gift_batch')}"
        " UNION SELECT 'gift_batch ' || b.id FROM gift_batch b LEFT JOIN offline_gift g ON g.batch_id = b.id"
        " WHERE b.withdrawn_at IS NULL GROUP BY b.id"
        " HAVING coalesce(sum(g.amount_pence), 0) <> b.amount_pence OR bool_or(g.desk_id <> b.desk_id)"
        " UNION SELECT 'gift_batch ' || b.id FROM gift_batch b JOIN offline_gift g ON g.batch_id = b.id"
        " WHERE (b.confirmed_at IS NULL AND g.status <> 'counted') OR (b.confirmed_at IS NOT NULL AND g.status = 'counted')"
        " UNION SELECT 'gift_batch ' || b.id FROM gift_batch b JOIN offline_gift g ON g.batch_id = b.id"
        " WHERE b.withdrawn_at IS NOT NULL ORDER BY 1",
    ),
    Rule(
        "gifts went back by two people",
        "a returned gift has one confirmed return, whose cause moved it, entered by somebody else",
        f"{_two_people('gift_return')}"
        " UNION SELECT 'gift_return ' || r.id FROM gift_return r JOIN offline_gift g ON g.id = r.gift_id"
        f" WHERE {_OPEN} AND g.status <> 'returned'"
        " UNION SELECT 'offline_gift ' || g.id FROM offline_gift g WHERE g.status = 'returned' AND NOT EXISTS"
        f" (SELECT 1 FROM gift_return r JOIN offline_gift_event e ON e.subject_id = g.id AND e.cause = r.cause"
        f" WHERE r.gift_id = g.id AND {_OPEN}) ORDER BY 1",
    ),
    Rule(
        "gifts were handed on by two people",
        "a payment is the sum of its banked gifts, goes only to a settled campaign or by the giver's wish, and two agreed",
        f"{_two_people('gift_payment')}"
        " UNION SELECT 'gift_payment ' || y.id FROM gift_payment y LEFT JOIN offline_gift g ON g.payment_id = y.id"
        " WHERE y.withdrawn_at IS NULL GROUP BY y.id HAVING coalesce(sum(g.amount_pence), 0) <> y.amount_pence"
        " OR bool_or(g.status NOT IN ('banked', 'returned') OR g.campaign_id <> y.campaign_id)"
        " UNION SELECT 'gift_payment ' || y.id FROM gift_payment y JOIN campaign c ON c.id = y.campaign_id"
        " JOIN offline_gift g ON g.payment_id = y.id WHERE CASE y.why WHEN 'campaign settled'"
        " THEN c.settled_at IS NULL OR NOT g.at_verdict ELSE g.wish <> 'to the group' END ORDER BY 1",
    ),
    Rule(
        "cheques that bounced later are losses by two people",
        "of what was handed on only a cheque goes back, its loss seen by finance; what a group gave back is at most that",
        f"{_two_people('gift_recovery')}"
        " UNION SELECT 'offline_gift ' || g.id FROM offline_gift g JOIN gift_payment y ON y.id = g.payment_id"
        " WHERE g.status = 'returned' AND (g.way <> 'cheque' OR NOT EXISTS (SELECT 1 FROM gift_return r"
        f" WHERE r.gift_id = g.id AND {_OPEN} AND r.cause = '{Cause.BOUNCED}' AND r.confirmed_at >= y.confirmed_at))"
        " UNION SELECT 'offline_gift ' || g.id FROM offline_gift g JOIN gift_recovery v ON v.gift_id = g.id"
        " AND v.withdrawn_at IS NULL JOIN gift_desk d ON d.id = g.desk_id GROUP BY g.id, d.group_id"
        " HAVING sum(v.amount_pence) > g.amount_pence OR g.status <> 'returned' OR g.payment_id IS NULL"
        " OR d.group_id IS NOT NULL ORDER BY 1",
    ),
)
