"""What must hold of requests for information, as queries over the live database."""

from typing import Final

from crowdfund_kent.clock import london_day
from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from crowdfund_kent.working_days import add_working_days
from panel.models import InformationRequest, InformationRequestEvent
from panel.services.requests import ACTS, ANSWER_WITHIN
from panel.states import REQUEST, Request


async def _due_on_another_day() -> list[str]:
    """Requests whose last day does not follow from the day they came, or from what was said when they became clear."""
    clear: dict[int, InformationRequestEvent] = {}
    for event in await InformationRequestEvent.filter(cause="clarified").order_by("id"):
        clear[event.subject_id] = event
    found = []
    for one in await InformationRequest.all().order_by("id"):
        first = add_working_days(one.received_on, ANSWER_WITHIN)
        last = add_working_days(london_day(clear[one.id].effective_at), ANSWER_WITHIN) if one.id in clear else first
        if not first <= one.due_on <= last:
            found.append(f"information_request {one.id}")
    return found


RULES: Final = (
    newest_event_rule("information_request"),
    moves_rule("information_request", REQUEST, start=Request.RECEIVED),
    recorded_rule("information_request", ACTS),
    Rule(
        "a request is due on its twentieth working day",
        "20 working days in England after it came; where somebody said what they mean, at most after the day they did",
        find=_due_on_another_day,
    ),
    Rule(
        "an answer stays as it went",
        "whoever let it go neither prepared it nor left words out, it went after it was prepared, and nothing was left"
        " out afterwards",
        "SELECT 'information_request ' || q.id AS offender FROM information_request q WHERE q.status = 'answered'"
        " AND (q.answered_by_id = q.prepared_by_id OR q.bundle IS NULL OR EXISTS (SELECT 1 FROM information_redaction r"
        " WHERE r.request_id = q.id AND (r.made_at > q.prepared_at OR r.made_by_id = q.answered_by_id))) ORDER BY q.id",
    ),
)
