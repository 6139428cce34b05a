"""The states of an invitation to answer, and what moves them. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Invitation(StrEnum):
    """Where an invitation is. What was answered may be changed until its last day: a note, no move."""

    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"
    LAPSED = "lapsed"  # its last day is over and nothing was sent


I = Invitation  # noqa: E741 - as the other tables of moves are written
INVITATION: Final[Transitions] = {
    (I.ASKED, "answered"): I.ANSWERED,
    (I.ASKED, "answered on paper"): I.ANSWERED,
    (I.ASKED, "declined"): I.DECLINED,
    (I.ASKED, "last day over"): I.LAPSED,
    (I.DECLINED, "answered"): I.ANSWERED,  # another of the group's owners, or a second thought
    (I.DECLINED, "answered on paper"): I.ANSWERED,
}
REMINDED: Final = "reminded"
CHANGED: Final = "answers changed"
