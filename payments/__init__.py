"""Card payments: charges, webhooks, settlement, refunds and payouts."""
