"""What must hold of cases in the live database."""

from typing import Final

from crowdfund_kent.cases.states import CASE
from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule

RULES: Final = (
    newest_event_rule("care_case"),
    moves_rule("care_case", CASE),
    recorded_rule("care_case", {cause: f"case {cause}" for _, cause in CASE}),
    Rule(
        "cases are answered by others",
        "nobody answers a case that is about them or that they sent, and who was not content hears from somebody else",
        "SELECT DISTINCT 'care_case ' || c.id AS offender FROM care_case c JOIN care_case_message m ON m.case_id = c.id"
        " WHERE m.side = 'officer' AND (m.by_id = c.person_id OR (m.by_id = c.about_id AND m.at >= c.about_at)"
        " OR (m.at >= c.second_at AND EXISTS (SELECT 1 FROM care_case_message b WHERE b.case_id = c.id"
        " AND b.side = 'officer' AND b.by_id = m.by_id AND b.at < c.second_at))) ORDER BY 1",
    ),
)
