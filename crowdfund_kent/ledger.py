"""Double entry. Accounts are text; post() writes one balanced movement in the caller's transaction.

Debits are above nothing, credits below. Commitments live in the book "memorandum" under accounts that begin with
"memo:" and are never mixed with cash. The database refuses an unbalanced movement at commit, a second posting of one
source and kind, every update, delete and truncate, and a posting into a period that is
closed: what is learned later counts from the first moment that is open, and keeps when it was true.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.models import LedgerMovement

MEMORANDUM: Final = "memo:"
POSTING_LOCK: Final = 7_205_771  # shared by whoever posts, alone for whoever closes: the guards of the books
# one statement: three postings go with every card that is charged
_POST: Final = """
WITH movement AS (
    INSERT INTO ledger_movement (book, kind, source, effective_at, recorded_at, true_at, about)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id)
INSERT INTO ledger_line (movement_id, account, amount_pence)
SELECT movement.id, line.account, line.pence FROM movement, unnest($8::text[], $9::bigint[]) AS line (account, pence)"""
_OF_A_CAMPAIGN: Final = re.compile(r":campaign:([0-9]+)$")
Line = tuple[str, int]


async def post(
    kind: str, source: str, lines: Sequence[Line], effective_at: datetime | None = None, *, about: str | None = None
) -> None:
    """One movement of `kind` for `source` ("pledge:12"): (account, pence) lines that sum to 0.

    Lines of nothing are left out; a movement that is nothing altogether is not written. A moment in a closed period
    becomes the first one after it (`true_at` keeps it). `about`: the row in whose statement it stands, "campaign:12";
    left out, the campaign that its accounts name.
    ValueError for lines that do not balance or mix the two books; IntegrityError from the database for a second posting
    of the same source and kind.
    """
    kept = [(account, pence) for account, pence in lines if pence]
    if sum(pence for _, pence in kept) != 0:
        raise ValueError(f"{kind} of {source} does not balance: {kept}")
    if not kept:
        return
    books = {account.startswith(MEMORANDUM) for account, _ in kept}
    if len(books) != 1:
        raise ValueError(f"{kind} of {source} mixes commitments with cash: {kept}")
    counts_at, true_at = await _in_the_open(effective_at)
    await fetch(
        _POST,
        "memorandum" if books.pop() else "cash",
        kind,
        source,
        counts_at,
        real_now(),
        true_at,
        _campaign_of(account for account, _ in kept) if about is None else about,
        [account for account, _ in kept],
        [pence for _, pence in kept],
    )


async def _in_the_open(effective_at: datetime | None) -> tuple[datetime, datetime | None]:
    """(when it counts, when it was true if that is another moment): a closed period takes nothing more.

    What happens now is never in one: only a day that is over can be closed, and the trigger would say so.
    """
    if effective_at is None:
        return business_now(), None
    open_from = await open_since()
    if open_from is None or effective_at >= open_from:
        return effective_at, None
    return open_from, effective_at


async def open_since() -> datetime | None:
    """The first moment that can be posted to; None while nothing was closed. No period closes until this transaction ends."""
    rows = await fetch("SELECT ledger_open_from() AS at")
    found: datetime | None = rows[0]["at"]
    return found


def _campaign_of(accounts: Iterable[str]) -> str:
    """ "campaign:12" when the accounts name one campaign, else empty."""
    found = {match[1] for account in accounts if (match := _OF_A_CAMPAIGN.search(account))}
    return f"campaign:{found.pop()}" if len(found) == 1 else ""


async def posted(kind: str, source: str) -> bool:
    """Whether this source was posted already under this kind."""
    return await LedgerMovement.filter(kind=kind, source=source).exists()


async def balance(account: str) -> int:
    """Pence on one account now: debits less credits."""
    rows = await fetch(
        "SELECT coalesce(sum(amount_pence), 0)::bigint AS total FROM ledger_line WHERE account = $1", account
    )
    return int(rows[0]["total"])
