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


class TransferOutcome(StrEnum):
    """Of a transfer and of its reversal. SUCCEEDED it is made · FAILED it is not, and its code says why · UNKNOWN look
    before doing anything else · LIMITED nothing happened, same key again later.
    """

    SUCCEEDED = "succeeded"
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
class Recipient:
    """A group's connected account, as the provider sees it now.

    Money may be sent to it once `transfers_active`; it reaches the group's bank once `payouts_enabled`. currently_due:
    the provider's names of what it still wants (empty: nothing). disabled_reason: why it holds the account back.
    """

    account: str
    details_submitted: bool
    transfers_active: bool
    payouts_enabled: bool
    currently_due: tuple[str, ...] = ()
    disabled_reason: str | None = None
    group_reference: str | None = None
    past_due: tuple[str, ...] = ()
    pending_verification: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnboardingLink:
    """The provider's page on which a group sets up its account. Works once, and until expires_at (minutes)."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """The net money of one charge, to the group's account. The same key must always carry the same values."""

    pledge_reference: str
    number: int
    charge: str
    account: str
    amount_pence: int
    transfer_group: str
    key: str


@dataclass(frozen=True, slots=True)
class TransferAnswer:
    """What the provider says of one transfer. Book it only when outcome is SUCCEEDED and amount_pence, currency,
    account, charge and pledge_reference agree with what was asked. reversed_pence: of it taken back so far.

    code of a FAILED one, the provider's words: "balance_insufficient", "insufficient_capabilities_for_transfer"
    (the account may not receive yet, or no longer); "account_gone" is ours: it is not connected to us any more.
    """

    outcome: TransferOutcome
    transfer: str | None = None
    amount_pence: int | None = None
    currency: str | None = None
    account: str | None = None
    charge: str | None = None
    reversed_pence: int | None = None
    pledge_reference: str | None = None
    number: int | None = None
    transfer_group: str | None = None
    key: str | None = None
    code: str | None = None
    created: datetime | None = None
    server_error: bool = False  # as for a charge


@dataclass(frozen=True, slots=True)
class ReversalAnswer:
    """Money of one transfer taken back from the group's account. code of a FAILED one: "balance_insufficient" (the group
    has been paid it out already), or "transfer_already_reversed" (less than asked is left of the transfer).
    """

    outcome: TransferOutcome
    reversal: str | None = None
    transfer: str | None = None
    amount_pence: int | None = None
    currency: str | None = None
    pledge_reference: str | None = None
    key: str | None = None
    code: str | None = None
    created: datetime | None = None
    server_error: bool = False


@dataclass(frozen=True, slots=True)
class BalanceEntry:
    """One line of the provider's own books (a balance transaction). Money out is negative; net = amount - fee.

    kind: the provider's reporting category: "charge", "refund", "refund_failure", "transfer", "transfer_reversal",
    "dispute", "dispute_reversal", "fee", "topup", "payout", "payout_reversal". source: id of what moved.
    """

    id: str
    kind: str
    amount_pence: int
    fee_pence: int
    net_pence: int
    available_at: datetime
    source: str | None
    currency: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """What lies at the provider, in pence: can be used now, and later."""

    available_pence: int
    pending_pence: int


@dataclass(frozen=True, slots=True)
class DisputeAnswer:
    """A backer's bank takes a charge back. status is the provider's own: see `is_open`, `is_won`, `is_lost`.

    entries: the lines of the provider's books, at most two: the withdrawal with its fee, and what came back of it.
    """

    dispute: str
    status: str
    amount_pence: int
    currency: str
    charge: str | None
    payment_intent: str | None
    reason: str
    entries: tuple[BalanceEntry, ...] = ()
    pledge_reference: str | None = None  # only where the charge was read with it
    answer_by: datetime | None = None
    answered: bool = False  # evidence was sent to the bank
    created: datetime | None = None

    @property
    def is_won(self) -> bool:
        return self.status in ("won", "warning_closed", "prevented")

    @property
    def is_lost(self) -> bool:
        return self.status == "lost"

    @property
    def is_open(self) -> bool:
        return not self.is_won and not self.is_lost

    @property
    def withdrawn_pence(self) -> int:
        """Of the charge, what the provider holds back from us now (without fees)."""
        return -sum(entry.amount_pence for entry in self.entries)

    @property
    def fee_pence(self) -> int:
        return sum(entry.fee_pence for entry in self.entries)


@dataclass(frozen=True, slots=True)
class PayoutAnswer:
    """The provider pays a connected account's balance to the group's bank. status: "pending", "in_transit", "paid",
    "failed", "canceled". A paid one can still fail, up to five days later.
    """

    payout: str
    account: str | None
    status: str
    amount_pence: int
    currency: str
    arrives_at: datetime
    failure_code: str | None = None


@dataclass(frozen=True, slots=True)
class ChargeRecord:
    """A charge as the provider's list has it, with its refunds and its line in the provider's books.

    entry is empty for one that took nothing, and for a few minutes after a charge (docs.stripe.com/api/charges/object).
    """

    charge: str
    payment_intent: str | None
    succeeded: bool
    amount_pence: int
    refunded_pence: int
    currency: str
    disputed: bool
    pledge_reference: str | None
    attempt_number: int | None
    transfer_group: str | None
    created: datetime
    entry: BalanceEntry | None
    refunds: tuple[RefundAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """A transfer as the provider's list has it, with its reversals."""

    answer: TransferAnswer
    reversals: tuple[ReversalAnswer, ...] = ()


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
