"""What must hold of interests and of those who have them, as queries over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule

# everybody who acted on a pitch, and when: scored, voted, recommended, signed
_ACTED: Final = (
    "SELECT 'score_sheet ' || id AS offender, pitch_id, person_id, given_at AS at, true AS as_member FROM score_sheet"
    " UNION ALL SELECT 'panel_vote ' || v.id, m.pitch_id, v.person_id, v.voted_at, true FROM panel_vote v"
    " JOIN panel_recommendation m ON m.id = v.recommendation_id"
    " UNION ALL SELECT 'panel_recommendation ' || id, pitch_id, made_by_id, made_at, false FROM panel_recommendation"
    " UNION ALL SELECT 'panel_decision ' || id, pitch_id, signed_by_id, decided_at, false FROM panel_decision"
)

RULES: Final = (
    Rule(
        "money, own group, family and own pledge bar",
        "only another kind of interest may be declared without barring",
        "SELECT 'pitch_interest ' || id AS offender FROM pitch_interest WHERE nature <> 'other' AND bar <> 'bars'"
        " UNION SELECT 'panel_interest ' || id FROM panel_interest WHERE nature <> 'other' AND bar <> 'bars' ORDER BY 1",
    ),
    Rule(
        "nobody who was barred took part",
        "whoever scored, voted, recommended or signed had no interest on record that barred them before they did,"
        " and had never been in the group",
        f"SELECT a.offender FROM ({_ACTED}) a WHERE EXISTS (SELECT 1 FROM pitch_interest i WHERE i.pitch_id = a.pitch_id"
        " AND i.person_id = a.person_id AND i.bar = 'bars' AND i.recorded_at <= a.at)"
        " OR EXISTS (SELECT 1 FROM pitch p JOIN project j ON j.id = p.project_id JOIN group_member m"
        " ON m.group_id = j.group_id WHERE p.id = a.pitch_id AND m.person_id = a.person_id AND m.created_at <= a.at)"
        " ORDER BY 1",
    ),
    Rule(
        "who scored or voted had declared and has a place",
        "a declaration for the round before the first score or vote, and a place on the panel of its fund",
        f"SELECT a.offender FROM ({_ACTED}) a JOIN pitch p ON p.id = a.pitch_id JOIN panel_round r ON r.id = p.round_id"
        " WHERE a.as_member AND (NOT EXISTS (SELECT 1 FROM panel_declaration d WHERE d.round_id = r.id"
        " AND d.person_id = a.person_id AND d.declared_at <= a.at AND d.declared_at >= p.submitted_at)"
        " OR NOT EXISTS (SELECT 1 FROM panel_seat s WHERE s.fund_id = r.fund_id AND s.person_id = a.person_id))"
        " ORDER BY 1",
    ),
)
