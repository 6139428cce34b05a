"""What must hold of scores, votes and signed lists, as queries over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule

_DECIDED: Final = (
    "panel_decision d JOIN pitch p ON p.id = d.pitch_id JOIN panel_round r ON r.id = p.round_id"
    " JOIN panel_recommendation m ON m.id = d.recommendation_id"
)
_GIVES: Final = "('award', 'award in part')"

RULES: Final = (
    Rule(
        "a score sheet is complete, and from before the meeting",
        "points for every criterion of the round and for no other, given before the meeting began",
        "SELECT 'score_sheet ' || s.id AS offender FROM score_sheet s JOIN pitch p ON p.id = s.pitch_id"
        " WHERE (SELECT count(*) FROM panel_criterion c WHERE c.round_id = p.round_id) <> (SELECT count(*) FROM score o"
        " JOIN panel_criterion c ON c.id = o.criterion_id AND c.round_id = p.round_id WHERE o.sheet_id = s.id)"
        " OR EXISTS (SELECT 1 FROM score o JOIN panel_criterion c ON c.id = o.criterion_id"
        "  WHERE o.sheet_id = s.id AND c.round_id <> p.round_id)"
        " OR EXISTS (SELECT 1 FROM panel_round_event e WHERE e.subject_id = p.round_id AND e.cause = 'meeting begun'"
        "  AND e.effective_at < s.given_at) ORDER BY s.id",
    ),
    Rule(
        "a decision is what a quorum voted for",
        "the newest recommendation on its pitch, with its outcome and amount, carried by the votes that are on record",
        f"SELECT 'panel_decision ' || d.id AS offender FROM {_DECIDED} CROSS JOIN LATERAL (SELECT"
        " count(*) FILTER (WHERE choice = 'for') AS yes, count(*) FILTER (WHERE choice = 'against') AS no,"
        " count(*) FILTER (WHERE choice = 'abstain') AS neither, count(*) AS cast_, bool_or(casting AND choice = 'for')"
        " AS chair FROM panel_vote WHERE recommendation_id = m.id) v"
        " WHERE m.pitch_id <> d.pitch_id OR m.outcome <> d.outcome OR m.amount_pence IS DISTINCT FROM d.amount_pence"
        " OR EXISTS (SELECT 1 FROM panel_recommendation n WHERE n.pitch_id = d.pitch_id AND n.number > m.number)"
        " OR (v.yes, v.no, v.neither) <> (d.votes_for, d.votes_against, d.votes_abstained)"
        " OR v.cast_ < r.quorum OR v.yes < v.no OR (v.yes = v.no AND NOT coalesce(v.chair, false)) ORDER BY d.id",
    ),
    Rule(
        "a decision follows from its score sheets",
        "its score is the mean of the sheets that it names, rounded down, and whatever gives is at the pass mark or above",
        f"SELECT 'panel_decision ' || d.id AS offender FROM {_DECIDED} CROSS JOIN LATERAL (SELECT count(*) AS number,"
        " sum(o.points)::bigint * 10000 / nullif(count(*) * 5, 0) AS bp FROM score o WHERE o.sheet_id IN"
        " (SELECT value::bigint FROM jsonb_array_elements_text(d.calculation->'sheets'))) s"
        f" WHERE s.bp IS DISTINCT FROM d.score_bp OR (d.outcome IN {_GIVES} AND coalesce(d.score_bp, -1) < r.pass_bp)"
        " ORDER BY d.id",
    ),
    Rule(
        "a signed list decides every pitch, by one authority",
        "each pitch went where its decision says, in places of their own, signed by whoever signed the round",
        "SELECT 'pitch ' || p.id AS offender FROM pitch p JOIN panel_round r ON r.id = p.round_id"
        " LEFT JOIN panel_decision d ON d.pitch_id = p.id"
        " WHERE (d.id IS NULL) = (p.status IN ('awarded', 'declined', 'deferred'))"
        " OR (d.id IS NOT NULL AND (r.status NOT IN ('signed', 'published') OR d.signed_by_id <> r.signed_by_id"
        f" OR d.authority_id <> r.authority_id OR (d.outcome IN {_GIVES}) <> (p.status = 'awarded')"
        " OR (d.outcome = 'defer') <> (p.status = 'deferred')"
        " OR EXISTS (SELECT 1 FROM panel_decision o JOIN pitch q ON q.id = o.pitch_id WHERE q.round_id = p.round_id"
        "  AND o.id <> d.id AND o.rank = d.rank))) ORDER BY p.id",
    ),
    Rule(
        "an award of a list is its decision",
        "decision, award and match pledge agree on pitch, amount, and who recommended and signed",
        "SELECT 'award ' || a.id AS offender FROM award a LEFT JOIN panel_decision d ON d.award_id = a.id"
        " LEFT JOIN panel_recommendation m ON m.id = d.recommendation_id LEFT JOIN pitch p ON p.id = d.pitch_id"
        " LEFT JOIN panel_round r ON r.id = p.round_id LEFT JOIN match_pledge g ON g.id = a.match_pledge_id"
        " WHERE (a.pitch_id IS NOT NULL OR d.id IS NOT NULL) AND (d.id IS NULL OR d.pitch_id IS DISTINCT FROM a.pitch_id"
        " OR d.amount_pence <> a.amount_pence OR r.fund_id <> a.fund_id OR m.made_by_id <> a.proposed_by_id"
        " OR d.signed_by_id IS DISTINCT FROM a.signed_by_id OR g.authority_id IS DISTINCT FROM d.authority_id"
        " OR g.terms->>'pitch' IS DISTINCT FROM p.reference OR g.terms->>'round' IS DISTINCT FROM r.slug"
        " OR a.amount_pence > p.asked_pence) ORDER BY a.id",
    ),
    Rule(
        "a list is within its authority",
        "whoever signed held a decision for the fund on that day, that covers each award and all of them together",
        "SELECT 'panel_round ' || r.id AS offender FROM panel_round r LEFT JOIN decision_authority h"
        " ON h.id = r.authority_id LEFT JOIN (SELECT p.round_id, sum(d.amount_pence) AS total, max(d.amount_pence) AS most"
        " FROM panel_decision d JOIN pitch p ON p.id = d.pitch_id GROUP BY p.round_id) t ON t.round_id = r.id"
        " WHERE r.status IN ('signed', 'published') AND (h.id IS NULL OR h.fund_id <> r.fund_id"
        " OR h.person_id IS DISTINCT FROM r.signed_by_id OR h.limit_pence < t.most OR h.list_limit_pence < t.total"
        " OR (r.signed_at AT TIME ZONE 'Europe/London')::date NOT BETWEEN h.from_day AND h.to_day) ORDER BY r.id",
    ),
    Rule(
        "whoever signed a list did nothing else on it",
        "neither scored, recommended, voted, held, recorded a vote nor said what place it is, on any pitch of the round",
        "SELECT 'panel_round ' || r.id AS offender FROM panel_round r WHERE r.signed_by_id IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM pitch p JOIN panel_decision d ON d.pitch_id = p.id WHERE p.round_id = r.id"
        " AND (p.place_by_id = r.signed_by_id"
        " OR EXISTS (SELECT 1 FROM score_sheet s WHERE s.pitch_id = p.id AND s.person_id = r.signed_by_id)"
        " OR EXISTS (SELECT 1 FROM pitch_hold h WHERE h.pitch_id = p.id"
        "  AND ((h.placed_by_id = r.signed_by_id AND h.placed_at <= d.decided_at)"
        "  OR (h.released_by_id = r.signed_by_id AND h.released_at <= d.decided_at)))"
        " OR EXISTS (SELECT 1 FROM panel_recommendation m LEFT JOIN panel_vote v ON v.recommendation_id = m.id"
        "  WHERE m.pitch_id = p.id AND r.signed_by_id IN (m.made_by_id, v.person_id))"
        " OR EXISTS (SELECT 1 FROM audit_row a WHERE a.subject = 'pitch:' || p.id AND a.act = 'vote recorded'"
        "  AND a.person_id = r.signed_by_id))) ORDER BY r.id",
    ),
)
