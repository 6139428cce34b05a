"""Where a period of the books is. Closed is the end: it is never opened again (docs/decisions/0011-books-that-close.md)."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Period(StrEnum):
    """A period that one person proposes to close and another closes."""

    PROPOSED = "proposed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


PERIOD: Final[Transitions] = {
    (Period.PROPOSED, "closed"): Period.CLOSED,
    (Period.PROPOSED, "withdrawn"): Period.WITHDRAWN,
}
