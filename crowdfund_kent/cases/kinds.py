"""The kinds of cases with their clocks, the ways to answer, and how a case may end. Closed lists; pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What somebody asks of us."""

    COMPLAINT = "complaint"
    REFUND = "refund"
    WRONG = "wrong"  # something is wrong on a page
    FORMAT = "format"  # another format or language
    CALL = "call"  # a call from an officer
    REPORT = "report"  # of somebody's post
    APPEAL = "appeal"  # against hiding a post
    CONTACT = "contact"  # anything else


@dataclass(frozen=True, slots=True)
class About:
    """A kind in words, with its clock (domain.md, [A] but for complaints and refunds, which the issue sets).

    `answer_days`: working days to the first answer; `to_the_hour`: the same time of day then, not the day's end.
    `aim_days`: working days in which it shall be settled; None where the first answer is all.
    `within`: the promise, after "We answer".
    """

    name: str
    answer_days: int
    within: str
    to_the_hour: bool = False
    aim_days: int | None = None


_HOURS: Final = "within 48 hours, not counting weekends and bank holidays"
ABOUT: Final = {
    Kind.COMPLAINT: About("Complaint", 2, _HOURS, to_the_hour=True, aim_days=5),
    Kind.REFUND: About("Asking for a refund", 2, _HOURS, to_the_hour=True, aim_days=5),
    Kind.WRONG: About("Something is wrong", 1, "by the end of the next working day"),
    Kind.FORMAT: About("Another format or language", 5, "within 5 working days"),
    Kind.CALL: About("Asking for a call", 1, "by the end of the next working day"),
    Kind.REPORT: About("Report of a post", 1, "by the end of the next working day"),
    Kind.APPEAL: About("Appeal", 5, "within 5 working days"),
    Kind.CONTACT: About("Message to us", 2, "within 2 working days"),
}


class Way(StrEnum):
    """How the person wants to be answered."""

    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
    NONE = "none"  # they left nothing to reach them by


class Side(StrEnum):
    """Who wrote a message of a case."""

    PERSON = "person"
    OFFICER = "officer"
    NOTE = "note"  # between officers


class Outcome(StrEnum):
    """How a case ended. Each fits after "The outcome:"."""

    PUT_RIGHT = "put right"
    PARTLY = "partly put right"
    NOTHING_WRONG = "nothing to put right"
    DONE = "done as asked"
    PASSED_ON = "passed on to whoever can help"
    TWICE = "sent twice"
    NOT_MEANT = "not meant for us"


UNANSWERED: Final = frozenset({Outcome.TWICE, Outcome.NOT_MEANT})
"""What may be closed without an answer, besides what nobody left an address for."""
