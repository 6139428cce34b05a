"""Gifts off-line: cash and cheques, from the desk to the group or back to the giver (docs/gifts.md)."""
