"""What must hold of holds, as queries over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule

# everything that is written on the record of a pitch while a panel works, and when
_WRITTEN: Final = (
    "SELECT 'score_sheet ' || id AS offender, pitch_id, given_at AS at FROM score_sheet"
    " UNION ALL SELECT 'panel_recommendation ' || id, pitch_id, made_at FROM panel_recommendation"
    " UNION ALL SELECT 'panel_vote ' || v.id, m.pitch_id, v.voted_at FROM panel_vote v"
    " JOIN panel_recommendation m ON m.id = v.recommendation_id"
    " UNION ALL SELECT 'panel_decision ' || id, pitch_id, decided_at FROM panel_decision"
    " UNION ALL SELECT 'pitch_review ' || id, pitch_id, answered_at FROM pitch_review WHERE answered_at IS NOT NULL"
    " UNION ALL SELECT 'pitch ' || subject_id, subject_id, effective_at FROM pitch_event"
)

RULES: Final = (
    Rule(
        "nothing is written on a record that is with auditors",
        "no score, recommendation, vote, decision, answer or move between the referral and the day it was let go",
        f"SELECT w.offender FROM ({_WRITTEN}) w JOIN pitch_hold h ON h.pitch_id = w.pitch_id"
        " WHERE h.kind = 'referred to audit' AND w.at > h.placed_at AND (h.released_at IS NULL OR w.at < h.released_at)"
        " ORDER BY 1",
    ),
    Rule(
        "nothing is awarded while it is held",
        "no award to a pitch was signed between the hold and the day it was let go",
        "SELECT 'panel_decision ' || d.id AS offender FROM panel_decision d JOIN pitch_hold h ON h.pitch_id = d.pitch_id"
        " WHERE d.award_id IS NOT NULL AND d.decided_at > h.placed_at"
        " AND (h.released_at IS NULL OR d.decided_at < h.released_at) ORDER BY d.id",
    ),
    Rule(
        "holds are on record",
        "who held, agreed and let go stands in the audit record, once for each",
        "SELECT 'pitch_hold ' || h.id AS offender FROM pitch_hold h WHERE NOT EXISTS (SELECT 1 FROM audit_row a"
        "  WHERE a.subject = 'pitch:' || h.pitch_id AND a.person_id = h.placed_by_id"
        "  AND a.act = CASE h.kind WHEN 'hold' THEN 'pitch held' ELSE 'pitch referred to audit' END"
        "  AND a.details->>'hold_id' = h.id::text)"
        " OR (h.agreed_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_row a WHERE a.act = 'hold agreed'"
        "  AND a.person_id = h.agreed_by_id AND a.details->>'hold_id' = h.id::text))"
        " OR (h.released_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_row a WHERE a.act = 'hold let go'"
        "  AND a.person_id = h.released_by_id AND a.details->>'hold_id' = h.id::text)) ORDER BY h.id",
    ),
)
