"""The states of a decision about money that was taken back by hand. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Decision(StrEnum):
    """Where it is. Only an agreed one counts; the newest agreed one says what is true now."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


D = Decision
DECISION: Final[Transitions] = {
    (D.PROPOSED, "agreed"): D.AGREED,
    (D.PROPOSED, "refused"): D.REFUSED,
    (D.PROPOSED, "withdrawn"): D.WITHDRAWN,
}
