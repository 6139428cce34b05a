"""The closed lists of reports. Pure."""

from enum import StrEnum


class ReportKind(StrEnum):
    """On the way, or at the end."""

    INTERIM = "interim"
    FINAL = "final"


class Shown(StrEnum):
    """Who can be recognised in a picture."""

    NOBODY = "nobody"
    ADULTS = "adults"
    CHILDREN = "children"  # also where adults are with them
