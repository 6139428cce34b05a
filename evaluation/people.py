"""Who gave, over a million pledges: the fair count of pledges/backers.py with arrays instead of loops (ruling 10).

A test holds the two together. Keys are read as numbers of eight bytes; two people share one by chance once in 10^7 programmes
of a million pledges. Amounts in pence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from tortoise.backends.base.client import BaseDBAsyncClient

Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
_COLUMNS: Final = ("campaign", "email", "card", "amount", "district", "kind", "runs", "near", "matched", "nameless")
_SQL: Final = """
SELECT p.campaign_id, hashtextextended(p.email_key, 0), coalesce(hashtextextended(p.card_key, 0), 0), p.amount_pence,
    coalesce(array_position($districts$::text[], p.district), 0)::bigint,
    array_position(ARRAY['person', 'business', 'public body', 'group'], p.backer_kind::text)::bigint,
    p.runs_campaign::int::bigint, (CASE p.lives_near WHEN true THEN 1 WHEN false THEN 0 ELSE -1 END)::bigint,
    (m.campaign_id IS NOT NULL)::int::bigint, p.nameless::int::bigint
FROM ev_pledge p LEFT JOIN (SELECT DISTINCT campaign_id FROM ev_match WHERE counts) m ON m.campaign_id = p.campaign_id
WHERE p.counted
"""
KINDS: Final = ("person", "business", "public body", "group")
_SIGNATURE: Final = 19  # bytes before the first row of PostgreSQL's binary COPY, without extensions
_MIX: Final = np.int64(-7046029254386353131)  # odd, so that no two products of 64 bits are alike


@dataclass(frozen=True, slots=True)
class Gifts:
    """Pledges that stand, one place each in every array. `backer`: by somebody with a name who does not run the campaign."""

    campaign: Numbers
    email: Numbers
    card: Numbers
    amount: Numbers
    district: Numbers  # of the project; from 1, in the order of geography.DISTRICTS; 0 = none
    kind: Numbers  # from 1, in the order of KINDS
    near: Numbers  # 1: lives in the project's district, 0: elsewhere, -1: not told
    matched: Marks  # the campaign had match that counted
    backer: Marks

    def where(self, chosen: Marks) -> "Gifts":
        """These alone."""
        return Gifts(*(getattr(self, name)[chosen] for name in self.__slots__))

    @property
    def pence(self) -> int:
        """What was pledged in all, also by those who run a campaign."""
        return int(self.amount.sum())


@dataclass(frozen=True, slots=True)
class Givers:
    """People by the fair count, one place each: what each pledged in all, to how many campaigns, and near which."""

    pence: Numbers
    campaigns: Numbers
    near: Numbers  # the largest of their gifts': 1 where any was near, -1 where nothing was told

    @property
    def count(self) -> int:
        """How many people."""
        return len(self.pence)

    @property
    def largest_pence(self) -> int:
        """What the one gave who gave most."""
        return int(self.pence.max()) if self.count else 0


async def gifts(connection: BaseDBAsyncClient, districts: list[str]) -> Gifts:
    """Every pledge of ev_pledge that counts. `districts`: official codes in their order."""
    named = "ARRAY[" + ", ".join(f"'{code}'" for code in districts) + "]"
    rows = await _copied(connection, _SQL.replace("$districts$", named), len(_COLUMNS))
    column = {name: np.ascontiguousarray(rows[:, at]) for at, name in enumerate(_COLUMNS)}
    named = column["nameless"] == 0
    backer = named & ~_running(column["campaign"], column["email"], column["card"], column["runs"] == 1)
    return Gifts(
        column["campaign"],
        column["email"],
        column["card"],
        column["amount"],
        column["district"],
        column["kind"],
        column["near"],
        column["matched"] == 1,
        backer,
    )


async def _copied(connection: BaseDBAsyncClient, sql: str, width: int) -> Numbers:
    """The rows of a query of bigint columns without NULL, by COPY: a million take the room of their numbers alone."""
    kept = bytearray()

    async def keep(data: bytes) -> None:
        kept.extend(data)

    raw = cast(Any, connection)._connection  # COPY is asyncpg's own
    await raw.copy_from_query(sql, output=keep, format="binary")
    row = np.dtype([("fields", ">i2"), ("values", [("length", ">i4"), ("value", ">i8")], (width,))])
    count = (len(kept) - _SIGNATURE - 2) // row.itemsize
    read = np.frombuffer(kept, row, count, _SIGNATURE)
    if count * row.itemsize + _SIGNATURE + 2 != len(kept) or (count and not (read["fields"] == width).all()):
        raise ValueError("a row of the query holds nothing where a number is meant")
    return read["values"]["value"].astype(np.int64)


def components(email: Numbers, card: Numbers) -> Numbers:
    """Who each gift is from, numbered: the same e-mail or the same card is one person, and that carries on. Card 0: none."""
    if not len(email):
        return email
    mine = np.unique(email, return_inverse=True)[1].astype(np.int64)
    label = np.arange(int(mine.max()) + 1, dtype=np.int64)
    has = card != 0
    if not has.any():
        return mine
    owner, its = mine[has], np.unique(card[has], return_inverse=True)[1].astype(np.int64)
    while True:
        lowest = np.full(int(its.max()) + 1, len(label), dtype=np.int64)
        np.minimum.at(lowest, its, label[owner])
        after = label.copy()
        np.minimum.at(after, owner, lowest[its])
        after = after[after]
        if np.array_equal(after, label):
            return label[mine]
        label = after


def _running(campaign: Numbers, email: Numbers, card: Numbers, runs: Marks) -> Marks:
    """Gifts of those who run the campaign, and of whoever shares a card or an e-mail with them there."""
    found = np.zeros(len(campaign), dtype=bool)
    at = np.flatnonzero(np.isin(campaign, np.unique(campaign[runs])))
    if not len(at):
        return found
    with np.errstate(over="ignore"):
        mixed = campaign[at] * _MIX
        here, its = email[at] ^ mixed, np.where(card[at] == 0, 0, card[at] ^ mixed)
    person = components(here, its)
    found[at] = np.isin(person, np.unique(person[runs[at]]))
    return found


def givers(of: Gifts) -> Givers:
    """The people behind those of the gifts that are backers'."""
    kept = of.where(of.backer)
    if not len(kept.amount):
        nobody = np.zeros(0, dtype=np.int64)
        return Givers(nobody, nobody, nobody)
    person = np.unique(components(kept.email, kept.card), return_inverse=True)[1].astype(np.int64)
    count = int(person.max()) + 1
    pence = np.zeros(count, dtype=np.int64)
    np.add.at(pence, person, kept.amount)
    pairs = np.unique(np.stack([person, kept.campaign]), axis=1)[0]
    near = np.full(count, -1, dtype=np.int64)
    np.maximum.at(near, person, kept.near)
    return Givers(pence, np.bincount(pairs, minlength=count).astype(np.int64), near)


def by_campaign(of: Gifts, ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """Of each of these campaigns: what was pledged, by how many people by the fair count, and what the largest of them gave."""
    order = np.unique(np.array(ids, dtype=np.int64))
    here = of.where(np.isin(of.campaign, order))
    pence, people, largest = (np.zeros(len(order), dtype=np.int64) for _ in range(3))
    np.add.at(pence, np.searchsorted(order, here.campaign), here.amount)
    kept = here.where(here.backer)
    if len(kept.amount):
        with np.errstate(over="ignore"):
            mixed = kept.campaign * _MIX
            email, card = kept.email ^ mixed, np.where(kept.card == 0, 0, kept.card ^ mixed)
        _, first, person = np.unique(components(email, card), return_index=True, return_inverse=True)
        gave = np.zeros(len(first), dtype=np.int64)
        np.add.at(gave, person, kept.amount)
        place = np.searchsorted(order, kept.campaign[first])
        np.add.at(people, place, 1)
        np.maximum.at(largest, place, gave)
    found = zip(pence.tolist(), people.tolist(), largest.tolist(), strict=True)
    known = dict(zip(order.tolist(), found, strict=True))
    return [known[one] for one in ids]
