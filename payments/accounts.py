"""Ledger accounts of card money. Book cash: debits above nothing, credits below.

What residents paid by card lies at the provider (a debit) and is held for the group that ran the campaign (a credit):
we are the group's agent, so it is never income. The provider's fee is booked with payouts, from the balance
transactions: until then the balance here is before fees (docs/money.md).
"""

from typing import Final

PROVIDER_BALANCE: Final = "provider balance"


def held_for_campaign(campaign_id: int) -> str:
    """Collected for the group of one campaign and not paid out or given back yet."""
    return f"held for group:campaign:{campaign_id}"
