"""What can differ between the provider's records and ours. Closed lists; the words stand on officers' pages."""

from enum import StrEnum
from typing import Final


class Thing(StrEnum):
    """What is laid side by side."""

    CHARGE = "charge"
    FEE = "fee"
    REFUND = "refund"
    TRANSFER = "transfer"
    REVERSAL = "reversal"
    DISPUTE = "dispute"
    BOOKS = "books"


class What(StrEnum):
    """How the two sides stand to each other."""

    NOT_HERE = "not here"
    NOT_THERE = "not there"
    DIFFERS = "differs"


WORDS: Final = {
    (Thing.CHARGE, What.NOT_HERE): "A card was charged that we have not booked",
    (Thing.CHARGE, What.NOT_THERE): "We booked a payment that the provider does not have",
    (Thing.CHARGE, What.DIFFERS): "A payment is not the same on both sides",
    (Thing.FEE, What.NOT_HERE): "The provider kept a fee that we have not booked",
    (Thing.FEE, What.NOT_THERE): "We booked a fee that the provider did not keep",
    (Thing.FEE, What.DIFFERS): "The provider kept another fee than we booked",
    (Thing.REFUND, What.NOT_HERE): "The provider gave back money that we have not booked",
    (Thing.REFUND, What.NOT_THERE): "We booked a refund that the provider does not have",
    (Thing.REFUND, What.DIFFERS): "A refund is not the same on both sides",
    (Thing.TRANSFER, What.NOT_HERE): "The provider sent money to a group that we have not booked",
    (Thing.TRANSFER, What.NOT_THERE): "We booked money sent to a group that the provider did not send",
    (Thing.TRANSFER, What.DIFFERS): "Money sent to a group is not the same on both sides",
    (Thing.REVERSAL, What.NOT_HERE): "The provider took back money from a group that we have not booked",
    (Thing.REVERSAL, What.NOT_THERE): "We booked money taken back from a group that the provider did not take",
    (Thing.REVERSAL, What.DIFFERS): "Money taken back from a group is not the same on both sides",
    (Thing.DISPUTE, What.NOT_HERE): "A bank took back a payment and we have not booked it",
    (Thing.DISPUTE, What.NOT_THERE): "We booked a disputed payment that no bank took back",
    (Thing.DISPUTE, What.DIFFERS): "A disputed payment is not the same on both sides",
    (Thing.BOOKS, What.NOT_HERE): "The provider’s books have money of this campaign and ours have none",
    (Thing.BOOKS, What.NOT_THERE): "Our books have money of this campaign and the provider’s have none",
    (Thing.BOOKS, What.DIFFERS): "Our books of this campaign do not stand where the provider’s do",
}
