"""A backer's bank takes a payment back: opened, won or lost, before the payout and after it."""
