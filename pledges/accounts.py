"""Ledger accounts of this package: text, made by functions so that no name is typed twice.

Residents' pledges are commitments. The book stands at debit on pledged(campaign), at credit on backers(): their
balance is what residents have promised and is neither collected nor let go yet.
"""


def pledged(campaign_id: int) -> str:
    """Promised to one campaign by residents' cards."""
    return f"memo:pledged:campaign:{campaign_id}"


def backers() -> str:
    """Promised by all residents together."""
    return "memo:backers"
