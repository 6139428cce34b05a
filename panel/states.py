"""The states of awards, rounds, pitches, reviews and requests for information. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Award(StrEnum):
    """Where a proposed award is."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


A = Award
AWARD: Final[Transitions] = {
    (A.PROPOSED, "signed"): A.SIGNED,
    (A.PROPOSED, "refused by signatory"): A.REFUSED,
    (A.PROPOSED, "withdrawn"): A.WITHDRAWN,
}


class Round(StrEnum):
    """Where a round of a panel is."""

    PLANNED = "planned"
    OPEN = "open"
    SCORING = "scoring"
    MEETING = "meeting"
    SIGNED = "signed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


R = Round
ROUND: Final[Transitions] = {
    (R.PLANNED, "opened"): R.OPEN,
    (R.OPEN, "pitches closed"): R.SCORING,
    (R.SCORING, "meeting begun"): R.MEETING,
    (R.MEETING, "signed"): R.SIGNED,
    (R.SIGNED, "published"): R.PUBLISHED,
    **{(old, "cancelled"): R.CANCELLED for old in (R.PLANNED, R.OPEN, R.SCORING, R.MEETING)},
}


class Pitch(StrEnum):
    """Where a group's pitch is. Deferred: it comes again, as a new pitch, in a later round."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AWARDED = "awarded"
    DECLINED = "declined"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


P = Pitch
PITCH: Final[Transitions] = {
    (P.DRAFT, "submitted"): P.SUBMITTED,
    (P.DRAFT, "round closed"): P.LAPSED,
    (P.DRAFT, "round cancelled"): P.LAPSED,
    (P.SUBMITTED, "signed"): P.AWARDED,
    (P.SUBMITTED, "declined"): P.DECLINED,
    (P.SUBMITTED, "deferred"): P.DEFERRED,
    (P.SUBMITTED, "withdrawn by group"): P.WITHDRAWN,
    (P.SUBMITTED, "campaign over"): P.WITHDRAWN,
    (P.SUBMITTED, "round cancelled"): P.LAPSED,
}


class Review(StrEnum):
    """Where a review of process is."""

    ASKED = "asked"
    ANSWERED = "answered"


REVIEW: Final[Transitions] = {(Review.ASKED, "answered"): Review.ANSWERED}


class Request(StrEnum):
    """Where a request for information is. While we wait for words that make it clear, its clock stands."""

    RECEIVED = "received"
    UNCLEAR = "unclear"
    ANSWERED = "answered"
    REFUSED = "refused"


REQUEST: Final[Transitions] = {
    (Request.RECEIVED, "clarification asked"): Request.UNCLEAR,
    (Request.UNCLEAR, "clarified"): Request.RECEIVED,
    (Request.RECEIVED, "answered"): Request.ANSWERED,
    (Request.RECEIVED, "refused"): Request.REFUSED,
    (Request.UNCLEAR, "refused"): Request.REFUSED,
}
