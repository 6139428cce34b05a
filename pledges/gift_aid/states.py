"""The states of a recipient of Gift Aid and of a declaration, and what moves them. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Recipient(StrEnum):
    """Whether a group may claim: an officer has verified its reference at HMRC, or not (yet)."""

    ENTERED = "entered"
    VERIFIED = "verified"
    REFUSED = "refused"
    ENDED = "ended"


R = Recipient
RECIPIENT: Final[Transitions] = {
    (R.ENTERED, "verified"): R.VERIFIED,
    (R.ENTERED, "refused"): R.REFUSED,
    (R.ENTERED, "withdrawn"): R.ENDED,
    (R.VERIFIED, "ended"): R.ENDED,
}


class Declaration(StrEnum):
    """Whether a declaration stands. A corrected one is followed by another; nothing is overwritten."""

    IN_FORCE = "in force"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"


D = Declaration
DECLARATION: Final[Transitions] = {
    (D.IN_FORCE, "corrected"): D.CORRECTED,
    (D.IN_FORCE, "cancelled"): D.CANCELLED,
}
