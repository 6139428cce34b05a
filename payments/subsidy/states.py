"""The states of a subsidy check. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Subsidy(StrEnum):
    """Where the check of one match pledge is. Only a cleared one is paid."""

    ASKED = "asked"
    ANSWERED = "answered"
    CLEARED = "cleared"
    BLOCKED = "blocked"


S = Subsidy
START: Final = S.ASKED
SUBSIDY: Final[Transitions] = {
    (S.ASKED, "answered"): S.ANSWERED,
    (S.ANSWERED, "asked again"): S.ASKED,
    (S.ANSWERED, "no enterprise"): S.CLEARED,
    (S.ANSWERED, "within the limit"): S.CLEARED,
    (S.ANSWERED, "above the limit"): S.BLOCKED,
    (S.CLEARED, "asked again"): S.ASKED,
    (S.BLOCKED, "asked again"): S.ASKED,
}
