"""The states of a line of a bank statement. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Line(StrEnum):
    """Where a line is. Whatever did not match by itself stays visible until somebody has said what it is."""

    UNMATCHED = "unmatched"
    ASKED = "asked"
    MATCHED = "matched"
    NOT_OURS = "not ours"


L = Line
START: Final = L.UNMATCHED
LINE: Final[Transitions] = {
    (L.UNMATCHED, "matched"): L.MATCHED,
    (L.UNMATCHED, "match asked"): L.ASKED,
    (L.ASKED, "match agreed"): L.MATCHED,
    (L.ASKED, "match refused"): L.UNMATCHED,
    (L.UNMATCHED, "not ours"): L.NOT_OURS,
    (L.NOT_OURS, "looked at again"): L.UNMATCHED,
}


class Means(StrEnum):
    """What a matched line is. `several`: payments that went out in one debit, or came back in one credit."""

    PAYMENT = "payment"
    RETURN = "return"
    RECOVERY = "recovery"
    REPAYMENT = "repayment"  # named by a person on the page of the repayment (repayments/proving.py)
    SEVERAL = "several"
    SEVERAL_BACK = "several back"


OF_SEVERAL: Final = frozenset({Means.SEVERAL, Means.SEVERAL_BACK})


class Typed(StrEnum):
    """Where a statement is whose account and balances a person has typed. Its lines count once it is agreed."""

    ENTERED = "entered"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


TYPED: Final[Transitions] = {
    (Typed.ENTERED, "agreed"): Typed.AGREED,
    (Typed.ENTERED, "refused"): Typed.REFUSED,
    (Typed.ENTERED, "withdrawn"): Typed.WITHDRAWN,
}
