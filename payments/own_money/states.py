"""The states of a movement between the council's bank and the provider's balance. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class OwnMove(StrEnum):
    """Where it is. It is in the books only once it is *confirmed*."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OWN_MOVE: Final[Transitions] = {
    (OwnMove.RECORDED, "confirmed"): OwnMove.CONFIRMED,
    (OwnMove.RECORDED, "refused"): OwnMove.REFUSED,
    (OwnMove.RECORDED, "withdrawn"): OwnMove.WITHDRAWN,
}
