"""The one function through which everything that the provider says becomes true here.

Browser return, webhook, worker and reconciliation call it. What it calls is monotonic: order and repeats do not matter.
"""

from typing import TypeGuard

from crowdfund_kent.audit import Actor
from payments.attempts import apply_charge
from payments.card_pages import apply_card_page, apply_saved_card
from payments.disputes.services import apply_dispute
from payments.gateway import Answer as ProviderAnswer
from payments.gateway import (
    CardPage,
    ChargeAnswer,
    DisputeAnswer,
    PayoutAnswer,
    Recipient,
    RefundAnswer,
    SavedCard,
    TransferAnswer,
)
from payments.models import ChargeAttempt
from payments.payouts import bank_failures, recipients
from payments.payouts.reversals import apply_reversed
from payments.payouts.transfers import apply_transfer
from payments.provider import gateway
from payments.refunds import apply_refund
from payments.states import Attempt

Answer = CardPage | SavedCard | ChargeAnswer | RefundAnswer | TransferAnswer | DisputeAnswer | Recipient | PayoutAnswer


def is_applied(answer: ProviderAnswer | None) -> TypeGuard[Answer]:
    """Whether what the provider told is of a kind that becomes something here."""
    return isinstance(answer, Answer)


async def apply(answer: Answer, by: Actor) -> None:
    """Apply a provider object in its own transaction. Call outside any: some objects need the provider asked again."""
    if isinstance(answer, CardPage):
        await apply_card_page(answer, by)
    elif isinstance(answer, SavedCard):
        await apply_saved_card(answer, by)
    elif isinstance(answer, ChargeAnswer):
        await apply_charge(answer, by)
    elif isinstance(answer, RefundAnswer):
        await _apply_refund(answer, by)
    elif isinstance(answer, TransferAnswer):
        await apply_transfer(answer, by)
        await apply_reversed(answer, by)
    elif isinstance(answer, DisputeAnswer):
        await _apply_dispute(answer, by)
    elif answer.account is not None:
        # an account, or a payment to the group's bank that failed: the account itself says what is true now
        if isinstance(answer, PayoutAnswer):
            await bank_failures.apply_payout(answer, by)
        await recipients.heard_of(answer.account)


async def _apply_dispute(answer: DisputeAnswer, by: Actor) -> None:
    """What an event carried may be old, and a dispute goes back and forth. Its payment may be news too: asked once."""
    now = await gateway().read_dispute(answer.dispute)
    if now.payment_intent is not None and not await ChargeAttempt.exists(
        payment_intent=now.payment_intent, status=Attempt.SUCCEEDED
    ):
        await apply_charge(await gateway().read_charge(now.payment_intent), by)
    await apply_dispute(now, by)


async def _apply_refund(answer: RefundAnswer, by: Actor) -> None:
    if answer.key is None and answer.payment_intent is not None:
        # made by hand: the payment that it belongs to may be news too
        await apply_charge(await gateway().read_charge(answer.payment_intent), by)
    await apply_refund(answer, by)
