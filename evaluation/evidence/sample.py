"""A sample for audit, drawn by a stated seed: whoever has the population and the seed draws the same.

The population is every movement of a kind in a period, as it was known at a moment: it does not change afterwards. It is
laid into strata by amount; each gets its part of the size by its money (largest remainder, at least one where it holds
anything). Within a stratum the items with the smallest SHA-256 of "seed|key" are selected.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, day_begins, day_ends, london_day
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.ledger import POSTING_LOCK
from crowdfund_kent.money import split_pence
from crowdfund_kent.table_files import Table
from evaluation.evidence.models import AuditSample

METHOD: Final = "sha256 in strata, 1"
MOST: Final = 500
PAYOUTS: Final = "payouts"
# what can be sampled -> the kind of movement in the ledger; of payouts each is one item, whatever number of transfers it had
POPULATIONS: Final = {
    "match paid": "discharge",
    "awards signed": "earmark",
    "match recovered": "recover",
    "cards charged": "collected",
    "refunds": "refunded",
    PAYOUTS: "",
    "payments sent on": "paid out",
    "disputes lost": "dispute lost",
    "gifts handed on": "gifts handed on",
}
# (up to so many pence, in words); the last holds the rest
STRATA: Final = (
    (10_000, "up to £100"),
    (100_000, "up to £1,000"),
    (500_000, "up to £5,000"),
)
LARGEST: Final = "over £5,000"


@dataclass(frozen=True, slots=True)
class Item:
    """One movement: `key` names it for ever, "discharge of match_payment:7"."""

    key: str
    day: date
    pence: int

    @property
    def stratum(self) -> str:
        """By its amount."""
        return next((words for most, words in STRATA if self.pence <= most), LARGEST)

    def as_json(self) -> list[Any]:
        """For keeping."""
        return [self.key, self.day.isoformat(), self.pence]


def order_of(seed: str, key: str) -> str:
    """What decides: anybody can compute it."""
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def select(population: Sequence[Item], size: int, seed: str) -> list[Item]:
    """The sample, in order of strata and of the hash. All of the population when it is not larger than `size`."""
    strata = {
        words: [item for item in population if item.stratum == words] for words in (*(w for _, w in STRATA), LARGEST)
    }
    strata = {words: items for words, items in strata.items() if items}
    chosen: list[Item] = []
    for (_, items), number in zip(strata.items(), shares(list(strata.values()), size), strict=True):
        chosen += sorted(items, key=lambda item: order_of(seed, item.key))[:number]
    return chosen


def shares(strata: Sequence[Sequence[Item]], size: int) -> list[int]:
    """How many of each stratum: one each, the rest by money, never more than it holds; what is over goes to the next."""
    numbers = [0] * len(strata)
    left = min(size, sum(len(items) for items in strata))
    # the largest amounts first, should the size be smaller than the number of strata
    for place in reversed(range(len(strata))):
        if left:
            numbers[place], left = 1, left - 1
    while left:
        open_ = [place for place, items in enumerate(strata) if numbers[place] < len(items)]
        parts = split_pence(left, [sum(item.pence for item in strata[place]) for place in open_])
        for place, part in zip(open_, parts, strict=True):
            more = min(part, len(strata[place]) - numbers[place])
            numbers[place] += more
            left -= more
    return numbers


_SQL: Final = """
SELECT m.kind || ' of ' || m.source AS key, m.effective_at,
       (SELECT sum(l.amount_pence) FROM ledger_line l WHERE l.movement_id = m.id AND l.amount_pence > 0)::bigint AS pence
FROM ledger_movement m WHERE m.kind = $1 AND m.effective_at >= $2 AND m.effective_at < $3 AND m.recorded_at <= $4
ORDER BY m.id"""
# the newest word of each payout in the period: what was sent in all by then
_OF_PAYOUTS: Final = """
SELECT DISTINCT ON (e.subject_id) 'payout:' || e.subject_id AS key, e.effective_at, e.amount_pence AS pence
FROM payout_event e WHERE e.new = 'paid' AND e.amount_pence > 0 AND e.effective_at >= $1 AND e.effective_at < $2
  AND e.recorded_at <= $3 ORDER BY e.subject_id, e.id DESC"""


async def population_of(population: str, from_day: date, until_day: date, known_at: datetime) -> list[Item]:
    """Every item, as known at `known_at`. Raises NotFound for what can't be sampled."""
    if population not in POPULATIONS:
        raise NotFound
    days = day_begins(from_day), day_ends(until_day)
    if population == PAYOUTS:
        rows = await fetch(_OF_PAYOUTS, *days, known_at)
    else:
        rows = await fetch(_SQL, POPULATIONS[population], *days, known_at)
    return [Item(row["key"], london_day(row["effective_at"]), row["pence"]) for row in rows]


