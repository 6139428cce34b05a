"""The personal data of payments: what the provider told us. Card numbers never reach us."""

from crowdfund_kent import outbox
from crowdfund_kent.database import execute
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from payments.models import CardPage, ChargeAttempt, Refund
from pledges.models import Pledge

SIX_YEARS = "6 years after the end of the financial year"


async def collect(one: Whose) -> list[Sheet]:
    """Payments and what was paid back."""
    ids = [row.id for row in await Pledge.filter(email__iexact=one.email)]
    attempts = await ChargeAttempt.filter(pledge_id__in=ids).order_by("id").select_related("pledge")
    refunds = await Refund.filter(pledge_id__in=ids).order_by("id").select_related("pledge")
    return [
        Sheet(
            "Payments we asked your bank for",
            ("Pledge", "Try", "Pence", "State", "When"),
            [(row.pledge.reference, row.number, row.amount_pence, row.status, row.intended_at) for row in attempts],
        ),
        Sheet(
            "What was paid back",
            ("Pledge", "Pence", "State", "When"),
            [(row.pledge.reference, row.amount_pence, row.status, row.created_at) for row in refunds],
        ),
    ]


async def erase(one: Whose) -> list[str]:
    """Before pledges forget the address: the provider's customer goes at once, and what it sent us with the address."""
    rows = await Pledge.filter(email__iexact=one.email)
    for row in rows:
        await CardPage.filter(pledge_id=row.id).update(url=None)
        await outbox.job("forget_customers", row.id, unique_key=f"forget_customers:{row.id}")
    await execute(
        "UPDATE provider_event SET payload = NULL WHERE applied_at IS NOT NULL"
        " AND position(lower($1) in lower(payload::text)) > 0",
        one.email,
    )
    return []


PART = Part(
    "payments",
    texts=(
        Text("provider_event", ("payload",), "What the payment provider told us", "90 days", "removed"),
        Text("card_page", ("url",), "The address of a page for saving a card", "a day", "removed"),
        Text(
            "saved_card",
            ("customer", "payment_method", "setup_intent"),
            "Numbers of the provider for a saved card",
            SIX_YEARS,
            "the customer is deleted there; the numbers name nobody",
        ),
        Text(
            "payment_hold", ("why", "release_why"), "Why a payment was held", SIX_YEARS, "stays: a decision about money"
        ),
        Text(
            "collapse_proposal", ("why",), "Why everything was given back", SIX_YEARS, "stays: a decision about money"
        ),
        Text(
            "recipient",
            ("account", "currently_due", "disabled_reason"),
            "A group's account at the provider, and what it still asks for",
            SIX_YEARS,
            "the group's: it stays",
        ),
        Text(
            "repayment",
            ("bank_reference",),
            "The reference of a transfer or cheque that paid a backer",
            SIX_YEARS,
            "stays: a money record",
        ),
        Text(
            "taken_back_decision",
            ("why",),
            "Why money that was taken back by hand was sent again, or stayed",
            SIX_YEARS,
            "stays: a decision about money",
        ),
        Text("refund_proposal", ("why",), "Why a payment was given back", SIX_YEARS, "stays: a decision about money"),
    ),
    harmless={
        "card_page": ("key", "purpose", "provider_id", "status"),
        "collection": ("lease",),
        "telling": ("what", "about"),
        "charge_attempt": ("status", "key", "parameters", "payment_intent", "charge", "decline_code", "advice_code"),
        "charge_attempt_event": EVENT_COLUMNS,
        "refund": ("status", "key", "reason", "source", "provider_refund"),
        "payment_hold": ("status", "subject"),
        "payment_hold_event": EVENT_COLUMNS,
        "dispute": ("status", "provider_dispute", "provider_status", "reason"),
        "dispute_event": EVENT_COLUMNS,
        "recipient": ("status", "key"),
        "recipient_event": EVENT_COLUMNS,
        "payout": ("status",),
        "payout_event": EVENT_COLUMNS,
        "transfer": ("status", "key", "parameters", "account", "provider_transfer", "code"),
        "transfer_event": EVENT_COLUMNS,
        "transfer_reversal": ("status", "key", "reason", "provider_reversal", "code"),
        "transfer_reversal_event": EVENT_COLUMNS,
        "bank_failure": ("provider_payout", "code"),
        "taken_back_decision": ("status",),
        "taken_back_decision_event": EVENT_COLUMNS,
        "collapse_proposal": ("status",),
        "collapse_proposal_event": EVENT_COLUMNS,
        "refund_event": EVENT_COLUMNS,
        "repayment": ("status", "how"),
        "repayment_event": EVENT_COLUMNS,
        "refund_proposal": ("status",),
        "refund_proposal_event": EVENT_COLUMNS,
        "provider_event": ("provider_id", "kind"),
    },
    collect=collect,
    erase=erase,
)
