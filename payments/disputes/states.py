"""The states of a dispute. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Dispute(StrEnum):
    """Where a dispute is. What the provider calls an inquiry is open too, and takes no money yet."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


DISPUTE: Final[Transitions] = {
    (Dispute.OPEN, "won"): Dispute.WON,
    (Dispute.OPEN, "lost"): Dispute.LOST,
}
