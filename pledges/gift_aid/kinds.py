"""Closed lists of Gift Aid."""

from enum import StrEnum


class RecipientKind(StrEnum):
    """What may claim: nobody else may (ITA 2007, part 8, chapter 2)."""

    CHARITY = "charity"
    CASC = "community amateur sports club"


class Declared(StrEnum):
    """How a declaration was given."""

    PLEDGE = "pledge"
    PRIVATE_PAGE = "private page"
    DESK = "desk"
    PAPER = "paper"
