"""The provider pays what a group's account holds to the group's bank by itself; sometimes the bank sends it back.

The money is safe in the account meanwhile. The owners hear what happened and what to do, finance sees it, and the account
is read: the provider pays nothing more to that bank account until it is corrected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from crowdfund_kent import audit
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from payments.gateway import PayoutAnswer
from payments.payouts import letters
from payments.payouts.models import BankFailure, Recipient

log = structlog.get_logger()
FAILED: Final = "failed"
# docs.stripe.com/api/payouts/failures -> what it means to the people of a group
WORDS: Final[Mapping[str, str]] = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "bank_account_restricted": "The bank account can’t receive this kind of payment.",
    "bank_ownership_changed": "The bank account belongs to another bank now.",
    "could_not_process": "The bank could not process the payment.",
    "declined": "The bank declined the payment.",
    "incorrect_account_holder_name": "The name of the account is not the one that you gave.",
    "incorrect_account_type": "The bank account is of another kind than you said.",
    "invalid_account_number": "The account number is not right.",
    "invalid_account_number_length": "The account number is not right.",
    "invalid_currency": "The bank account can’t receive pounds.",
    "no_account": "The bank found no account with this number and name.",
    "unsupported_card": "The bank account can’t receive this kind of payment.",
}
NO_REASON: Final = "The bank did not say why."


def words_of(code: str) -> str:
    """The bank's reason in plain words."""
    return WORDS.get(code, NO_REASON)


async def apply_payout(answer: PayoutAnswer, by: Actor) -> None:
    """What the provider says of a payment to a group's bank. Only one that failed is news, once."""
    if answer.status != FAILED or answer.account is None:
        return
    async with transaction():
        row = await Recipient.filter(account=answer.account).select_for_update().first()
        if row is None:
            log.error("a payment to the bank of no group of ours", payout=answer.payout)
            return
        if await BankFailure.filter(provider_payout=answer.payout).exists():
            return
        made = await BankFailure.create(
            recipient_id=row.id,
            provider_payout=answer.payout,
            amount_pence=answer.amount_pence,
            code=(answer.failure_code or "")[:60],
            heard_at=business_now(),
        )
        await audit.record("bank failed", f"recipient:{row.id}", by, amount_pence=made.amount_pence)
        await letters.bank_failed(made, row, words_of(made.code))


_SHOWN: Final = timedelta(days=7)  # at least, where the provider goes on paying to that bank account
# the newest of each account, since which the account has not become ready again: its bank account was not corrected yet
_OPEN: Final = """
SELECT b.id, b.recipient_id, b.amount_pence, b.code, b.heard_at, g.id AS group_id, g.name AS group_name FROM bank_failure b
JOIN recipient r ON r.id = b.recipient_id JOIN community_group g ON g.id = r.group_id
WHERE b.id = (SELECT max(id) FROM bank_failure WHERE recipient_id = r.id) AND (r.status <> 'ready' OR b.heard_at > $1)
  AND NOT EXISTS (SELECT 1 FROM recipient_event e WHERE e.subject_id = r.id AND e.new = 'ready' AND e.effective_at > b.heard_at)
"""


@dataclass(frozen=True, slots=True)
class Open:
    """A payment to a group's bank that failed, and nothing was corrected since."""

    id: int
    recipient_id: int
    amount_pence: int
    code: str
    heard_at: datetime
    group_id: int
    group_name: str

    @property
    def why(self) -> str:
        """The bank's reason in plain words."""
        return words_of(self.code)


async def open_failures(group_id: int | None = None) -> list[Open]:
    """Of all groups, or of one, the newest first."""
    rows = await fetch(
        f"{_OPEN} AND ($2::bigint IS NULL OR g.id = $2) ORDER BY b.id DESC", business_now() - _SHOWN, group_id
    )
    return [Open(**row) for row in rows]
