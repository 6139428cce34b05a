"""What must hold of reports, over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from projects.reports.states import MORE_TIME, REPORT, Report

# cause -> what the audit record calls it
RECORDED: Final = {
    "sent": "report sent",
    "sent on paper": "report sent on paper",
    "fell overdue": "report overdue",
    "later day": "report later",
    "asked back": "report asked back",
    "accepted": "report accepted",
    "not asked any more": "report not asked any more",
}
MORE_TIME_RECORDED: Final = {
    "granted": "more time granted",
    "refused": "more time refused",
    "withdrawn": "more time withdrawn",
    "not needed any more": "more time not needed",
}

RULES: Final = (
    newest_event_rule("report"),
    moves_rule("report", REPORT, start=Report.ASKED),
    recorded_rule("report", RECORDED),
    newest_event_rule("report_more_time"),
    moves_rule("report_more_time", MORE_TIME),
    recorded_rule("report_more_time", MORE_TIME_RECORDED),
    Rule(
        "a delivery ends by its report",
        "each delivered project has an accepted final report, which says what was spent; and what everybody reads of it",
        "SELECT 'delivery ' || d.id AS offender FROM delivery d LEFT JOIN report r ON r.delivery_id = d.id"
        " AND r.kind = 'final' AND r.status = 'accepted' WHERE (d.status = 'delivered') <> (r.id IS NOT NULL)"
        " OR (r.id IS NOT NULL AND (d.spent_pence IS DISTINCT FROM r.spent_pence OR d.end_note <>"
        " CASE WHEN r.held_at IS NULL AND r.hidden_at IS NULL THEN r.came_of_it ELSE '' END)) ORDER BY d.id",
    ),
    Rule(
        "a report's sum is that of its costs",
        "what a sent report spent is the sum of its costs, less what other money paid",
        "SELECT 'report ' || r.id AS offender FROM report r WHERE r.status IN ('sent', 'accepted') AND r.spent_pence <>"
        " greatest(0, CASE WHEN r.level = 'small' THEN coalesce(r.total_pence, 0) ELSE coalesce((SELECT"
        " sum(l.spent_pence) FROM report_line l WHERE l.report_id = r.id), 0) END - coalesce(r.other_pence, 0))"
        " ORDER BY r.id",
    ),
    Rule(
        "reports are answered by somebody of no part in it",
        "whoever accepted a report, or gave or refused more time, never had a place in the group before that",
        "SELECT 'report ' || r.id AS offender FROM report r JOIN delivery d ON d.id = r.delivery_id JOIN campaign c"
        " ON c.id = d.campaign_id JOIN project p ON p.id = c.project_id WHERE EXISTS (SELECT 1 FROM group_member m"
        "  WHERE m.group_id = p.group_id AND m.person_id = r.accepted_by_id AND m.created_at <= r.accepted_at)"
        " OR EXISTS (SELECT 1 FROM report_more_time t JOIN group_member m ON m.person_id = t.answered_by_id"
        "  WHERE t.report_id = r.id AND m.group_id = p.group_id AND m.created_at <= t.answered_at) ORDER BY r.id",
    ),
    Rule(
        "receipts that an officer read are kept",
        "a receipt that was there when its report was sent is not gone before its time, whatever the group did later",
        "SELECT DISTINCT 'receipt ' || x.id AS offender FROM receipt x JOIN report_line l ON l.id = x.line_id"
        " JOIN report r ON r.id = l.report_id WHERE x.file_gone_at IS NOT NULL AND r.accepted_at IS NOT NULL"
        " AND x.removed_at IS NULL AND x.file_gone_at < r.accepted_at + interval '6 years' ORDER BY 1",
    ),
)
