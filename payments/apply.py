"""The one function through which everything that the provider says becomes true here.

Browser return, webhook, worker and reconciliation call it. What it calls is monotonic: order and repeats do not matter.
"""

from typing import TypeGuard

from crowdfund_kent.audit import Actor
from payments.attempts import apply_charge
from payments.card_pages import apply_card_page, apply_saved_card
from payments.gateway import Answer as ProviderAnswer
from payments.gateway import CardPage, ChargeAnswer, RefundAnswer, SavedCard
from payments.refunds import apply_refund

Answer = CardPage | SavedCard | ChargeAnswer | RefundAnswer


def is_applied(answer: ProviderAnswer | None) -> TypeGuard[Answer]:
    """Whether what the provider told is of a kind that becomes something here."""
    return isinstance(answer, CardPage | SavedCard | ChargeAnswer | RefundAnswer)


async def apply(answer: Answer, by: Actor) -> None:
    """Apply a provider object in its own transaction. Call outside any: some objects need the provider asked again."""
    if isinstance(answer, CardPage):
        await apply_card_page(answer, by)
    elif isinstance(answer, SavedCard):
        await apply_saved_card(answer, by)
    elif isinstance(answer, ChargeAnswer):
        await apply_charge(answer, by)
    else:
        await apply_refund(answer, by)
