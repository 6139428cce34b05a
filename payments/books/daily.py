"""The statement of a day: what lies at the provider is what is owed, and the books say the same as the payments.

Two questions, as at the end of a day in London and as known at a moment of real time. **What is it made of?** Every account
of money on its side, what is held for groups split by what will become of it. **Is it true?** What the ledger says of card
payments beside the payments themselves; the difference has to be nothing. Each day is kept once, by the night's job, which
also catches up on days that it missed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from crowdfund_kent import chart, ledger
from crowdfund_kent.chart import Nature
from crowdfund_kent.clock import business_today, day_ends, london_day
from crowdfund_kent.database import execute, fetch, transaction
from payments.accounts import PROVIDER_BALANCE
from payments.books.closing import digest_of
from payments.books.models import BookDay
from payments.books.statement import HELD

MOST_DAYS: Final = 400  # caught up in one night
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statement, in pence, as it reads: assets and what is owed both above nothing."""

    words: str
    pence: int
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Daily:
    """A day's statement. `difference_pence`: ledger and payments, what was counted on another day taken into account."""

    day: date
    known_at: datetime
    assets: tuple[Line, ...]
    owed: tuple[Line, ...]
    truth: tuple[Line, ...]
    difference_pence: int
    accounts: list[list[Any]]  # (account as in the chart, pence): what the digest is over

    @property
    def assets_pence(self) -> int:
        """What lies somewhere."""
        return sum(line.pence for line in self.assets)

    @property
    def owed_pence(self) -> int:
        """What it is made of: the same, since every movement balances."""
        return sum(line.pence for line in self.owed)


