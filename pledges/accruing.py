"""Which accepted match counts as raised, and from when (domain.md, ruling 6). Pure; amounts are pence.

Flat and in first count from acceptance, pound for pound as it is reserved. Bridging counts once the crowd has `start_bp`
of the target. Top-ups count together, as soon as everything else and their sum reach the target. totals.py says the
same in SQL; a test compares them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from crowdfund_kent.money import BASIS_POINTS
from pledges.kinds import Accrual

LATER: Final = frozenset({Accrual.TOP_UP, Accrual.BRIDGING})  # may be accepted before they count
START_BP: Final = 2_500  # bridging, where nothing else was stored


@dataclass(frozen=True, slots=True)
class Accepted:
    """A match that its group accepted. `start_bp`: of bridging, as it stood when it was signed."""

    amount_pence: int
    accrual: Accrual = Accrual.FLAT
    start_bp: int = START_BP

    @classmethod
    def of(cls, amount_pence: int, accrual: str, start_bp: int | str | None) -> Self:
        """As a match pledge stores it; `start_bp` may be missing or text of a number."""
        return cls(amount_pence, Accrual(accrual), START_BP if start_bp is None else int(start_bp))


def start_pence(target_pence: int, start_bp: int) -> int:
    """What the crowd brings before a bridging match counts, rounded up to a penny.

    >>> start_pence(1_000_01, 2_500)
    25001
    """
    return -(-target_pence * start_bp // BASIS_POINTS)


def which_count(target_pence: int, crowd_pence: int, accepted: Sequence[Accepted]) -> list[bool]:
    """Of each accepted match whether it counts now.

    `crowd_pence`: pledged by the crowd, or what stood at the verdict.
    """
    alone = [
        one.accrual != Accrual.TOP_UP
        and (one.accrual != Accrual.BRIDGING or crowd_pence >= start_pence(target_pence, one.start_bp))
        for one in accepted
    ]
    without = crowd_pence + sum(one.amount_pence for one, counts in zip(accepted, alone, strict=True) if counts)
    joined = without + sum(one.amount_pence for one in accepted if one.accrual == Accrual.TOP_UP) >= target_pence
    return [counts or (joined and one.accrual == Accrual.TOP_UP) for one, counts in zip(accepted, alone, strict=True)]


def raised(target_pence: int, crowd_pence: int, accepted: Sequence[Accepted]) -> int:
    """The crowd's pledges and the match that counts (ruling 2).

    >>> raised(1_000_000, 400_000, [Accepted(600_000, Accrual.TOP_UP)])
    1000000
    >>> raised(1_000_000, 399_999, [Accepted(600_000, Accrual.TOP_UP)])
    399999
    """
    counting = which_count(target_pence, crowd_pence, accepted)
    return crowd_pence + sum(one.amount_pence for one, counts in zip(accepted, counting, strict=True) if counts)


def completes_at(target_pence: int, accepted: Sequence[Accepted]) -> int:
    """What everything but the top-ups must reach before they count."""
    return max(0, target_pence - sum(one.amount_pence for one in accepted if one.accrual == Accrual.TOP_UP))
