"""What must hold of helped launch: a helper decides nothing, and a signed paper has three different people around it."""

from typing import Final

from crowdfund_kent.invariants import Rule

_DECIDED: Final = "('submitted', 'opened', 'withdrawn', 'cancelled', 'ended early')"
_CHECKED: Final = "('approved', 'refused', 'changes requested', 'suspended', 'resumed')"

RULES: Final = (
    Rule(
        "helpers decided nothing",
        "nobody sent, opened, ended or cancelled a campaign while they were the helper of its group",
        "SELECT DISTINCT 'campaign ' || e.subject_id AS offender FROM campaign_event e JOIN campaign c ON c.id = e.subject_id"
        " JOIN project p ON p.id = c.project_id JOIN group_member m ON m.group_id = p.group_id AND m.person_id = e.by_id"
        f" WHERE m.role = 'helper' AND e.cause IN {_DECIDED} AND m.created_at <= e.recorded_at"
        " AND (m.ended_at IS NULL OR m.ended_at > e.recorded_at) ORDER BY 1",
    ),
    Rule(
        "signed papers are another person's record",
        "who recorded a paper neither signed it nor had a place in the group nor decided; each move on paper has one",
        "SELECT 'signed_paper ' || s.id AS offender FROM signed_paper s JOIN campaign c ON c.id = s.campaign_id"
        " JOIN project p ON p.id = c.project_id WHERE s.recorded_by_id = s.person_id"
        " OR EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = p.group_id AND m.person_id = s.recorded_by_id"
        "  AND m.created_at <= s.recorded_at)"
        " OR EXISTS (SELECT 1 FROM campaign_event e WHERE e.subject_id = c.id AND e.by_id = s.recorded_by_id"
        f"  AND e.cause IN {_CHECKED})"
        " UNION SELECT 'campaign ' || e.subject_id FROM campaign_event e WHERE e.cause LIKE '% on paper'"
        " AND NOT EXISTS (SELECT 1 FROM signed_paper s WHERE s.campaign_id = e.subject_id AND s.recorded_by_id = e.by_id)"
        " ORDER BY 1",
    ),
)
