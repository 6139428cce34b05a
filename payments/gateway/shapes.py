"""What the rest of the site sees of the payment provider. Amounts are integer pence; times are aware and UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class CardPageStatus(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class ChargeOutcome(StrEnum):
    """SUCCEEDED money was taken · DECLINED none was, this attempt is over · ACTION_REQUIRED the backer must
    authenticate · UNKNOWN look before doing anything else · LIMITED nothing happened, same key again later ·
    VOID cancelled, can never be paid.
    """

    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    ACTION_REQUIRED = "action_required"
    UNKNOWN = "unknown"
    LIMITED = "limited"
    VOID = "void"


class RefundOutcome(StrEnum):
    SUCCEEDED = "succeeded"
    PENDING = "pending"
    FAILED = "failed"
    UNKNOWN = "unknown"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class CardPage:
    """A hosted page on which one backer saves one card (a Checkout Session in setup mode)."""

    id: str
    url: str | None
    status: CardPageStatus
    expires_at: datetime
    setup_intent: str | None
    customer: str | None
    pledge_reference: str | None = None


@dataclass(frozen=True, slots=True)
class SavedCard:
    """The card that a card page saved. `status` is the SetupIntent's own: usable only when it is "succeeded".

    From a webhook brand, last4, fingerprint and given_at are empty: call Gateway.read_saved_card for the whole.
    """

    setup_intent: str
    status: str
    customer: str | None
    payment_method: str | None
    brand: str = ""
    last4: str = ""
    fingerprint: str | None = None
    pledge_reference: str | None = None
    given_at: datetime | None = None  # when the backer gave the card (the payment method's own time)

    @property
    def usable(self) -> bool:
        return self.status == "succeeded" and self.payment_method is not None


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """One attempt to collect one pledge. The same key must always carry the same values: store them first."""

    pledge_reference: str
    attempt_number: int
    customer: str
    payment_method: str
    amount_pence: int
    transfer_group: str
    key: str


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """What the provider says of one attempt.

    Book it as collected only when outcome is SUCCEEDED and amount_pence, currency and pledge_reference agree with the
    attempt. decline_code is the issuer's word, code the provider's, advice_code how the issuer wants it repeated
    ("do_not_try_again", "try_again_later", "confirm_card_data").
    """

    outcome: ChargeOutcome
    payment_intent: str | None = None
    charge: str | None = None
    amount_pence: int | None = None
    currency: str | None = None
    pledge_reference: str | None = None
    attempt_number: int | None = None
    customer: str | None = None
    decline_code: str | None = None
    code: str | None = None
    advice_code: str | None = None
    next_action_url: str | None = None
    created: datetime | None = None
    server_error: bool = False  # of an UNKNOWN one: the provider answered 500 or more, and its key may replay that


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    outcome: RefundOutcome
    refund: str | None = None
    amount_pence: int | None = None
    currency: str | None = None
    payment_intent: str | None = None
    charge: str | None = None
    pledge_reference: str | None = None
    key: str | None = None
    code: str | None = None
    server_error: bool = False  # as for a charge


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One event, from a webhook or from the provider's list. `object` is a snapshot and may be out of date."""

    id: str
    type: str
    created: datetime
    object: Mapping[str, Any]
    livemode: bool = False
    account: str | None = None
    api_version: str | None = None
    previous: Mapping[str, Any] = field(default_factory=dict)

    @property
    def object_id(self) -> str | None:
        found = self.object.get("id")
        return found if isinstance(found, str) else None

    @property
    def object_kind(self) -> str | None:
        found = self.object.get("object")
        return found if isinstance(found, str) else None

    @property
    def payment_intent(self) -> str | None:
        """The payment this event is about: of a payment, its charge, its refund or its dispute."""
        found = self.object_id if self.object_kind == "payment_intent" else self.object.get("payment_intent")
        if isinstance(found, Mapping):
            found = found.get("id")
        return found if isinstance(found, str) else None
