"""Ledger accounts of card money. Book cash: debits above nothing, credits below.

What residents paid by card lies at the provider (a debit) and is held for the group that ran the campaign (a credit):
we are the group's agent, so it is never income. What backers added for the card cost stands apart: it pays the
provider's fee and is in no figure of a campaign. The real fee is booked once the provider's books tell it, to whoever
bears it (payouts/rules.py); what a bank has taken back for a while stands apart as disputed (docs/money.md).
"""

from typing import Final

from crowdfund_kent.chart import Account, Nature, Whose
from crowdfund_kent.ledger import Line

PROVIDER_BALANCE: Final = "provider balance"
CARD_COSTS: Final = "programme:card costs"
LOSSES: Final = "programme:losses"
REPAID: Final = "repaid another way"
ADDED: Final = "added by the council"

CHART: Final[tuple[Account, ...]] = (
    Account(
        PROVIDER_BALANCE,
        "Provider balance",
        "what lies at the payment provider: charges that succeeded, less what went back or on to groups",
        Nature.ASSET,
        Whose.GROUP,
    ),
    Account(
        "held for group:campaign:<id>",
        "Held for a campaign's group",
        "collected from residents' cards for one campaign, not given back and not passed on yet: we are the group's agent",
        Nature.LIABILITY,
        Whose.GROUP,
    ),
    Account(
        "card cost cover:campaign:<id>",
        "Card cost cover",
        "what backers of one campaign added for the card cost: it pays the provider's fee",
        Nature.LIABILITY,
        Whose.BACKERS,
    ),
    Account(
        "in dispute:campaign:<id>",
        "In dispute",
        "taken back by backers' banks from one campaign's payments until the dispute is decided",
        Nature.ASSET,
        Whose.GROUP,
    ),
    Account(
        CARD_COSTS,
        "Card costs of the programme",
        "fees of the payment provider that the programme bears: of campaigns where it pays them, and of money given back",
        Nature.EXPENSE,
        Whose.PROGRAMME,
    ),
    Account(
        LOSSES,
        "Losses of the programme",
        "what refunds and disputes cost after the payout and the group's account could not give back, and dispute fees",
        Nature.EXPENSE,
        Whose.PROGRAMME,
    ),
    Account(
        REPAID,
        "Paid back another way",
        "what the council's bank paid to backers whose bank refused a refund: the same lies at the provider until the"
        " council draws it",
        Nature.LIABILITY,
        Whose.PROGRAMME,
    ),
    Account(
        ADDED,
        "Put into the provider's balance by the council",
        "the council's own money at the provider: it covers card costs and losses of the programme",
        Nature.LIABILITY,
        Whose.PROGRAMME,
    ),
)


def in_dispute(campaign_id: int) -> str:
    """Taken back by backers' banks for now, of one campaign."""
    return f"in dispute:campaign:{campaign_id}"


def held_for_campaign(campaign_id: int) -> str:
    """Collected for the group of one campaign and not paid out or given back yet."""
    return f"held for group:campaign:{campaign_id}"


def card_cost_cover(campaign_id: int) -> str:
    """Added by backers of one campaign for the card cost (ruling 9), and not given back."""
    return f"card cost cover:campaign:{campaign_id}"


def card_money(campaign_id: int, amount_pence: int, cover_pence: int) -> list[Line]:
    """The lines of `amount_pence` that came in by a card, `cover_pence` of it cover; both below nothing: it went back."""
    return [
        (PROVIDER_BALANCE, amount_pence),
        (held_for_campaign(campaign_id), cover_pence - amount_pence),
        (card_cost_cover(campaign_id), -cover_pence),
    ]


def repaid(campaign_id: int, amount_pence: int, cover_pence: int) -> list[Line]:
    """The lines of a failed refund that the council's bank paid: held for nobody else any more, owed to the council."""
    return [
        (held_for_campaign(campaign_id), amount_pence - cover_pence),
        (card_cost_cover(campaign_id), cover_pence),
        (REPAID, -amount_pence),
    ]


def drawn(amount_pence: int) -> list[Line]:
    """The lines of what the council took out of the provider's balance for having paid a backer."""
    return [(REPAID, amount_pence), (PROVIDER_BALANCE, -amount_pence)]


def added(amount_pence: int) -> list[Line]:
    """The lines of what the council put into the provider's balance."""
    return [(PROVIDER_BALANCE, amount_pence), (ADDED, -amount_pence)]
