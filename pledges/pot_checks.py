"""What must hold of the pots, as queries: `crowdfund-kent check` runs them over the live database."""

from typing import Final

from crowdfund_kent.invariants import NOW, Rule, listed, moves_rule, newest_event_rule, recorded_rule
from pledges.match_accounts import PLACES
from pledges.states import MATCH, Match
from projects.states import Campaign

# where the pence of a draw stand, by the status of its match pledge
_PLACED: Final = """
    SELECT d.source_id,
           sum(d.amount_pence) FILTER (WHERE m.status = 'earmarked') AS earmarked,
           sum(d.amount_pence) FILTER (WHERE m.status = 'pledged') AS pledged,
           sum(d.amount_pence - d.short_pence - d.paid_pence)
             FILTER (WHERE m.status IN ('confirmed', 'part paid', 'closed short', 'part recovered')) AS confirmed,
           sum(d.paid_pence - d.recovered_pence) AS paid,
           sum(d.recovered_pence) - coalesce((SELECT sum(b.amount_pence) FROM pot_movement b WHERE b.kind = 'return'
             AND b.status = 'confirmed' AND b.from_source_id = d.source_id), 0) AS recovered
    FROM match_draw d JOIN match_pledge m ON m.id = d.match_pledge_id GROUP BY d.source_id
"""
_COUNTED: Final = [place for place in PLACES if place != "available"]
_SUM: Final = " + ".join(f"s.{place}_pence" for place in _COUNTED)
_DIFFERS: Final = " OR ".join(f"s.{place}_pence <> coalesce(p.{place}, 0)" for place in _COUNTED)
_RELEASED: Final = (
    "offer ran out",
    "declined by group",
    "verdict",
    "campaign cancelled",
    "target missed",
    "never counted",
    "collapsed",
)
# cause -> what the audit record calls it
RECORDED: Final = {
    "signed": "match earmarked",
    "reserved": "match earmarked",
    "accepted": "match pledged",
    "target met": "match confirmed",
    "no crowd": "match confirmed",
    **dict.fromkeys(_RELEASED, "match released"),
    "paid": "match paid",
    "paid in part": "match paid",
    "payment returned": "match payment returned",
    "payment returned in part": "match payment returned",
    "closed short": "match closed short",
    "recovered": "match recovered",
    "recovered in part": "match recovered",
}
_OPEN: Final = listed({Campaign.APPROVED, Campaign.LIVE, Campaign.SUSPENDED, Campaign.CLOSING})
_MET: Final = listed({Campaign.SUCCESSFUL, Campaign.COLLECTING, Campaign.SETTLED})
_HELD_BEFORE: Final = listed({Match.EARMARKED, Match.PLEDGED})
_OVER: Final = listed({Campaign.UNSUCCESSFUL, Campaign.COLLAPSED, Campaign.CANCELLED, Campaign.WITHDRAWN})

