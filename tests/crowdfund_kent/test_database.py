"""Connections go back to the pool as they are, so nothing of ours may outlast a transaction."""

import re
from pathlib import Path

import asyncpg
from tortoise.connection import get_connection

from crowdfund_kent.database import execute, fetch, one_moment, transaction

ROOT = Path(__file__).parent.parent.parent
OURS = ("crowdfund_kent", "projects", "pledges", "panel", "payments", "evaluation")
# locks, settings and subscriptions of a session, as SQL has them; migrate() has a connection of its own
LASTING = re.compile(
    r"pg_(try_)?advisory_lock|\"SET (?!LOCAL|TRANSACTION|CONSTRAINTS)|\bLISTEN [a-z]|set_config\(.*false"
)


async def test_a_query_is_one_statement(committed: str) -> None:
    """asyncpg would undo four things after each, which no other pooled connection of ours can have done."""
    pool = get_connection("default")._pool
    before = await _statements(pool)
    for _ in range(10):
        await fetch("SELECT 1 AS one")
    assert await _statements(pool) - before == 10


async def _statements(pool: object) -> int:
    holders = pool._holders  # type: ignore[attr-defined]  # asyncpg counts for itself
    return sum(holder._con._protocol.queries_count for holder in holders if holder._con is not None)


async def test_what_a_transaction_set_or_locked_ends_with_it(committed: str) -> None:
    async with transaction():
        await execute("SET LOCAL work_mem = '7MB'")
        await execute("SELECT pg_advisory_xact_lock(7)")
    assert (await fetch("SHOW work_mem"))[0]["work_mem"] != "7MB"
    assert await fetch("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 7") == []


async def test_what_others_commit_while_one_moment_is_read_is_not_in_it(committed: str) -> None:
    other = await asyncpg.connect(committed)
    await other.execute("CREATE TABLE seen (id int)")
    count = "SELECT count(*) AS n FROM seen"
    try:
        async with one_moment():
            assert (await fetch(count))[0]["n"] == 0
            await other.execute("INSERT INTO seen VALUES (1)")
            assert (await fetch(count))[0]["n"] == 0
        async with transaction():
            async with one_moment():  # as the transaction around it
                assert (await fetch(count))[0]["n"] == 1
            await other.execute("INSERT INTO seen VALUES (2)")
            assert (await fetch(count))[0]["n"] == 2
    finally:
        await other.execute("DROP TABLE seen")
        await other.close()


def test_nothing_of_ours_outlasts_a_transaction() -> None:
    lasting = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for folder in OURS
        for path in (ROOT / folder).rglob("*.py")
        for found in LASTING.finditer(path.read_text(encoding="utf-8"))
    ]
    assert lasting == ["crowdfund_kent/database.py: pg_advisory_lock"]
