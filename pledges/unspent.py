"""The shares of unspent money (ruling 18). Pure.

A fund gets back floor(unspent x its match paid / all cash received), a backer floor(unspent x pledge collected / all
cash received); odd pennies stay with the group.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Party = TypeVar("Party", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Shares(Generic[Party]):
    """What each party is to get back, in pence, and the odd pennies that stay with the group."""

    of: Mapping[Party, int]
    kept_pence: int


def shares(unspent_pence: int, paid_in: Mapping[Party, int]) -> Shares[Party]:
    """Split `unspent_pence` by what each party paid in, each rounded down. ValueError where more is left than came in.

    >>> shares(100, {"fund": 500, "ann": 250, "bob": 250})
    Shares(of={'fund': 50, 'ann': 25, 'bob': 25}, kept_pence=0)
    """
    received = sum(paid_in.values())
    if unspent_pence < 0 or any(pence < 0 for pence in paid_in.values()):
        raise ValueError("amounts are never below nothing")
    if unspent_pence > received:
        raise ValueError("more can't be left than came in")
    due = {party: unspent_pence * pence // received for party, pence in paid_in.items() if pence}
    return Shares(due, unspent_pence - sum(due.values()))
