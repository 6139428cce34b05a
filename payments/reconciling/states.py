"""The states of a difference between the provider's records and ours. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Difference(StrEnum):
    """Open: it holds the payout back. Explained: a person closed it with a reason. Agreed: a later night found none."""

    OPEN = "open"
    EXPLAINED = "explained"
    AGREED = "agreed"


DIFFERENCE: Final[Transitions] = {
    (Difference.OPEN, "explained"): Difference.EXPLAINED,
    (Difference.OPEN, "agreed"): Difference.AGREED,
}