_ACCOUNTS: Final = """
SELECT regexp_replace(l.account, ':[0-9]+', ':<id>', 'g') AS account, sum(l.amount_pence)::bigint AS pence
FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id
WHERE m.book = 'cash' AND m.effective_at < $1 AND m.recorded_at <= $2
GROUP BY 1 HAVING sum(l.amount_pence) <> 0 ORDER BY 1"""
# what is held, by what will become of it; what a backer shall get back is decided and has not reached them
_HELD: Final = """
WITH held AS (
    SELECT substring(l.account FROM '([0-9]+)$')::bigint AS campaign_id, -sum(l.amount_pence) AS pence
    FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id
    WHERE l.account LIKE 'held for group:campaign:%' AND m.effective_at < $1 AND m.recorded_at <= $2 GROUP BY 1),
going AS (
    SELECT p.campaign_id, sum(r.amount_pence - r.cover_pence) AS pence FROM refund r JOIN pledge p ON p.id = r.pledge_id
    JOIN LATERAL (SELECT e.new FROM refund_event e WHERE e.subject_id = r.id AND e.effective_at < $1 AND e.recorded_at <= $2
        ORDER BY e.id DESC LIMIT 1) s ON s.new IN ('intended', 'unknown', 'pending', 'failed') GROUP BY 1)
SELECT CASE WHEN s.new IN ('settled') THEN 'owed' WHEN s.new = 'collapsed' THEN 'back' ELSE 'collecting' END AS what,
       coalesce(sum(h.pence), 0)::bigint AS held,
       coalesce(sum(CASE WHEN s.new = 'collapsed' THEN 0 ELSE least(h.pence, coalesce(g.pence, 0)) END), 0)::bigint AS going
FROM held h LEFT JOIN going g ON g.campaign_id = h.campaign_id
LEFT JOIN LATERAL (SELECT e.new FROM campaign_event e WHERE e.subject_id = h.campaign_id AND e.effective_at < $1
    AND e.recorded_at <= $2 ORDER BY e.id DESC LIMIT 1) s ON true
GROUP BY 1"""
# each thing that moves what lies at the provider, by its own rows, beside its posting: what the rows say by then, what the
# ledger says by then, what was posted elsewhen. A booking of costs has no history of its own: it is known since its posting.
_KINDS: Final = (
    "collected", "refunded", "refund failed", "card cost", "paid out", "taken back", "disputed", "dispute fee",
    "drawn by the council", "added by the council",
)  # fmt: skip
_TRUTH: Final = """
WITH said AS (
    SELECT 'collected' AS kind, 'charge_attempt:' || a.id AS source, a.amount_pence AS pence, e.effective_at < $1 AS by_then
    FROM charge_attempt a JOIN charge_attempt_event e ON e.subject_id = a.id AND e.new = 'succeeded' AND e.old <> e.new
    WHERE e.recorded_at <= $2
    UNION ALL
    SELECT 'refunded', 'refund:' || r.id, -r.amount_pence, e.effective_at < $1
    FROM refund r JOIN refund_event e ON e.subject_id = r.id AND e.new = 'succeeded' AND e.old <> e.new
    WHERE e.recorded_at <= $2
    UNION ALL
    SELECT 'refund failed', 'refund:' || r.id, r.amount_pence, e.effective_at < $1
    FROM refund r JOIN refund_event e ON e.subject_id = r.id AND e.old = 'succeeded' AND e.new = 'failed'
    WHERE e.recorded_at <= $2
    UNION ALL
    SELECT 'card cost', 'cost_booking:' || b.id, -b.fee_pence, b.created_at < $1 FROM cost_booking b
    LEFT JOIN ledger_movement m ON m.kind = 'card cost' AND m.source = 'cost_booking:' || b.id
    WHERE b.fee_pence <> 0 AND coalesce(m.recorded_at <= $2, true)
    UNION ALL
    SELECT 'paid out', 'transfer:' || t.id, -t.amount_pence, e.effective_at < $1
    FROM transfer t JOIN transfer_event e ON e.subject_id = t.id AND e.new = 'succeeded' AND e.old <> e.new
    WHERE e.recorded_at <= $2
    UNION ALL
    SELECT 'taken back', 'transfer_reversal:' || v.id, v.amount_pence, e.effective_at < $1
    FROM transfer_reversal v JOIN transfer_reversal_event e ON e.subject_id = v.id AND e.new = 'succeeded' AND e.old <> e.new
    WHERE e.recorded_at <= $2
    UNION ALL
    SELECT CASE WHEN e.cause IN ('withdrawn', 'reinstated') THEN 'disputed' ELSE 'dispute fee' END, 'dispute_event:' || e.id,
           CASE WHEN e.cause IN ('withdrawn', 'fee') THEN -e.amount_pence ELSE e.amount_pence END, e.effective_at < $1
    FROM dispute_event e WHERE e.cause IN ('withdrawn', 'reinstated', 'fee', 'fee returned') AND e.recorded_at <= $2
    UNION ALL
    SELECT CASE o.way WHEN 'drawn' THEN 'drawn by the council' ELSE 'added by the council' END,
           CASE o.way WHEN 'drawn' THEN 'repayment:' || b.id ELSE 'own_move:' || o.id END,
           CASE o.way WHEN 'drawn' THEN -b.amount_pence ELSE o.amount_pence END, e.effective_at < $1
    FROM own_move o JOIN own_move_event e ON e.subject_id = o.id AND e.new = 'confirmed' AND e.old <> e.new
    LEFT JOIN repayment b ON b.own_move_id = o.id WHERE e.recorded_at <= $2),
posted AS (
    SELECT m.kind, m.source, l.amount_pence AS pence, m.effective_at < $1 AS by_then
    FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id AND l.account = $3
    WHERE m.kind = ANY($4::text[]) AND m.recorded_at <= $2)
SELECT coalesce(sum(s.pence) FILTER (WHERE s.by_then), 0)::bigint AS rows,
       coalesce(sum(p.pence) FILTER (WHERE p.by_then), 0)::bigint AS ledger,
       coalesce(sum(CASE WHEN s.by_then AND NOT p.by_then THEN p.pence
                         WHEN p.by_then AND NOT s.by_then THEN -p.pence END), 0)::bigint AS elsewhen
FROM said s FULL JOIN posted p ON p.kind = s.kind AND p.source = s.source"""


