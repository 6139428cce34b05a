"""What is paid of a match, when, and what must be done first. Pure.

Ruling 13: instalments only where the fund said so before the pitch; up to and including the limit all at once, else
floor(first share) of each source, and the rest once the interim report was accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from crowdfund_kent.working_days import add_working_days

WHOLE_BP: Final = 10_000
PAID_WITHIN_WORKING_DAYS: Final = 10  # of settlement (domain.md, defaults)


class Part(StrEnum):
    """Which part of a match a payment is."""

    WHOLE = "whole"
    FIRST = "first"
    REST = "rest"
    OWN = "own"  # nothing of the match: only the group's own money (owing.py)


@dataclass(frozen=True, slots=True)
class Instalments:
    """A fund's own rule, as the match pledge keeps it. `over_pence`: up to and including it all is paid at once."""

    over_pence: int
    first_bp: int

    @classmethod
    def of_terms(cls, terms: Mapping[str, object]) -> "Instalments | None":
        """What the terms of a match pledge say; None: all at once."""
        kept = terms.get("instalments")
        if not isinstance(kept, Mapping):
            return None
        return cls(int(kept["over_pence"]), int(kept["first_bp"]))


def parts_of(draws: Sequence[int], instalments: Instalments | None) -> list[list[int]]:
    """The payments of a match, each as pence by source, in the order of `draws` (what the match holds in each source).

    >>> parts_of([300_001, 200_000], Instalments(500_000, 7_000))
    [[210000, 140000], [90001, 60000]]
    """
    if instalments is None or sum(draws) <= instalments.over_pence:
        return [list(draws)]
    first = [amount * instalments.first_bp // WHOLE_BP for amount in draws]
    rest = [amount - part for amount, part in zip(draws, first, strict=True)]
    return [parts for parts in (first, rest) if sum(parts)]


def next_part(
    draws: Sequence[tuple[int, int]], instalments: Instalments | None, *, rest_paid: bool = False
) -> tuple[Part, list[int]] | None:
    """What is to pay next of (held, paid already) by source: which part, and pence by source; None when all is paid.

    `rest_paid`: the rest is with the group, so whatever is left is of a first part that came back.
    """
    paid = [one for _, one in draws]
    left = [held - one for held, one in draws]
    if not sum(left):
        return None
    planned = parts_of([held for held, _ in draws], instalments)
    if len(planned) == 1:
        return Part.WHOLE, left
    if rest_paid:
        return Part.FIRST, left
    # a first part that came back in part or whole is the first part once more
    still = [max(0, first - one) for first, one in zip(planned[0], paid, strict=True)]
    return (Part.FIRST, still) if sum(still) else (Part.REST, left)


def due_on(from_day: date) -> date:
    """The last day on which a payment is in time: the tenth working day after the settlement, or what it waits for."""
    return add_working_days(from_day, PAID_WITHIN_WORKING_DAYS)
