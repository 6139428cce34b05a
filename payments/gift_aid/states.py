"""The states of a claim. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Claim(StrEnum):
    """Where a claim is: its schedule is drawn and frozen, then the group has sent it to HMRC, or has let it be."""

    DRAWN = "drawn"
    CLAIMED = "claimed"
    WITHDRAWN = "withdrawn"


C = Claim
CLAIM: Final[Transitions] = {
    (C.DRAWN, "claimed"): C.CLAIMED,
    (C.DRAWN, "withdrawn"): C.WITHDRAWN,
}
