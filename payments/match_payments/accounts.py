"""Ledger accounts of the council's own money. Book cash: debits above nothing, credits below.

`council bank` is the council's bank account as far as this programme moves it: what was paid out of it stands below
nothing. What a source paid to groups is the council's expense; what came back of it stands apart, and takes nothing away
from what was paid. Commitments are memorandum accounts of their own (pledges/match_accounts.py).
"""

from collections.abc import Mapping
from typing import Final

from crowdfund_kent.chart import Account, Nature, Whose
from crowdfund_kent.ledger import Line

COUNCIL_BANK: Final = "council bank"
OWED_BACK: Final = "owed back to groups"


def paid(source_id: int) -> str:
    """What one funding source has paid to groups, less what the bank sent back."""
    return f"match paid:source:{source_id}"


def recovered(source_id: int) -> str:
    """What groups gave back to one funding source because it was not spent."""
    return f"match recovered:source:{source_id}"


def payment_lines(by_source: Mapping[int, int], own_pence: int = 0) -> list[Line]:
    """Out of the bank, as the sources bear it; `own_pence` of it is the group's own. Turned around for a return."""
    return [
        (COUNCIL_BANK, -sum(by_source.values()) - own_pence),
        *((paid(one), pence) for one, pence in by_source.items()),
        (OWED_BACK, own_pence),
    ]


def returned_lines(by_source: Mapping[int, int], own_pence: int = 0) -> list[Line]:
    """The same, turned around."""
    return [(account, -pence) for account, pence in payment_lines(by_source, own_pence)]


def recovery_lines(by_source: Mapping[int, int]) -> list[Line]:
    """Into the bank, to the sources that had paid."""
    return [(COUNCIL_BANK, sum(by_source.values())), *((recovered(one), -pence) for one, pence in by_source.items())]


CHART: Final = (
    Account(
        COUNCIL_BANK,
        "Council bank",
        "what this programme moved on the council's bank account, by lines of its statements: paid, sent back, recovered",
        Nature.ASSET,
        Whose.FUNDER,
    ),
    Account(
        "match paid:source:<id>",
        "Match paid",
        "what one funding source paid to groups, less what the bank sent back",
        Nature.EXPENSE,
        Whose.FUNDER,
    ),
    Account(
        OWED_BACK,
        "Owed back to groups",
        "groups' own money: of payments that the bank sent back, what had been recovered before; until it is paid out again",
        Nature.LIABILITY,
        Whose.GROUP,
    ),
    Account(
        "match recovered:source:<id>",
        "Match recovered",
        "unspent match that groups gave back to one funding source (ruling 18)",
        Nature.INCOME,
        Whose.FUNDER,
    ),
)
