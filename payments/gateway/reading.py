"""Provider objects, as plain dictionaries, into our shapes. Pure: used by every way in which an answer can reach us."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from payments.gateway.shapes import (
    BalanceEntry,
    CardPage,
    CardPageStatus,
    ChargeAnswer,
    ChargeOutcome,
    ChargeRecord,
    DisputeAnswer,
    PayoutAnswer,
    ProviderEvent,
    Recipient,
    RefundAnswer,
    RefundOutcome,
    ReversalAnswer,
    SavedCard,
    TransferAnswer,
    TransferOutcome,
    TransferRecord,
)

PLEDGE = "pledge"  # metadata key: the pledge's reference
ATTEMPT = "attempt"  # metadata key: the number of the charge attempt
REFUND_KEY = "refund_key"  # metadata key: the key of the refund, to find it again
GROUP = "group"  # metadata key: the group's reference, on its connected account
TRANSFER = "transfer"  # metadata key: the number of the transfer of this pledge
TRANSFER_KEY = "transfer_key"  # metadata key: the key of the transfer or of its reversal, to find it again

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


def recipient_from(account: Fields) -> Recipient:
    """An `account` that is connected to ours. Source: docs.stripe.com/connect/handling-api-verification."""
    wants = account.get("requirements") or {}
    return Recipient(
        account=account["id"],
        details_submitted=bool(account.get("details_submitted")),
        transfers_active=(account.get("capabilities") or {}).get("transfers") == "active",
        payouts_enabled=bool(account.get("payouts_enabled")),
        currently_due=tuple(wants.get("currently_due") or ()),
        disabled_reason=wants.get("disabled_reason"),
        group_reference=_metadata(account, GROUP),
        past_due=tuple(wants.get("past_due") or ()),
        pending_verification=tuple(wants.get("pending_verification") or ()),
    )


def transfer_from(transfer: Fields) -> TransferAnswer:
    """A `transfer`. It exists, so it was made: there is no other status."""
    number = _metadata(transfer, TRANSFER)
    return TransferAnswer(
        outcome=TransferOutcome.SUCCEEDED,
        transfer=transfer["id"],
        amount_pence=transfer["amount"],
        currency=transfer["currency"],
        account=id_of(transfer.get("destination")),
        charge=id_of(transfer.get("source_transaction")),
        reversed_pence=transfer["amount_reversed"],
        pledge_reference=_metadata(transfer, PLEDGE),
        number=int(number) if number is not None and number.isdecimal() else None,
        transfer_group=transfer.get("transfer_group"),
        key=_metadata(transfer, TRANSFER_KEY),
        created=when(transfer["created"]),
    )


def reversal_from(reversal: Fields) -> ReversalAnswer:
    """A `transfer_reversal`: as a transfer, it exists or it does not."""
    return ReversalAnswer(
        outcome=TransferOutcome.SUCCEEDED,
        reversal=reversal["id"],
        transfer=id_of(reversal.get("transfer")),
        amount_pence=reversal["amount"],
        currency=reversal["currency"],
        pledge_reference=_metadata(reversal, PLEDGE),
        key=_metadata(reversal, TRANSFER_KEY),
        created=when(reversal["created"]),
    )


def transfer_record_from(transfer: Fields, reversals: Iterable[Fields]) -> TransferRecord:
    """A `transfer` and all of its reversals (its own list holds ten at most)."""
    return TransferRecord(transfer_from(transfer), tuple(reversal_from(found) for found in reversals))


def entry_from(transaction: Fields) -> BalanceEntry:
    """A `balance_transaction`."""
    return BalanceEntry(
        id=transaction["id"],
        kind=transaction["reporting_category"],
        amount_pence=transaction["amount"],
        fee_pence=transaction["fee"],
        net_pence=transaction["net"],
        available_at=when(transaction["available_on"]),
        source=id_of(transaction.get("source")),
        currency=transaction["currency"],
        created=when(transaction["created"]),
    )


def charge_record_from(charge: Fields, refunds: Iterable[Fields]) -> ChargeRecord:
    """A `charge` with its balance transaction expanded, and all of its refunds (its own list holds ten at most)."""
    attempt = _metadata(charge, ATTEMPT)
    transaction = charge.get("balance_transaction")
    return ChargeRecord(
        charge=charge["id"],
        payment_intent=id_of(charge.get("payment_intent")),
        succeeded=charge["status"] == "succeeded",
        amount_pence=charge["amount"],
        refunded_pence=charge["amount_refunded"],
        currency=charge["currency"],
        disputed=bool(charge.get("disputed")),
        pledge_reference=_metadata(charge, PLEDGE),
        attempt_number=int(attempt) if attempt is not None and attempt.isdecimal() else None,
        transfer_group=charge.get("transfer_group"),
        created=when(charge["created"]),
        entry=entry_from(transaction) if isinstance(transaction, Mapping) else None,
        refunds=tuple(refund_from(refund) for refund in refunds),
    )


def dispute_from(dispute: Fields) -> DisputeAnswer:
    """A `dispute`, its charge expanded or not."""
    charge = dispute.get("charge")
    evidence = dispute.get("evidence_details") or {}
    due_by = evidence.get("due_by")
    return DisputeAnswer(
        dispute=dispute["id"],
        status=dispute["status"],
        amount_pence=dispute["amount"],
        currency=dispute["currency"],
        charge=id_of(charge),
        payment_intent=id_of(dispute.get("payment_intent")),
        reason=dispute["reason"],
        entries=tuple(entry_from(found) for found in dispute.get("balance_transactions") or ()),
        pledge_reference=_metadata(charge, PLEDGE) if isinstance(charge, Mapping) else None,
        answer_by=when(due_by) if due_by is not None else None,
        answered=bool(evidence.get("submission_count")),
        created=when(dispute["created"]),
    )


def payout_from(payout: Fields, account: str | None) -> PayoutAnswer:
    """A `payout` of the connected account that the event or the call is about."""
    return PayoutAnswer(
        payout=payout["id"],
        account=account,
        status=payout["status"],
        amount_pence=payout["amount"],
        currency=payout["currency"],
        arrives_at=when(payout["arrival_date"]),
        failure_code=payout.get("failure_code"),
    )


Answer = CardPage | SavedCard | ChargeAnswer | RefundAnswer | TransferAnswer | DisputeAnswer | Recipient | PayoutAnswer


def answer_from(event: ProviderEvent) -> Answer | None:
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
        case "transfer":
            return transfer_from(event.object)
        case "dispute":
            return dispute_from(event.object)
        case "account":
            return recipient_from(event.object)
        case "payout":
            return payout_from(event.object, event.account)
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
