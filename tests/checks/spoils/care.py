"""Cases, and pages of words."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "care_case history agrees": spoil("care_case {case}", "UPDATE care_case SET status = 'reopened' WHERE id = {case}"),
    "care_case moves along its table": spoil(
        "care_case {case}",
        "UPDATE care_case_event SET cause = 'forgotten' WHERE subject_id = {case} AND new = 'answered'",
    ),
    "care_case moves are on record": spoil(
        "care_case {case}",
        "DELETE FROM audit_seal WHERE audit_row_id IN (SELECT id FROM audit_row WHERE subject = 'care_case:{case}')",
        "DELETE FROM audit_row WHERE subject = 'care_case:{case}'",
    ),
    "cases are answered by others": spoil(
        "care_case {case}", "UPDATE care_case SET person_id = {officer} WHERE id = {case}"
    ),
    "pages name facts that exist": spoil(
        "words_version fees 1 (moonlight)", "UPDATE words_version SET text = '{{{{ moonlight }}}}' WHERE page = 'fees'"
    ),
    "no version of words is missing": spoil(
        "words_version fees 3", "UPDATE words_version SET number = 3 WHERE page = 'fees'"
    ),
}
