"""The test cards. Source: docs.stripe.com/testing; decline codes: docs.stripe.com/declines/codes.

Any other number is refused: a real card has no business here.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

Saving = Literal["ok", "authenticate", "decline"]
Charging = Literal["ok", "authenticate_unless_set_up", "authenticate_always", "decline"]
Refunding = Literal["ok", "pending", "fails_later"]


@dataclass(frozen=True, slots=True)
class TestCard:
    """How one card number behaves. code and decline_code are what its bank answers when it says no."""

    __test__ = False  # not a test class for pytest

    number: str
    says: str
    saving: Saving = "ok"
    charging: Charging = "ok"
    refunding: Refunding = "ok"
    code: str = "card_declined"
    decline_code: str | None = None
    advice_code: str | None = None
    brand: str = "visa"
    country: str = "GB"
    own_family: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


CARDS = (
    TestCard("4242424242424242", "Saves, and can be charged"),
    TestCard("5555555555554444", "Saves, and can be charged (Mastercard)", brand="mastercard"),
    TestCard(
        "4000002500003155",
        "Asks you to authenticate when you save it, then can be charged",
        saving="authenticate",
        charging="authenticate_unless_set_up",
    ),
    TestCard(
        "4000002760003184",
        "Asks you to authenticate when you save it, and again each time it is charged",
        saving="authenticate",
        charging="authenticate_always",
    ),
    TestCard(
        "4000008260003178",
        "Asks you to authenticate when you save it; charging it fails: not enough money",
        saving="authenticate",
        charging="decline",
        decline_code="insufficient_funds",
        advice_code="try_again_later",
    ),
    TestCard(
        "4000000000000341", "Saves; charging it fails: declined", charging="decline", decline_code="generic_decline"
    ),
    TestCard("4000000000000002", "Can't be saved: declined", saving="decline", decline_code="generic_decline"),
    TestCard(
        "4000000000009995",
        "Can't be saved: not enough money",
        saving="decline",
        decline_code="insufficient_funds",
        advice_code="try_again_later",
    ),
    TestCard(
        "4000000000009987",
        "Can't be saved: lost card",
        saving="decline",
        decline_code="lost_card",
        advice_code="do_not_try_again",
    ),
    TestCard(
        "4000000000009979",
        "Can't be saved: stolen card",
        saving="decline",
        decline_code="stolen_card",
        advice_code="do_not_try_again",
    ),
    TestCard("4000000000000069", "Can't be saved: expired card", saving="decline", code="expired_card"),
    TestCard("4000000000000127", "Can't be saved: wrong security code", saving="decline", code="incorrect_cvc"),
    TestCard("4000000000000119", "Can't be saved: processing error", saving="decline", code="processing_error"),
    TestCard("4000000000007726", "Saves and charges; a refund stays pending for a minute", refunding="pending"),
    TestCard("4000000000005126", "Saves and charges; a refund fails a minute later", refunding="fails_later"),
)
_BY_NUMBER = {card.number: card for card in CARDS}

MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def find(number: str) -> TestCard | None:
    """The behaviour of a number, None for one that is no test card.

    Ours, not Stripe's: each number of the family 4242 4242 4xxx xxxx with a right check digit behaves like
    4242 4242 4242 4242, so that a drill can have many different cards.
    """
    found = _BY_NUMBER.get(number)
    if found is None and len(number) == 16 and number.startswith("424242424") and has_check_digit(number):
        found = TestCard(number, "One of many that save and can be charged", own_family=True)
    return found


def has_check_digit(number: str) -> bool:
    """Luhn: the last digit of a card number checks the others."""
    if not number.isdecimal():
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def family_number(index: int) -> str:
    """The index-th (from 0) card of our own family."""
    body = f"424242424{index % 1_000_000:06d}"
    return next(body + str(digit) for digit in range(10) if has_check_digit(body + str(digit)))


def fingerprint(world: int, number: str) -> str:
    """The same card in the same account has the same fingerprint (docs.stripe.com/api/payment_methods/object)."""
    return hashlib.sha256(f"{world}:{number}".encode()).hexdigest()[:16]
