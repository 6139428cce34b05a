"""Ledger accounts of this package: text, made by functions so that no name is typed twice.

Off-line gifts are money from the moment a second person has counted them: in hand at a desk, then at a bank, and owed
to the givers or to the group all the while. They are nobody's income here.

Residents' pledges are commitments. The book stands at debit on pledged(campaign), at credit on backers(): their
balance is what residents have promised and is neither collected nor let go yet.
"""

from typing import Final

from crowdfund_kent.chart import Account, Nature, Whose

CHART: Final[tuple[Account, ...]] = (
    Account(
        "memo:pledged:campaign:<id>",
        "Promised to a campaign",
        "what residents have promised to one campaign by card and is neither collected nor let go yet",
        Nature.MEMORANDUM,
        Whose.NOBODY,
    ),
    Account(
        "memo:backers",
        "Promised by backers",
        "the other side of everything that residents have promised",
        Nature.MEMORANDUM,
        Whose.NOBODY,
    ),
    Account(
        "cash in hand:desk:<id>",
        "Cash and cheques in hand",
        "off-line gifts that a second person counted at one desk and that are not banked yet",
        Nature.ASSET,
        Whose.BACKERS,
    ),
    Account(
        "bank for gifts",
        "Bank account for gifts",
        "off-line gifts that desks of the council paid in, not given back and not handed to groups yet",
        Nature.ASSET,
        Whose.BACKERS,
    ),
    Account(
        "gifts banked by group:desk:<id>",
        "Gifts banked by a group",
        "off-line gifts that a group took itself and paid into its own account, until its campaign is settled",
        Nature.ASSET,
        Whose.BACKERS,
    ),
    Account(
        "gifts held:campaign:<id>",
        "Off-line gifts held for a campaign",
        "counted off-line gifts that go to the group once the campaign is settled, or back to their givers: held as agent",
        Nature.LIABILITY,
        Whose.BACKERS,
    ),
    Account(
        "programme:unpaid cheques",
        "Cheques unpaid after they were handed on",
        "what banks did not pay of cheques whose money was with the group already, less what groups gave back",
        Nature.EXPENSE,
        Whose.PROGRAMME,
    ),
)
BANK_FOR_GIFTS: Final = "bank for gifts"
UNPAID_CHEQUES: Final = "programme:unpaid cheques"


def pledged(campaign_id: int) -> str:
    """Promised to one campaign by residents' cards."""
    return f"memo:pledged:campaign:{campaign_id}"


def backers() -> str:
    """Promised by all residents together."""
    return "memo:backers"


def cash_in_hand(desk_id: int) -> str:
    """Counted gifts that lie at one desk."""
    return f"cash in hand:desk:{desk_id}"


def gifts_at_bank(desk_id: int, *, of_group: bool) -> str:
    """Where the gifts of a desk lie once they are banked: in the council's account, or in the group's own."""
    return f"gifts banked by group:desk:{desk_id}" if of_group else BANK_FOR_GIFTS


def gifts_held(campaign_id: int) -> str:
    """Counted gifts of one campaign that were neither given back nor handed to its group."""
    return f"gifts held:campaign:{campaign_id}"
