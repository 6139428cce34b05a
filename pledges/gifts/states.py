"""The states of an off-line gift, and what moves it (docs/states.md). Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Gift(StrEnum):
    """Where an off-line gift is. It counts from `counted` on: a second person has seen it."""

    RECEIVED = "received"
    COUNTED = "counted"
    BANKED = "banked"
    RETURNED = "returned"


class Cause(StrEnum):
    """Why a gift goes back to its giver."""

    MISSED = "target missed"
    COLLAPSED = "collapsed"
    CANCELLED = "campaign cancelled"
    NOT_COUNTED = "not counted in time"
    ASKED = "asked for by giver"
    BOUNCED = "cheque bounced"
    MISTAKE = "entered by mistake"


G = Gift
GIFT: Final[Transitions] = {
    (G.RECEIVED, "counted"): G.COUNTED,
    (G.COUNTED, "banked"): G.BANKED,
    **{(state, str(cause)): G.RETURNED for state in (G.RECEIVED, G.COUNTED, G.BANKED) for cause in Cause},
}
COUNTS: Final = frozenset({G.COUNTED, G.BANKED})
KEPT: Final = frozenset({G.RECEIVED, G.COUNTED, G.BANKED})  # the money is with us, or with the group
