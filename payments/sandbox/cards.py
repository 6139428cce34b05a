"""The test cards. Source: docs.stripe.com/testing; decline codes: docs.stripe.com/declines/codes.

Any other number is refused: a real card has no business here. Families of numbers are ours, not Stripe's: many cards of
one kind, with different fingerprints.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

Saving = Literal["ok", "authenticate", "decline"]
Charging = Literal["ok", "authenticate_unless_set_up", "authenticate_always", "decline"]
Refunding = Literal["ok", "pending", "fails_later"]
Pricing = Literal["standard", "premium", "eea", "international"]  # stripe.com/gb/pricing
Disputing = Literal["fraudulent", "product_not_received", "inquiry"]


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
    pricing: Pricing = "standard"
    disputing: Disputing | None = None
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
    # docs.stripe.com/testing#disputes
    TestCard("4000000000000259", "Saves and charges; disputed as fraud a minute later", disputing="fraudulent"),
    TestCard(
        "4000000000002685",
        "Saves and charges; disputed as not received a minute later",
        disputing="product_not_received",
    ),
    TestCard("4000000000001976", "Saves and charges; its bank asks a minute later", disputing="inquiry"),
    # docs.stripe.com/testing#international-cards
    TestCard("4000002500000003", "Saves and charges; a card from France", pricing="eea", country="FR"),
    TestCard("4000003720000005", "Saves and charges; a card from Ireland", pricing="eea", country="IE"),
    TestCard("4000000360000006", "Saves and charges; a card from Australia", pricing="international", country="AU"),
)

# Every decline code of docs.stripe.com/declines/codes, in its order: the place here is the number in the card.
DECLINE_CODES = (
    "approve_with_id", "call_issuer", "card_not_supported", "card_velocity_exceeded", "currency_not_supported",
    "do_not_honor", "do_not_try_again", "duplicate_transaction", "expired_card", "fraudulent", "generic_decline",
    "incorrect_number", "incorrect_cvc", "incorrect_pin", "incorrect_zip", "insufficient_funds", "invalid_account",
    "invalid_amount", "invalid_cvc", "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "invalid_pin",
    "issuer_not_available", "lost_card", "merchant_blacklist", "new_account_information_available", "no_action_taken",
    "not_permitted", "offline_pin_required", "online_or_offline_pin_required", "pickup_card", "pin_try_exceeded",
    "processing_error", "reenter_transaction", "restricted_card", "revocation_of_all_authorizations",
    "revocation_of_authorization", "security_violation", "service_not_allowed", "stolen_card", "stop_payment_order",
    "testmode_decline", "transaction_not_allowed", "try_again_later", "withdrawal_count_limit_exceeded",
)  # fmt: skip
# the error code is the decline code's own for these (docs.stripe.com/error-codes), else card_declined
_OWN_CODE = frozenset(
    {"expired_card", "incorrect_cvc", "incorrect_number", "incorrect_zip", "invalid_cvc", "invalid_expiry_month",
     "invalid_expiry_year", "invalid_number", "processing_error"}
)  # fmt: skip
# docs.stripe.com/declines/codes#retrying-issuer-declines (advice_code)
_NEVER_AGAIN = frozenset(
    {"do_not_try_again", "invalid_account", "lost_card", "pickup_card", "restricted_card", "security_violation",
     "revocation_of_all_authorizations", "revocation_of_authorization", "stolen_card", "stop_payment_order"}
)  # fmt: skip
_AGAIN_LATER = frozenset({"insufficient_funds", "issuer_not_available", "processing_error", "try_again_later"})
DECLINING, PREMIUM = "42424243", "42424244"  # 42424243 kk nnnnn c: kk the place of the code; 42424244 nnnnnnn c
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
    """The behaviour of a number, None for one that is no test card."""
    found = _BY_NUMBER.get(number)
    if found is None and len(number) == 16 and has_check_digit(number):
        found = _of_family(number)
    return found


def _of_family(number: str) -> TestCard | None:
    """Ours, not Stripe's: families of numbers with a right check digit, so that a drill can have many different cards.

    4242 4242 4xxx xxxx behaves like 4242 4242 4242 4242. 4242 4243 kkxx xxxx saves, and is declined with the decline code
    whose place in DECLINE_CODES is kk when it is charged. 4242 4244 xxxx xxxx is a premium card.
    """
    if number.startswith("424242424"):
        return TestCard(number, "One of many that save and can be charged", own_family=True)
    if number.startswith(PREMIUM):
        return TestCard(number, "Saves, and can be charged; a premium card", pricing="premium", own_family=True)
    if number.startswith(DECLINING) and int(number[8:10]) < len(DECLINE_CODES):
        word = DECLINE_CODES[int(number[8:10])]
        advice = "do_not_try_again" if word in _NEVER_AGAIN else "try_again_later" if word in _AGAIN_LATER else None
        return TestCard(
            number,
            f"Saves; charging it fails: {word}",
            charging="decline",
            code=word if word in _OWN_CODE else "card_declined",
            decline_code=word,
            advice_code=advice,
            own_family=True,
        )
    return None


def has_check_digit(number: str) -> bool:
    """Luhn: the last digit of a card number checks the others."""
    if not number.isdecimal():
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def family_number(index: int) -> str:
    """The index-th (from 0) card of our own family that can be charged."""
    return _checked(f"424242424{index % 1_000_000:06d}")


def declining_number(decline_code: str, index: int = 0) -> str:
    """The index-th card that can be saved and is declined with this code when it is charged. Raises ValueError."""
    return _checked(f"{DECLINING}{DECLINE_CODES.index(decline_code):02d}{index % 100_000:05d}")


def premium_number(index: int = 0) -> str:
    """The index-th premium card: it costs more to charge."""
    return _checked(f"{PREMIUM}{index % 10_000_000:07d}")


def _checked(body: str) -> str:
    return next(body + str(digit) for digit in range(10) if has_check_digit(body + str(digit)))


def fingerprint(world: int, number: str) -> str:
    """The same card in the same account has the same fingerprint (docs.stripe.com/api/payment_methods/object)."""
    return hashlib.sha256(f"{world}:{number}".encode()).hexdigest()[:16]
