"""The states of a hold. It counts at once; it ends only when a second person lets the payment go. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Hold(StrEnum):
    """Where a hold is. From *placed* to *release proposed* nothing is paid."""

    PLACED = "placed"  # by one person, and in effect at once: waiting is the safe side
    HELD = "held"  # a second person has agreed
    RELEASE_PROPOSED = "release proposed"
    LIFTED = "lifted"  # the second person did not agree with placing it
    RELEASED = "released"


H = Hold
IN_EFFECT: Final = (H.PLACED, H.HELD, H.RELEASE_PROPOSED)
HOLD: Final[Transitions] = {
    (H.PLACED, "confirmed"): H.HELD,
    (H.PLACED, "not confirmed"): H.LIFTED,
    (H.HELD, "release proposed"): H.RELEASE_PROPOSED,
    (H.RELEASE_PROPOSED, "kept"): H.HELD,
    (H.RELEASE_PROPOSED, "released"): H.RELEASED,
}
