"""The closed lists of this package. Pure."""

from enum import StrEnum


class BackerKind(StrEnum):
    """Who pledges. A public body's money counts as other public money in the calculator (ruling 3)."""

    PERSON = "person"
    BUSINESS = "business"
    PUBLIC_BODY = "public body"
    GROUP = "group"


class Accrual(StrEnum):
    """How a match comes to count (ruling 6)."""

    FLAT = "flat"
    TOP_UP = "top-up"
    IN_FIRST = "in first"
    BRIDGING = "bridging"
    POUND_FOR_POUND = "pound for pound"  # reservations only: pots.take_up_to; no page offers it yet


class MovementKind(StrEnum):
    """What two people may do to a pot besides its caps."""

    MOVE = "move"
    CLOSE = "close"
    RETURN = "return"  # what was recovered is left again


class PlaceKind(StrEnum):
    """Kinds of place for which a fund may publish other numbers. Which one a project's place is, an officer records."""

    DEPRIVED = "deprived"
    RURAL = "rural"
    COASTAL = "coastal"
