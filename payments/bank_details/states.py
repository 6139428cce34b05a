"""The states of a group's bank details. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Details(StrEnum):
    """Where bank details are. Only approved ones are paid to; whatever is open stops payments to the group."""

    TO_CHECK = "to check"
    CHECKED = "checked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    STOPPED = "stopped"


D = Details
START: Final = D.TO_CHECK
DETAILS: Final[Transitions] = {
    (D.TO_CHECK, "checked"): D.CHECKED,
    (D.CHECKED, "sent back"): D.TO_CHECK,
    (D.CHECKED, "approved"): D.APPROVED,
    (D.TO_CHECK, "refused"): D.REFUSED,
    (D.CHECKED, "refused"): D.REFUSED,
    (D.TO_CHECK, "withdrawn"): D.WITHDRAWN,
    (D.CHECKED, "withdrawn"): D.WITHDRAWN,
    (D.APPROVED, "replaced"): D.REPLACED,
    (D.APPROVED, "stopped"): D.STOPPED,  # a payment came back, or somebody has doubts: new ones start over
}
OPEN: Final = frozenset({D.TO_CHECK, D.CHECKED})
