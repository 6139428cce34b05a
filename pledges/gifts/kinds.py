"""Closed lists of off-line gifts."""

from enum import StrEnum


class Way(StrEnum):
    """What was handed over."""

    CASH = "cash"
    CHEQUE = "cheque"


class Wish(StrEnum):
    """What the giver wants if the project can't go ahead."""

    BACK = "back"
    TO_GROUP = "to the group"


class Return(StrEnum):
    """How a gift went back."""

    CASH = "cash"  # signed for
    CHEQUE = "cheque"  # one of ours, with its number
    OWN_CHEQUE = "own cheque"  # the giver's own, never paid in
    UNPAID = "unpaid"  # the giver's bank did not pay it


class Paid(StrEnum):
    """Why gifts were handed to the group."""

    SUCCESS = "campaign settled"
    WISH = "wish of the givers"
