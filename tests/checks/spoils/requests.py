"""Requests for information."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "information_request history agrees": spoil(
        "information_request {request}",
        "UPDATE information_request SET status = 'received', published_at = NULL WHERE id = {request}",
        free=("information_request.information_request_answered_whole",),
    ),
    "information_request moves along its table": spoil(
        "information_request {request}",
        "UPDATE information_request_event SET cause = 'refused' WHERE subject_id = {request} AND new = 'answered'",
    ),
    "information_request moves are on record": spoil(
        "information_request {request}",
        "DELETE FROM audit_row WHERE subject = 'information_request:{request}' AND act = 'request answered'",
    ),
    "a request is due on its twentieth working day": spoil(
        "information_request {request}", "UPDATE information_request SET due_on = due_on + 1 WHERE id = {request}"
    ),
    "an answer stays as it went": spoil(
        "information_request {request}",
        "UPDATE information_redaction SET made_at = made_at + interval '1 day' WHERE request_id = {request}",
    ),
}
