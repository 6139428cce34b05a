"""Reports of funded projects."""

from tests.checks.spoils.spoil import spoil

FREE = ("report.report_accepted_by_another",)

SPOILS = {
    "report history agrees": spoil(
        "report {report}", "UPDATE report SET status = 'sent' WHERE id = {report}", free=FREE
    ),
    "report moves along its table": spoil(
        "report {report}",
        "UPDATE report_event SET cause = 'asked back' WHERE subject_id = {report} AND new = 'accepted'",
    ),
    "report moves are on record": spoil(
        "report {report}", "DELETE FROM audit_row WHERE act = 'report accepted' AND subject = 'report:{report}'"
    ),
    "report_more_time history agrees": spoil(
        "report_more_time {more_time}",
        "UPDATE report_more_time SET status = 'refused' WHERE id = {more_time}",
    ),
    "report_more_time moves along its table": spoil(
        "report_more_time {more_time}",
        "UPDATE report_more_time_event SET cause = 'refused' WHERE subject_id = {more_time} AND new = 'granted'",
    ),
    "report_more_time moves are on record": spoil(
        "report_more_time {more_time}",
        "DELETE FROM audit_row WHERE act = 'more time granted' AND subject = 'report_more_time:{more_time}'",
    ),
    "a delivery ends by its report": spoil(
        "delivery {delivery}", "UPDATE delivery SET spent_pence = spent_pence + 1 WHERE id = {delivery}"
    ),
    "a report's sum is that of its costs": spoil(
        "report {report}",
        "UPDATE report SET spent_pence = spent_pence + 1 WHERE id = {report}",
    ),
    "reports are answered by somebody of no part in it": spoil(
        "report {report}", "UPDATE report SET accepted_by_id = {reporters} WHERE id = {report}", free=FREE
    ),
    "receipts that an officer read are kept": spoil(
        "receipt {receipt}", "UPDATE receipt SET file_gone_at = now() WHERE id = {receipt}"
    ),
}
