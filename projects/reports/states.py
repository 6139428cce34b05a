"""Where a report is, and a request for more time. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Report(StrEnum):
    """A report of a funded project."""

    ASKED = "asked"
    OVERDUE = "overdue"  # its day and the fair notice after it are over
    SENT = "sent"
    ASKED_BACK = "asked back"
    ACCEPTED = "accepted"
    LAPSED = (
        "lapsed"  # not asked any more: the project ended, or its final report takes in what an earlier one would say
    )


R = Report
WRITABLE: Final = (R.ASKED, R.OVERDUE, R.ASKED_BACK)
OPEN: Final = (*WRITABLE, R.SENT)
REPORT: Final[Transitions] = {
    (R.ASKED, "sent"): R.SENT,
    (R.OVERDUE, "sent"): R.SENT,
    (R.ASKED_BACK, "sent"): R.SENT,
    (R.ASKED, "sent on paper"): R.SENT,
    (R.OVERDUE, "sent on paper"): R.SENT,
    (R.ASKED_BACK, "sent on paper"): R.SENT,
    (R.ASKED, "fell overdue"): R.OVERDUE,
    (R.ASKED_BACK, "fell overdue"): R.OVERDUE,
    (R.OVERDUE, "later day"): R.ASKED,
    (R.SENT, "asked back"): R.ASKED_BACK,
    (R.SENT, "accepted"): R.ACCEPTED,
    **{(old, "not asked any more"): R.LAPSED for old in OPEN},
}


class MoreTime(StrEnum):
    """A group's request for a later day."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # the report was sent, or is not asked any more


MORE_TIME: Final[Transitions] = {
    (MoreTime.ASKED, "granted"): MoreTime.GRANTED,
    (MoreTime.ASKED, "refused"): MoreTime.REFUSED,
    (MoreTime.ASKED, "withdrawn"): MoreTime.WITHDRAWN,
    (MoreTime.ASKED, "not needed any more"): MoreTime.LAPSED,
}
