"""The states of a schedule and of a payment on it. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Schedule(StrEnum):
    """Where a schedule of payments is."""

    PREPARED = "prepared"
    APPROVED = "approved"
    EXPORTED = "exported"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


SCHEDULE: Final[Transitions] = {
    (Schedule.PREPARED, "approved"): Schedule.APPROVED,
    (Schedule.PREPARED, "refused"): Schedule.REFUSED,
    (Schedule.PREPARED, "withdrawn"): Schedule.WITHDRAWN,
    (Schedule.APPROVED, "withdrawn"): Schedule.WITHDRAWN,  # before anything left the house
    (Schedule.APPROVED, "exported"): Schedule.EXPORTED,
}


class Payment(StrEnum):
    """Where one payment is. It is paid when a line of a bank statement says so, never before."""

    PREPARED = "prepared"
    APPROVED = "approved"
    EXPORTED = "exported"
    PAID = "paid"
    RETURNED = "returned"
    CANCELLED = "cancelled"


P = Payment
# why a payment ends before it went out
STOPS: Final = ("taken out", "bank details changed", "held", "match let go", "schedule refused", "schedule withdrawn")
PAYMENT: Final[Transitions] = {
    (P.PREPARED, "approved"): P.APPROVED,
    (P.APPROVED, "exported"): P.EXPORTED,
    (P.EXPORTED, "paid"): P.PAID,
    (P.PAID, "returned"): P.RETURNED,
    **{(old, cause): P.CANCELLED for old in (P.PREPARED, P.APPROVED) for cause in STOPS},
    # it went to the finance system and was not paid there: two people say so
    (P.EXPORTED, "never paid"): P.CANCELLED,
}
OPEN: Final = frozenset({P.PREPARED, P.APPROVED, P.EXPORTED})
NOT_OUT: Final = frozenset({P.PREPARED, P.APPROVED})
