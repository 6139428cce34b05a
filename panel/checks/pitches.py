"""What must hold of pitches and reviews of process, as queries over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from panel.services.pitches import ACTS
from panel.services.reviews import ACTS as REVIEW_ACTS
from panel.states import PITCH, REVIEW

# every cause of a move -> what the audit record calls it: of the group, the calendar, the signature
RECORDED: Final = {
    "begun": "pitch begun",
    **ACTS,
    "round closed": "pitch lapsed",
    "round cancelled": "pitch lapsed",
    "signed": "pitch awarded",
    "declined": "pitch declined",
    "deferred": "pitch deferred",
}

RULES: Final = (
    newest_event_rule("pitch"),
    moves_rule("pitch", PITCH),
    recorded_rule("pitch", RECORDED),
    Rule(
        "a pitch was sent whole",
        "who sent it, when, for how much, with the numbers of that moment, and every question it was asked is the fund's",
        "SELECT 'pitch ' || p.id AS offender FROM pitch p JOIN panel_round r ON r.id = p.round_id"
        " WHERE p.submitted_at IS NOT NULL AND (p.submitted IS NULL OR p.submitted_by_id IS NULL OR p.asked_pence IS NULL"
        " OR p.submitted->>'asked_pence' IS DISTINCT FROM p.asked_pence::text OR p.submitted->>'most_pence' IS NULL"
        " OR (p.forgotten_at IS NULL AND p.why = '')"
        " OR EXISTS (SELECT 1 FROM fund_question q LEFT JOIN pitch_answer a ON a.question_id = q.id AND a.pitch_id = p.id"
        "  WHERE p.submitted->'questions' @> to_jsonb(q.id) AND (q.fund_id <> r.fund_id"
        "  OR (q.needed AND p.forgotten_at IS NULL AND coalesce(a.words, '') = '')))) ORDER BY p.id",
    ),
    Rule(
        "answers keep to their questions",
        "an answer is to a question of the round's fund, and has no more words than the question allows",
        "SELECT 'pitch_answer ' || a.id AS offender FROM pitch_answer a JOIN pitch p ON p.id = a.pitch_id"
        " JOIN panel_round r ON r.id = p.round_id JOIN fund_question q ON q.id = a.question_id"
        " WHERE q.fund_id <> r.fund_id"
        " OR cardinality(regexp_split_to_array(btrim(a.words, E' \\t\\r\\n'), '\\s+')) > q.most_words ORDER BY a.id",
    ),
    Rule(
        "a pitch is for its own project",
        "the campaign of a pitch is of its project, and only a fund that works without a crowd has pitches without one",
        "SELECT 'pitch ' || p.id AS offender FROM pitch p JOIN panel_round r ON r.id = p.round_id"
        " JOIN match_fund f ON f.id = r.fund_id LEFT JOIN campaign c ON c.id = p.campaign_id"
        " WHERE (p.campaign_id IS NULL) <> f.without_crowd OR c.project_id <> p.project_id ORDER BY p.id",
    ),
    newest_event_rule("pitch_review"),
    moves_rule("pitch_review", REVIEW),
    recorded_rule("pitch_review", REVIEW_ACTS),
    Rule(
        "a review is answered from outside",
        "whoever answered sat not on the panel, and scored, recommended, voted, signed, prepared and held nothing of it",
        "SELECT 'pitch_review ' || v.id AS offender FROM pitch_review v JOIN pitch p ON p.id = v.pitch_id"
        " JOIN panel_round r ON r.id = p.round_id WHERE v.answered_by_id IN (p.place_by_id, r.signed_by_id)"
        " OR EXISTS (SELECT 1 FROM panel_attendance a JOIN panel_seat s ON s.id = a.seat_id"
        "  WHERE a.round_id = r.id AND a.present AND s.person_id = v.answered_by_id)"
        " OR EXISTS (SELECT 1 FROM score_sheet s WHERE s.pitch_id = p.id AND s.person_id = v.answered_by_id)"
        " OR EXISTS (SELECT 1 FROM panel_recommendation m LEFT JOIN panel_vote o ON o.recommendation_id = m.id"
        "  WHERE m.pitch_id = p.id AND v.answered_by_id IN (m.made_by_id, o.person_id))"
        " OR EXISTS (SELECT 1 FROM pitch_hold h WHERE h.pitch_id = p.id"
        "  AND ((h.placed_by_id = v.answered_by_id AND h.placed_at < v.answered_at)"
        "  OR (h.released_by_id = v.answered_by_id AND h.released_at < v.answered_at))) ORDER BY v.id",
    ),
)
