"""Ledger accounts of shares that go back by hand: promises. The money lies with the group, which gives it to the giver.

What goes back to a card is in the accounts of card money; a fund's share in those of the council's bank.
"""

from typing import Final

from crowdfund_kent.chart import Account, Nature, Whose
from crowdfund_kent.ledger import Line

GIVERS: Final = "memo:shares by hand"

CHART: Final[tuple[Account, ...]] = (
    Account(
        "memo:shares by hand:campaign:<id>",
        "Shares due by hand",
        "shares of unspent money that givers of cash and cheques are still to get from the group of one campaign",
        Nature.MEMORANDUM,
        Whose.BACKERS,
    ),
    Account(
        GIVERS,
        "Shares due by hand, of all",
        "the other side of every share that is still to be given by hand",
        Nature.MEMORANDUM,
        Whose.NOBODY,
    ),
)


def due_by_hand(campaign_id: int) -> str:
    """What givers of one campaign are still to get."""
    return f"memo:shares by hand:campaign:{campaign_id}"


def lines(campaign_id: int, pence: int) -> list[Line]:
    """`pence` more is due to givers of a campaign; below nothing: it was given."""
    return [(GIVERS, pence), (due_by_hand(campaign_id), -pence)]
