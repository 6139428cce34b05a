"""Ledger accounts of commitments: memorandum only, never in one movement with cash.

Each funding source has one account for its cap (credit) and one for each place where the cap's pence can stand
(debit), so that the five counters of the source and what is left can be read from the ledger alone.
"""

from typing import Final

PLACES: Final = ("available", "earmarked", "pledged", "confirmed", "paid", "recovered")


def cap(source_id: int) -> str:
    """What the source was given: the other side of every penny in its places."""
    return f"memo:source:{source_id}:cap"


def place(source_id: int, name: str) -> str:
    """Where pence of the source stand: one of PLACES."""
    if name not in PLACES:
        raise ValueError(f"{name} is no place in a source: {', '.join(PLACES)}")
    return f"memo:source:{source_id}:{name}"
