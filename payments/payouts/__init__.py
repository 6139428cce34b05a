"""What becomes of money that was collected: its card cost, the group's account, transfers, and taking them back."""
