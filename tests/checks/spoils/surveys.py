"""Surveys: invitations, answers, and the counters about people."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "survey_invitation history agrees": spoil(
        "survey_invitation {survey}", "UPDATE survey_invitation SET status = 'declined' WHERE id = {survey}"
    ),
    "survey_invitation moves along its table": spoil(
        "survey_invitation {survey}",
        "UPDATE survey_invitation_event SET cause = 'declined' WHERE subject_id = {survey} AND new = 'answered'",
    ),
    "survey_invitation moves are on record": spoil(
        "survey_invitation {survey}",
        "DELETE FROM audit_row WHERE act = 'survey answered' AND subject = 'survey_invitation:{survey}'",
    ),
    "survey answers were sent": spoil(
        "survey_invitation {survey}",
        "UPDATE survey_answer SET effective_at = effective_at + interval '1 year' WHERE invitation_id = {survey}",
    ),
    "nobody is asked about the past": spoil(
        "survey_invitation {survey}", "UPDATE survey_invitation SET campaign_id = {past} WHERE id = {survey}"
    ),
    "sheets about people are no more than answers": spoil(
        "survey_round {survey_round}",
        "UPDATE survey_about_you SET count = count + 1 WHERE round_id = {survey_round} AND question = 'age'",
    ),
}
