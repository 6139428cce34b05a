"""Provider objects, as plain dictionaries, into our shapes. Pure: used by every way in which an answer can reach us."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from payments.gateway.shapes import (
    CardPage,
    CardPageStatus,
    ChargeAnswer,
    ChargeOutcome,
    ProviderEvent,
    RefundAnswer,
    RefundOutcome,
    SavedCard,
)

PLEDGE = "pledge"  # metadata key: the pledge's reference
ATTEMPT = "attempt"  # metadata key: the number of the charge attempt
REFUND_KEY = "refund_key"  # metadata key: the key of the refund, to find it again

Fields = Mapping[str, Any]


def when(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def id_of(value: object) -> str | None:
    """An expandable field holds an id or the object itself."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else None


def _metadata(found: Fields, name: str) -> str | None:
    value = (found.get("metadata") or {}).get(name)
    return value if isinstance(value, str) else None


def card_page_from(session: Fields) -> CardPage:
    """A `checkout.session` in setup mode."""
    return CardPage(
        id=session["id"],
        url=session.get("url"),
        status=CardPageStatus(session["status"]),
        expires_at=when(session["expires_at"]),
        setup_intent=id_of(session.get("setup_intent")),
        customer=id_of(session.get("customer")),
        pledge_reference=_metadata(session, PLEDGE),
    )


def saved_card_from(setup_intent: Fields) -> SavedCard:
    """A `setup_intent`, with its payment method expanded or not."""
    method = setup_intent.get("payment_method")
    card = (method.get("card") or {}) if isinstance(method, Mapping) else {}
    return SavedCard(
        setup_intent=setup_intent["id"],
        status=setup_intent["status"],
        customer=id_of(setup_intent.get("customer")),
        payment_method=id_of(method),
        brand=card.get("brand") or "",
        last4=card.get("last4") or "",
        fingerprint=card.get("fingerprint"),
        pledge_reference=_metadata(setup_intent, PLEDGE),
        given_at=when(method["created"]) if isinstance(method, Mapping) and "created" in method else None,
    )


def _outcome(intent: Fields) -> ChargeOutcome:
    status = intent["status"]
    error = intent.get("last_payment_error") or {}
    if status == "succeeded":
        return ChargeOutcome.SUCCEEDED
    if status == "requires_action":
        return ChargeOutcome.ACTION_REQUIRED
    if status == "canceled":
        return ChargeOutcome.VOID
    if status == "requires_payment_method" and error:
        # off-session, the issuer asked for the backer: a decline that the backer alone can lift
        asked = "authentication_required" in (error.get("code"), error.get("decline_code"))
        return ChargeOutcome.ACTION_REQUIRED if asked else ChargeOutcome.DECLINED
    return ChargeOutcome.UNKNOWN  # processing, requires_confirmation, requires_capture and what is not invented yet


def charge_from(intent: Fields) -> ChargeAnswer:
    """A `payment_intent`, whatever its status: one that was declined is DECLINED, never taken for money."""
    error = intent.get("last_payment_error") or {}
    outcome = _outcome(intent)
    action = intent.get("next_action") or {}
    attempt = _metadata(intent, ATTEMPT)
    failed = outcome in (ChargeOutcome.DECLINED, ChargeOutcome.ACTION_REQUIRED)
    return ChargeAnswer(
        outcome=outcome,
        payment_intent=intent["id"],
        charge=id_of(intent.get("latest_charge")),
        amount_pence=intent["amount_received"] if outcome is ChargeOutcome.SUCCEEDED else intent["amount"],
        currency=intent["currency"],
        pledge_reference=_metadata(intent, PLEDGE),
        attempt_number=int(attempt) if attempt is not None and attempt.isdecimal() else None,
        customer=id_of(intent.get("customer")),
        decline_code=error.get("decline_code") if failed else None,
        code=error.get("code") if failed else None,
        advice_code=error.get("advice_code") if failed else None,
        next_action_url=(action.get("redirect_to_url") or {}).get("url"),
        created=when(intent["created"]),
    )


def card_that_failed(intent: Fields) -> str | None:
    """After a decline the payment has no card of its own: the error remembers it."""
    error = intent.get("last_payment_error") or {}
    return id_of(intent.get("payment_method")) or id_of(error.get("payment_method"))


_REFUND_OUTCOMES = {
    "succeeded": RefundOutcome.SUCCEEDED,
    "pending": RefundOutcome.PENDING,
    "requires_action": RefundOutcome.PENDING,
    "failed": RefundOutcome.FAILED,
    "canceled": RefundOutcome.FAILED,
}


def refund_from(refund: Fields) -> RefundAnswer:
    """A `refund`. PENDING ones change later; a SUCCEEDED one can still fail (event `refund.failed`)."""
    return RefundAnswer(
        outcome=_REFUND_OUTCOMES.get(refund.get("status") or "", RefundOutcome.UNKNOWN),
        refund=refund["id"],
        amount_pence=refund["amount"],
        currency=refund["currency"],
        payment_intent=id_of(refund.get("payment_intent")),
        charge=id_of(refund.get("charge")),
        pledge_reference=_metadata(refund, PLEDGE),
        key=_metadata(refund, REFUND_KEY),
        code=refund.get("failure_reason"),
    )


def answer_from(event: ProviderEvent) -> CardPage | SavedCard | ChargeAnswer | RefundAnswer | None:
    """The shape of what an event carries; None for kinds that we do not follow (a charge: read its payment intent)."""
    match event.object_kind:
        case "checkout.session":
            return card_page_from(event.object)
        case "setup_intent":
            return saved_card_from(event.object)
        case "payment_intent":
            return charge_from(event.object)
        case "refund":
            return refund_from(event.object)
    return None


def event_from(found: Fields) -> ProviderEvent:
    data = found.get("data") or {}
    return ProviderEvent(
        id=found["id"],
        type=found["type"],
        created=when(found["created"]),
        object=data.get("object") or {},
        livemode=bool(found.get("livemode")),
        account=found.get("account"),
        api_version=found.get("api_version"),
        previous=data.get("previous_attributes") or {},
    )
