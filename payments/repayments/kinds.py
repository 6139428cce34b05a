"""How a backer is paid back when the card takes nothing."""

from enum import StrEnum


class How(StrEnum):
    """The way the money went."""

    TRANSFER = "bank transfer"
    CHEQUE = "cheque"