async def as_at(day: date, known_at: datetime) -> Daily:
    """The statement as at the end of `day`, as known at `known_at`."""
    ends = day_ends(day)
    sums = {row["account"]: int(row["pence"]) for row in await fetch(_ACCOUNTS, ends, known_at)}
    kept = [[account, pence] for account, pence in sorted(sums.items())]
    assets, owed = [], []
    for account in chart.chart():
        pence = sums.get(account.prefix, 0)
        if account.nature is Nature.MEMORANDUM or (not pence and account.prefix != PROVIDER_BALANCE):
            continue
        if account.prefix == HELD:
            owed += await _held(ends, known_at)
        elif account.nature is Nature.ASSET:
            assets.append(Line(account.name, pence, account.meaning))
        else:
            owed.append(Line(account.name, -pence, account.meaning))
    (row,) = await fetch(_TRUTH, ends, known_at, PROVIDER_BALANCE, list(_KINDS))
    difference = row["ledger"] + row["elsewhen"] - row["rows"]
    truth = (
        Line("Payments, refunds, fees, transfers and disputes, by their own record", row["rows"]),
        Line("The same in the ledger", row["ledger"]),
        Line("Counted on another day", row["elsewhen"], "learned after a period was closed, or within the same second"),
    )
    return Daily(day, known_at, tuple(assets), tuple(owed), truth, difference, kept)


async def _held(ends: datetime, known_at: datetime) -> list[Line]:
    found = {row["what"]: (int(row["held"]), int(row["going"])) for row in await fetch(_HELD, ends, known_at)}
    owed, collecting, back = (found.get(what, (0, 0)) for what in ("owed", "collecting", "back"))
    refunds = owed[1] + collecting[1] + back[0]
    return [
        Line("Owed to groups", owed[0] - owed[1], "of campaigns that are settled, and not passed on yet"),
        Line("Still being collected", collecting[0] - collecting[1], "of campaigns that are not settled yet"),
        Line("Refunds due to backers", refunds, "decided, and not with the backer yet"),
    ]


def as_json(found: Daily) -> dict[str, Any]:
    """For keeping."""
    return {
        name: [[line.words, line.pence, line.meaning] for line in getattr(found, name)]
        for name in ("assets", "owed", "truth")
    } | {"accounts": found.accounts}


def of_row(row: BookDay) -> Daily:
    """A day as it was kept."""
    lines = {name: tuple(Line(*one) for one in row.figures[name]) for name in ("assets", "owed", "truth")}
    return Daily(
        row.day, row.known_at, **lines, difference_pence=row.difference_pence, accounts=row.figures["accounts"]
    )


async def keep(day: date) -> bool:
    """Keeps the statement of a day that is over, once. False where it was kept before.

    Alone with the ledger for that moment: what commits later is recorded later, so the day says the same for ever.
    """
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", ledger.POSTING_LOCK)
        if await BookDay.filter(day=day).exists():
            return False
        known_at = (await fetch("SELECT clock_timestamp() AS at"))[0]["at"]
        found = await as_at(day, known_at)
        await BookDay.create(
            day=day,
            known_at=known_at,
            figures=as_json(found),
            difference_pence=found.difference_pence,
            digest=digest_of(found.accounts),
        )
    return True


async def keep_days() -> None:
    """Every day that is over and was not kept, the oldest first, from the first movement on."""
    last = await BookDay.all().order_by("-day").first()
    if last is None:
        rows = await fetch(
            "SELECT min(m.effective_at) AS at FROM ledger_movement m JOIN ledger_line l ON l.movement_id = m.id"
            " WHERE m.book = 'cash' AND l.account NOT LIKE 'history:%'"
        )
        if rows[0]["at"] is None:
            return
        day = london_day(rows[0]["at"])
    else:
        day = last.day + _DAY
    today = business_today()
    for _ in range(MOST_DAYS):
        if day >= today:
            return
        await keep(day)
        day += _DAY


async def changed_days() -> list[str]:
    """Kept days that the ledger, as it was known then, does not give any more: for `check`. The newest of each month."""
    offenders = []
    rows = await fetch("SELECT max(id) AS id FROM book_day GROUP BY date_trunc('month', day) ORDER BY 1")
    for row in await BookDay.filter(id__in=[one["id"] for one in rows]).order_by("id"):
        sums = await fetch(_ACCOUNTS, day_ends(row.day), row.known_at)
        if digest_of(sorted([one["account"], int(one["pence"])] for one in sums)) != row.digest:
            offenders.append(f"book_day {row.id}")
    return offenders
