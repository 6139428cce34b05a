"""Closed lists of shares that go back. Pure."""

from enum import StrEnum


class Hand(StrEnum):
    """How a giver got a share of cash or a cheque back."""

    CASH = "cash"  # signed for
    CHEQUE = "cheque"  # with its number
