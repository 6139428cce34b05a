"""The one door to the payment provider.

Nothing outside this folder imports the provider's SDK (payments/sandbox, the stand-in, reads its type declarations).
Frozen dataclasses go in and come out; no table, no transaction, no crowdfunding rule lives here.
"""

from payments.gateway.client import Gateway
from payments.gateway.errors import (
    BadSignature,
    GatewayBusy,
    GatewayError,
    GatewayKeyReused,
    GatewayNotAllowed,
    GatewayNotFound,
    GatewayRefused,
    GatewayUnavailable,
)
from payments.gateway.reading import answer_from, card_page_from, charge_from, refund_from, saved_card_from
from payments.gateway.shapes import (
    CardPage,
    CardPageStatus,
    ChargeAnswer,
    ChargeOutcome,
    ChargeRequest,
    ProviderEvent,
    RefundAnswer,
    RefundOutcome,
    SavedCard,
)

__all__ = [
    "BadSignature",
    "CardPage",
    "CardPageStatus",
    "ChargeAnswer",
    "ChargeOutcome",
    "ChargeRequest",
    "Gateway",
    "GatewayBusy",
    "GatewayError",
    "GatewayKeyReused",
    "GatewayNotAllowed",
    "GatewayNotFound",
    "GatewayRefused",
    "GatewayUnavailable",
    "ProviderEvent",
    "RefundAnswer",
    "RefundOutcome",
    "SavedCard",
    "answer_from",
    "card_page_from",
    "charge_from",
    "refund_from",
    "saved_card_from",
]
