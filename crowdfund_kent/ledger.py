"""Double entry. Accounts are text; post() writes one balanced movement in the caller's transaction.

Debits are above nothing, credits below. Commitments live in the book "memorandum" under accounts that begin with
"memo:" and are never mixed with cash. The database refuses an unbalanced movement at commit, a second posting of one
source and kind, and every update, delete and truncate (design.md, section 3, rule 7).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.models import LedgerLine, LedgerMovement

MEMORANDUM: Final = "memo:"
Line = tuple[str, int]


async def post(kind: str, source: str, lines: Sequence[Line], effective_at: datetime | None = None) -> None:
    """One movement of `kind` for `source` ("pledge:12"): (account, pence) lines that sum to 0.

    Lines of nothing are left out; a movement that is nothing altogether is not written. ValueError for lines that do
    not balance or mix the two books; IntegrityError from the database for a second posting of the same source and kind.
    """
    kept = [(account, pence) for account, pence in lines if pence]
    if sum(pence for _, pence in kept) != 0:
        raise ValueError(f"{kind} of {source} does not balance: {kept}")
    if not kept:
        return
    books = {account.startswith(MEMORANDUM) for account, _ in kept}
    if len(books) != 1:
        raise ValueError(f"{kind} of {source} mixes commitments with cash: {kept}")
    movement = await LedgerMovement.create(
        book="memorandum" if books.pop() else "cash",
        kind=kind,
        source=source,
        effective_at=effective_at or business_now(),
        recorded_at=real_now(),
    )
    await LedgerLine.bulk_create(
        LedgerLine(movement_id=movement.id, account=account, amount_pence=pence) for account, pence in kept
    )


async def posted(kind: str, source: str) -> bool:
    """Whether this source was posted already under this kind."""
    return await LedgerMovement.filter(kind=kind, source=source).exists()


async def balance(account: str) -> int:
    """Pence on one account now: debits less credits."""
    rows = await fetch(
        "SELECT coalesce(sum(amount_pence), 0)::bigint AS total FROM ledger_line WHERE account = $1", account
    )
    return int(rows[0]["total"])
