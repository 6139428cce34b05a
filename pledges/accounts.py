"""Ledger accounts of this package: text, made by functions so that no name is typed twice.

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
)


def pledged(campaign_id: int) -> str:
    """Promised to one campaign by residents' cards."""
    return f"memo:pledged:campaign:{campaign_id}"


def backers() -> str:
    """Promised by all residents together."""
    return "memo:backers"
