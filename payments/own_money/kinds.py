"""Which way the council's own money went."""

from enum import StrEnum


class Way(StrEnum):
    """The way."""

    DRAWN = "drawn"  # from the provider to the council's bank
    ADDED = "added"  # from the council's bank into the provider's balance
