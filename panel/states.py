"""The states of an award: proposed by one person, signed by another. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Award(StrEnum):
    """Where a proposed award is."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


A = Award
AWARD: Final[Transitions] = {
    (A.PROPOSED, "signed"): A.SIGNED,
    (A.PROPOSED, "refused by signatory"): A.REFUSED,
    (A.PROPOSED, "withdrawn"): A.WITHDRAWN,
}
