"""Subsidy control: may this group take this money, under the rule set of the day on which it was offered."""
