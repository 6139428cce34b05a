"""Ledger accounts of commitments: memorandum only, never in one movement with cash.

Each funding source has one account for its cap (credit) and one for each place where the cap's pence can stand
(debit), so that the five counters of the source and what is left can be read from the ledger alone.
"""

from typing import Final

from crowdfund_kent.chart import Account, Nature, Whose

PLACES: Final = ("available", "earmarked", "pledged", "confirmed", "paid", "recovered")
_MEANINGS: Final = {
    "available": "left of the cap: it can be offered",
    "earmarked": "set aside by a signed award that the group has not accepted yet",
    "pledged": "accepted by the group: it counts in the campaign's sum",
    "confirmed": "owed to the group since its campaign succeeded, and not paid",
    "paid": "paid to groups",
    "recovered": "came back from groups, and is not left again by itself",
}

CHART: Final[tuple[Account, ...]] = (
    Account(
        "memo:source:<id>:cap",
        "Cap of a funding source",
        "what the source was given: the other side of every penny in its places",
        Nature.MEMORANDUM,
        Whose.FUNDER,
    ),
    *(
        Account(f"memo:source:<id>:{name}", f"Source: {name}", _MEANINGS[name], Nature.MEMORANDUM, Whose.FUNDER)
        for name in PLACES
    ),
)


def cap(source_id: int) -> str:
    """What the source was given: the other side of every penny in its places."""
    return f"memo:source:{source_id}:cap"


def place(source_id: int, name: str) -> str:
    """Where pence of the source stand: one of PLACES."""
    if name not in PLACES:
        raise ValueError(f"{name} is no place in a source: {', '.join(PLACES)}")
    return f"memo:source:{source_id}:{name}"
