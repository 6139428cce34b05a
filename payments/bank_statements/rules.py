"""What a line of a statement is by itself, and what a person has to look at. Pure.

By itself only what is exact: our reference, the whole amount, in the right direction, once. Everything else waits for a
person, with its reason.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from payments.bank_statements.states import Means

# M-7F3K-9Q2M and R-7F3K-9Q2M; banks leave out hyphens and write capitals
_REFERENCE: Final = re.compile(
    r"(?<![A-Z0-9])([MR])[\s-]?([2-9A-HJKMNP-TW-Z]{4})[\s-]?([2-9A-HJKMNP-TW-Z]{4})(?![A-Z0-9])"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A payment or recovery that a line names: what is open of it, in pence, and where it is.

    `since`: the day on which it went out, was paid or was asked back. What the bank booked before is another thing.
    """

    reference: str
    id: int
    is_recovery: bool
    open_pence: int
    status: str
    since: date = date.min


@dataclass(frozen=True, slots=True)
class Found:
    """What a line is: `means` and the row, or the reason why a person has to look."""

    means: Means | None = None
    id: int | None = None
    reason: str = ""


def references_in(*texts: str) -> list[str]:
    """Our references in what the bank wrote, each once, as we write them."""
    found = [f"{one[1]}-{one[2]}-{one[3]}" for text in texts for one in _REFERENCE.finditer(text.upper())]
    return list(dict.fromkeys(found))


def decide(amount_pence: int, is_return: bool, named: list[Known], booked_on: date) -> Found:
    """What the line is. `named`: the rows that its references name."""
    if not named:
        return Found(reason="no reference of ours")
    if len(named) > 1:
        return Found(reason="several of our references")
    (one,) = named
    if booked_on < one.since:
        return Found(reason="booked before it can have been")
    if one.is_recovery:
        return _recovery(amount_pence, one)
    if amount_pence < 0:
        return _paid(-amount_pence, one)
    return _came_in(amount_pence, is_return, one)


def _paid(pence: int, one: Known) -> Found:
    if one.status == "paid":
        return Found(reason="this payment was paid before")
    if one.status != "exported":
        return Found(reason=f"this payment is {one.status}")
    if pence != one.open_pence:
        return Found(reason="another amount than the payment")
    return Found(Means.PAYMENT, one.id)


def _came_in(pence: int, is_return: bool, one: Known) -> Found:
    if one.status != "paid":
        return Found(reason=f"money came in, and this payment is {one.status}")
    if pence != one.open_pence:
        return Found(reason="another amount than the payment")
    if not is_return:
        return Found(reason="money came in, and the bank does not call it a return")
    return Found(Means.RETURN, one.id)


def _recovery(pence: int, one: Known) -> Found:
    if pence < 0:
        return Found(reason="money went out under the reference of a recovery")
    if one.status not in ("asked", "part back"):
        return Found(reason=f"this recovery is {one.status}")
    if pence != one.open_pence:
        return Found(reason="another amount than is to come back")
    return Found(Means.RECOVERY, one.id)
