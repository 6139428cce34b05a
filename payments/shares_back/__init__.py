"""Shares of unspent money go back to whom they came from (ruling 18): decided by two people for a whole campaign."""