def digest_of(population: Iterable[Item]) -> str:
    """Over every item: two populations with the same digest are the same."""
    lines = "\n".join(f"{item.key}|{item.day}|{item.pence}" for item in population)
    return hashlib.sha256(lines.encode()).hexdigest()


async def draw(population: str, from_day: date, until_day: date, size: int, seed: str, by: Actor) -> AuditSample:
    """Draws and keeps a sample. Raises Refused where there is nothing to draw from."""
    await require_role(by, Role.FINANCE_APPROVER)
    if until_day < from_day or until_day > business_today():
        raise Refused("Choose days that have come, the last on or after the first.")
    if not 0 < size <= MOST:
        raise Refused(f"Enter a number from 1 to {MOST}.")
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", POSTING_LOCK)
        known_at = (await fetch("SELECT clock_timestamp() AS at"))[0]["at"]
        items = await population_of(population, from_day, until_day, known_at)
        if not items:
            raise Refused("Nothing of this kind happened in these days, so there is nothing to draw from.")
        assert by.person_id is not None
        row = await AuditSample.create(
            population=population,
            from_day=from_day,
            until_day=until_day,
            known_at=known_at,
            seed=seed.strip(),
            method=METHOD,
            size=size,
            population_count=len(items),
            population_pence=sum(item.pence for item in items),
            population_digest=digest_of(items),
            selected=[item.as_json() for item in select(items, size, seed.strip())],
            drawn_by_id=by.person_id,
            drawn_at=business_now(),
        )
        await audit.record("sample drawn", f"audit_sample:{row.id}", by, size=len(row.selected), of=len(items))
    return row


def items_of(row: AuditSample) -> list[Item]:
    """What was selected."""
    return [Item(key, date.fromisoformat(day), pence) for key, day, pence in row.selected]


async def one(sample_id: int) -> AuditSample:
    """The sample of this id; NotFound without one."""
    found = await AuditSample.get_or_none(id=sample_id)
    if found is None:
        raise NotFound
    return found


async def tables(row: AuditSample) -> list[Table]:
    """The sample, how it was drawn, and its population: enough to draw it again."""
    items = await population_of(row.population, row.from_day, row.until_day, row.known_at)
    chosen = {item.key for item in items_of(row)}
    how = [
        ("Population", row.population), ("From", f"{row.from_day}"), ("To", f"{row.until_day}"), ("Items", f"{len(items)}"),
        ("Seed", row.seed), ("Method", f"{row.method}: in each stratum the smallest SHA-256 of seed|item"),
        ("Digest of the population", row.population_digest), ("Known at", f"{row.known_at.isoformat()}"),
    ]  # fmt: skip
    columns = ("Item", "Day", "Amount", "Stratum", "SHA-256 of seed|item", "Selected")
    rows = [
        (
            item.key,
            item.day,
            item.pence,
            item.stratum,
            order_of(row.seed, item.key),
            "yes" if item.key in chosen else "no",
        )
        for item in items
    ]
    return [
        Table("Sample", columns, [line for line in rows if line[-1] == "yes"], frozenset({"Amount"})),
        Table("How it was drawn", ("What", "Value"), how),
        Table("Population", columns, rows, frozenset({"Amount"})),
    ]


async def changed() -> list[str]:
    """Samples that can't be drawn again as they were: for `check`."""
    offenders = []
    for row in await AuditSample.all().order_by("id"):
        items = await population_of(row.population, row.from_day, row.until_day, row.known_at)
        again = [item.as_json() for item in select(items, row.size, row.seed)]
        if digest_of(items) != row.population_digest or again != row.selected:
            offenders.append(f"audit_sample {row.id}")
    return offenders
