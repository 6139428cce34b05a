"""What a line of a statement is by itself, and what a person has to look at. Pure.

By itself only what is exact: our references, the whole amount, in the right direction, once. Everything else waits for a
person, with its reason.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from payments.bank_statements.states import Means

# M-7F3K-9Q2M, R-7F3K-9Q2M and S-7F3K-9Q2M; banks leave out hyphens and write capitals
_REFERENCE: Final = re.compile(
    r"(?<![A-Z0-9])([MRS])[\s-]?([2-9A-HJKMNP-TW-Z]{4})[\s-]?([2-9A-HJKMNP-TW-Z]{4})(?![A-Z0-9])"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A payment or recovery that a line names: what is open of it, in pence, and where it is.

    `since`: the day on which it went out, was paid or was asked back. What the bank booked before is another thing.
    `acted`: who does not vouch for it: who prepared and approved a payment, or decided what is asked back; who is of the
    group.
    """

    reference: str
    id: int
    is_recovery: bool
    open_pence: int
    status: str
    since: date = date.min
    acted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What a line is: `means` and the rows, or the reason why a person has to look."""

    means: Means | None = None
    ids: tuple[int, ...] = ()
    reason: str = ""


def references_in(*texts: str) -> list[str]:
    """Our references in what the bank wrote, each once, as we write them."""
    found = [f"{one[1]}-{one[2]}-{one[3]}" for text in texts for one in _REFERENCE.finditer(text.upper())]
    return list(dict.fromkeys(found))


def decide(
    amount_pence: int,
    is_return: bool,
    named: list[Known],
    booked_on: date,
    vouchers: frozenset[int] = frozenset(),
) -> Found:
    """What the line is. `named`: the rows that its references name; `vouchers`: who imported its statement, and who agreed.

    Somebody who neither prepared nor approved the payment must be among them, or neither proposed nor agreed what is asked
    back; else two people have to say it.
    """
    if not named:
        return Found(reason="no reference of ours")
    if any(booked_on < one.since for one in named):
        return Found(reason="booked before it can have been")
    if len(named) > 1:
        found = _several(amount_pence, is_return, named)
    elif named[0].is_recovery:
        found = _recovery(amount_pence, named[0])
    else:
        found = _paid(-amount_pence, named[0]) if amount_pence < 0 else _came_in(amount_pence, is_return, named[0])
    if found.means is not None and any(one.acted and vouchers <= one.acted for one in named):
        decided = "decided what is asked back" if named[0].is_recovery else "prepared or approved it"
        return Found(reason=f"imported by who {decided}")
    return found


def _several(pence: int, is_return: bool, named: list[Known]) -> Found:
    """Payments that went out, or came back, in one line: all of them, for exactly its amount."""
    if any(one.is_recovery for one in named):
        return Found(reason="several of our references")
    wanted = "exported" if pence < 0 else "paid"
    if any(one.status != wanted for one in named):
        return Found(reason=f"several payments, and not all of them are {wanted}")
    if sum(one.open_pence for one in named) != abs(pence):
        return Found(reason="another amount than the payments together")
    if pence > 0 and not is_return:
        return Found(reason="money came in, and the bank does not call it a return")
    return Found(Means.SEVERAL if pence < 0 else Means.SEVERAL_BACK, tuple(one.id for one in named))


def _paid(pence: int, one: Known) -> Found:
    if one.status == "paid":
        return Found(reason="this payment was paid before")
    if one.status != "exported":
        return Found(reason=f"this payment is {one.status}")
    if pence != one.open_pence:
        return Found(reason="another amount than the payment")
    return Found(Means.PAYMENT, (one.id,))


def _came_in(pence: int, is_return: bool, one: Known) -> Found:
    if one.status != "paid":
        return Found(reason=f"money came in, and this payment is {one.status}")
    if pence != one.open_pence:
        return Found(reason="another amount than the payment")
    if not is_return:
        return Found(reason="money came in, and the bank does not call it a return")
    return Found(Means.RETURN, (one.id,))


def _recovery(pence: int, one: Known) -> Found:
    if pence < 0:
        return Found(reason="money went out under the reference of a recovery")
    if one.status not in ("asked", "part back"):
        return Found(reason=f"this recovery is {one.status}")
    if pence != one.open_pence:
        return Found(reason="another amount than is to come back")
    return Found(Means.RECOVERY, (one.id,))
