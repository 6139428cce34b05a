"""Closed lists of claims. Pure."""

from enum import StrEnum


class Adjusted(StrEnum):
    """Why a line of an earlier claim is told to HMRC as an adjustment."""

    NO_GIFT = "no gift any more"  # it went back, was disputed, or its giver cancelled the declaration
    CORRECTED = "corrected"  # its giver's name or home was put right: it is claimed once more as it stands now
