"""Ledger accounts of imported history: money that moved before this site kept the books, never mixed with its own."""

from typing import Final

from crowdfund_kent.chart import Account, Nature, Whose

CHART: Final[tuple[Account, ...]] = tuple(
    Account(prefix, name, meaning, Nature.MEMORANDUM, Whose.NOBODY)
    for prefix, name, meaning in (
        ("history:collected:batch:<id>", "Collected elsewhere", "what another platform collected, by import"),
        ("history:paid out:campaign:<id>", "Paid out elsewhere", "what that platform passed to the group"),
        ("history:match paid:fund:<id>", "Match paid elsewhere", "what a fund paid before this site kept the books"),
        ("history:match received:campaign:<id>", "Match received elsewhere", "what a group received from funds before"),
    )
)


def collected_elsewhere(batch_id: int) -> str:
    """What another platform collected from backers, by import."""
    return f"history:collected:batch:{batch_id}"


def paid_out_elsewhere(campaign_id: int) -> str:
    """What that platform passed to the group."""
    return f"history:paid out:campaign:{campaign_id}"


def match_paid_elsewhere(fund_id: int) -> str:
    """What a fund paid before."""
    return f"history:match paid:fund:{fund_id}"


def paid_to_group_elsewhere(campaign_id: int) -> str:
    """What a group received from funds before."""
    return f"history:match received:campaign:{campaign_id}"
