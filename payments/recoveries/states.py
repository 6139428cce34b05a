"""The states of money that is asked back from a group, and of a match that is closed short. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions
from pledges.states import Match


class Recovery(StrEnum):
    """Where a recovery is."""

    ASKED = "asked"
    PART_BACK = "part back"
    BACK = "back"
    GIVEN_UP = "given up"


R = Recovery
RECOVERY: Final[Transitions] = {
    (R.ASKED, "came in part"): R.PART_BACK,
    (R.ASKED, "came"): R.BACK,
    (R.PART_BACK, "came"): R.BACK,
    (R.PART_BACK, "came in part"): R.PART_BACK,
    (R.ASKED, "given up"): R.GIVEN_UP,
    (R.PART_BACK, "given up"): R.GIVEN_UP,
}
OPEN: Final = frozenset({R.ASKED, R.PART_BACK})
# of a match in these something may be to pay, which two people can let go of
MAY_BE_SHORT: Final = (Match.CONFIRMED, Match.PART_PAID, Match.CLOSED_SHORT, Match.PART_RECOVERED)


class Shortening(StrEnum):
    """Where a proposal is to let go of what is still to pay, or of what is still to come back."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


SHORTENING: Final[Transitions] = {
    (Shortening.PROPOSED, "agreed"): Shortening.AGREED,
    (Shortening.PROPOSED, "refused"): Shortening.REFUSED,
    (Shortening.PROPOSED, "withdrawn"): Shortening.WITHDRAWN,
}
