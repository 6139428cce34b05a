"""Who did what to which row: written in the acting transaction, chained by one sealer after commit.

A chain kept inside the transaction would be one global lock (docs/decisions/0004-audit-sealed-after-commit.md).
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, fetch, transaction

FIRST_HASH: Final = "0" * 64
SEALER_LOCK: Final = 7_205_760


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's id with the role they act in, or the system."""

    person_id: int | None
    role: str


SYSTEM: Final = Actor(None, "system")
BACKER: Final = Actor(None, "backer")
PROVIDER: Final = Actor(None, "payment provider")


def digest_of(at: str, person_id: int | None, role: str, act: str, subject: str, details: dict[str, Any]) -> str:
    """SHA-256 over the facts in a canonical form."""
    facts = json.dumps([at, person_id, role, act, subject, details], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(facts.encode()).hexdigest()


async def record(act: str, subject: str, by: Actor, **details: int | str | bool | None) -> None:
    """One audit row in the caller's transaction. `subject` as "campaign:12"; ids and amounts, never personal text."""
    at = real_now()
    await execute(
        "INSERT INTO audit_row (at, person_id, role, act, subject, details, digest)"
        " VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)",
        at,
        by.person_id,
        by.role,
        act,
        subject,
        json.dumps(details),
        digest_of(at.isoformat(), by.person_id, by.role, act, subject, details),
    )


async def seal(limit: int = 1000) -> int:
    """Chain the committed audit rows that are not chained yet; returns how many. One sealer at a time."""
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", SEALER_LOCK)
        last = await fetch("SELECT id, hash FROM audit_seal ORDER BY id DESC LIMIT 1")
        position, previous = (last[0]["id"], last[0]["hash"]) if last else (0, FIRST_HASH)
        rows = await fetch(
            "SELECT a.id, a.digest FROM audit_row a LEFT JOIN audit_seal s ON s.audit_row_id = a.id"
            " WHERE s.id IS NULL ORDER BY a.id LIMIT $1",
            limit,
        )
        ids, hashes = [], []
        for row in rows:
            previous = hashlib.sha256(f"{previous}{row['id']}{row['digest']}".encode()).hexdigest()
            ids.append(row["id"])
            hashes.append(previous)
        await execute(
            "INSERT INTO audit_seal (id, audit_row_id, hash)"
            " SELECT $1 + n, row_id, hash FROM unnest($2::bigint[], $3::text[]) WITH ORDINALITY AS t(row_id, hash, n)",
            position,
            ids,
            hashes,
        )
    return len(rows)
