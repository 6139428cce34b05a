"""What a group reports of a funded project: once, for all funders. An officer's acceptance ends the delivery."""
