"""The closed lists of bank statements. Pure."""

from enum import StrEnum


class Format(StrEnum):
    """What a file may be."""

    CSV = "csv"
    CAMT_02 = "camt.053.001.02"
    CAMT_08 = "camt.053.001.08"