RULES: Final = (
    Rule(
        "no pot is overspent",
        "what is set aside, promised, paid and recovered of a source is at most its cap, and nothing is below 0",
        f"SELECT 'funding_source ' || s.id AS offender FROM funding_source s WHERE {_SUM} > s.cap_pence"
        f" OR least({', '.join(f's.{place}_pence' for place in _COUNTED)}) < 0 ORDER BY s.id",
    ),
    Rule(
        "source figures are their draws",
        "the counters of a source are the sums of what match pledges hold in it, by their status",
        f"SELECT 'funding_source ' || s.id AS offender FROM funding_source s LEFT JOIN ({_PLACED}) p"
        f" ON p.source_id = s.id WHERE {_DIFFERS} ORDER BY s.id",
    ),
    Rule(
        "draws sum to the match",
        "what a match pledge holds in its sources is its amount, what was paid of it, and what came back",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m LEFT JOIN match_draw d"
        " ON d.match_pledge_id = m.id GROUP BY m.id HAVING coalesce(sum(d.amount_pence), 0) <> m.amount_pence"
        " OR coalesce(sum(d.paid_pence), 0) <> m.paid_pence"
        " OR coalesce(sum(d.recovered_pence), 0) <> m.recovered_pence ORDER BY m.id",
    ),
    Rule(
        "draws stay in the fund",
        "a match pledge draws sources of its own fund only",
        "SELECT 'match_draw ' || d.id AS offender FROM match_draw d JOIN match_pledge m ON m.id = d.match_pledge_id"
        " JOIN funding_source s ON s.id = d.source_id WHERE s.fund_id <> m.fund_id ORDER BY d.id",
    ),
    Rule(
        "paid agrees with the status",
        "paid means all of it, part paid some of it, the earlier states nothing; only what was closed short was let go of",
        "SELECT 'match_pledge ' || id AS offender FROM match_pledge WHERE CASE"
        " WHEN status IN ('paid', 'recovered') THEN paid_pence <> amount_pence"
        " WHEN status = 'part recovered' THEN paid_pence NOT BETWEEN recovered_pence AND amount_pence"
        " WHEN status = 'part paid' THEN paid_pence NOT BETWEEN 1 AND amount_pence - 1"
        " WHEN status = 'closed short' THEN paid_pence >= amount_pence ELSE paid_pence <> 0 END"
        " OR (status = 'closed short') <> EXISTS (SELECT 1 FROM match_draw d WHERE d.match_pledge_id = match_pledge.id"
        "  AND d.short_pence > 0)"
        " OR (status <> 'closed short' AND (recovered_pence > 0) <> (status IN ('part recovered', 'recovered'))) ORDER BY id",
    ),
    Rule(
        "commitments are in the ledger",
        "the memorandum accounts of a source say what its counters say",
        "SELECT 'funding_source ' || s.id || ' (' || a.name || ')' AS offender FROM funding_source s"
        " CROSS JOIN LATERAL (VALUES "
        + ", ".join(f"('{place}', s.{place}_pence)" for place in _COUNTED)
        + f", ('available', s.cap_pence - ({_SUM})), ('cap', -s.cap_pence)) AS a(name, pence)"
        " LEFT JOIN (SELECT account, sum(amount_pence) AS pence FROM ledger_line"
        " WHERE account LIKE 'memo:source:%' GROUP BY account) l ON l.account = 'memo:source:' || s.id || ':' || a.name"
        " WHERE coalesce(l.pence, 0) <> a.pence ORDER BY s.id, a.name",
    ),
    Rule(
        "caps were confirmed by a second person",
        "the cap of a source is the one confirmed last, by somebody who did not enter it",
        "SELECT 'funding_source ' || s.id AS offender FROM funding_source s LEFT JOIN LATERAL"
        " (SELECT cap_pence FROM source_cap c WHERE c.source_id = s.id AND c.confirmed_at IS NOT NULL"
        " ORDER BY c.confirmed_at DESC, c.id DESC LIMIT 1) c ON true WHERE coalesce(c.cap_pence, 0) <> s.cap_pence"
        " UNION SELECT 'source_cap ' || id FROM source_cap WHERE confirmed_by_id = entered_by_id ORDER BY 1",
    ),
    Rule(
        "accepted means a day of acceptance",
        "a match pledge counts from its acceptance, so one that was accepted says when",
        "SELECT 'match_pledge ' || id AS offender FROM match_pledge"
        " WHERE (status = 'earmarked' AND accepted_at IS NOT NULL)"
        " OR (status NOT IN ('earmarked', 'released') AND accepted_at IS NULL) ORDER BY id",
    ),
    Rule(
        "match is within its terms",
        "a match pledge is at most what the calculator found when it was signed",
        "SELECT 'match_pledge ' || id AS offender FROM match_pledge"
        " WHERE (terms->>'most_pence') IS NOT NULL AND amount_pence > (terms->>'most_pence')::bigint ORDER BY id",
    ),
    Rule(
        "match was signed by a second person",
        "whoever proposed a match pledge did not sign it, and neither accepted it for the group",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m LEFT JOIN match_pledge_event e"
        " ON e.subject_id = m.id AND e.cause = 'accepted'"
        " WHERE m.proposed_by_id = m.signed_by_id OR e.by_id IN (m.proposed_by_id, m.signed_by_id) ORDER BY m.id",
    ),
    Rule(
        "a grant needs no crowd",
        "a fund without a crowd gives to projects and to no campaign, and what a group accepts of it is confirmed at once",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m JOIN match_fund f ON f.id = m.fund_id"
        " WHERE (m.project_id IS NOT NULL) <> f.without_crowd OR (m.project_id IS NOT NULL AND (m.status = 'pledged'"
        " OR (m.accepted_at IS NOT NULL) <> EXISTS (SELECT 1 FROM match_pledge_event e WHERE e.subject_id = m.id"
        " AND e.cause = 'no crowd'))) ORDER BY m.id",
    ),
    Rule(
        "match counts as its fund said",
        "how a match comes to count is that of its fund, and one that waits for the crowd keeps from which share on",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m JOIN match_fund f ON f.id = m.fund_id"
        " WHERE m.accrual NOT IN (f.accrual, 'pound for pound')"
        " OR (m.accrual = 'bridging' AND NOT m.terms ? 'start_bp') ORDER BY m.id",
    ),
    Rule(
        "an offer was accepted under its fund's terms",
        "the terms that a group accepted are the fund's own, and none was accepted without them where the fund had some",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m LEFT JOIN fund_terms t ON t.id = m.accepted_terms_id"
        " WHERE t.fund_id <> m.fund_id OR (m.accepted_at IS NOT NULL AND m.import_batch_id IS NULL AND t.id IS NULL"
        "  AND EXISTS (SELECT 1 FROM fund_terms o WHERE o.fund_id = m.fund_id AND o.created_at < m.created_at"
        "  AND o.applies_from <= (m.created_at AT TIME ZONE 'Europe/London')::date)) ORDER BY m.id",
    ),
    newest_event_rule("match_pledge"),
    moves_rule("match_pledge", MATCH),
    recorded_rule("match_pledge", RECORDED),
    Rule(
        "match follows its campaign",
        "match is confirmed exactly when the target was met, and let go with a campaign that failed, at most a day later",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m JOIN campaign c ON c.id = m.campaign_id"
        " WHERE m.status <> 'released' AND CASE"
        f" WHEN c.status IN ({_OPEN}) THEN m.status NOT IN ({_HELD_BEFORE})"
        f" WHEN c.status IN ({_MET}) THEN m.status IN ({_HELD_BEFORE})"
        f" WHEN c.status IN ({_OVER}) THEN NOT (m.status IN ({_HELD_BEFORE})"
        f"  AND c.status IN ('{Campaign.CANCELLED}', '{Campaign.WITHDRAWN}')"
        "  AND (SELECT max(e.effective_at) FROM campaign_event e WHERE e.subject_id = c.id)"
        f"  > {NOW} - interval '1 day')"
        " ELSE true END ORDER BY m.id",
    ),
    Rule(
        "match amounts agree with history",
        "a match pledge's events sum to what was paid (less returned) and recovered of it, and all others tell its whole amount",
        "SELECT 'match_pledge ' || m.id AS offender FROM match_pledge m LEFT JOIN LATERAL (SELECT"
        " coalesce(sum(e.amount_pence) FILTER (WHERE e.cause IN ('paid', 'paid in part')), 0) - coalesce(sum(e.amount_pence)"
        "  FILTER (WHERE e.cause IN ('payment returned', 'payment returned in part')), 0) AS paid,"
        " coalesce(sum(e.amount_pence) FILTER (WHERE e.cause IN ('recovered', 'recovered in part')), 0) AS recovered,"
        " coalesce(bool_or(e.amount_pence IS DISTINCT FROM m.amount_pence) FILTER (WHERE e.cause NOT IN"
        " ('paid', 'paid in part', 'payment returned', 'payment returned in part', 'recovered', 'recovered in part',"
        "  'closed short')), true) AS another"
        " FROM match_pledge_event e WHERE e.subject_id = m.id) e ON true"
        " WHERE e.paid <> m.paid_pence OR e.recovered <> m.recovered_pence OR e.another ORDER BY m.id",
    ),
    Rule(
        "caps are on record",
        "every cap that was entered and every one that was confirmed has its row in the audit record",
        "SELECT 'source_cap ' || c.id AS offender FROM source_cap c CROSS JOIN (VALUES ('cap entered'), ('cap confirmed'))"
        " a(act) WHERE (a.act = 'cap entered' OR c.confirmed_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM audit_row r"
        " WHERE r.subject = 'source_cap:' || c.id AND r.act = a.act) ORDER BY c.id",
    ),
)
