"""The states of a case and what moves them. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Case(StrEnum):
    """Where a case is."""

    NEW = "new"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"


C = Case
CASE: Final[Transitions] = {
    (C.NEW, "answered"): C.ANSWERED,
    (C.REOPENED, "answered"): C.ANSWERED,
    (C.NEW, "closed"): C.CLOSED,
    (C.REOPENED, "closed"): C.CLOSED,
    (C.ANSWERED, "closed"): C.CLOSED,
    (C.ANSWERED, "wrote again"): C.REOPENED,
    (C.CLOSED, "wrote again"): C.REOPENED,
    (C.ANSWERED, "not content"): C.REOPENED,
    (C.CLOSED, "not content"): C.REOPENED,
    (C.CLOSED, "reopened"): C.REOPENED,
}
WAITS_FOR_US: Final = frozenset({C.NEW, C.REOPENED})
