"""The ledger refuses what does not balance, twice the same, and every change."""

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from crowdfund_kent import ledger
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.models import LedgerLine, LedgerMovement

pytestmark = pytest.mark.usefixtures("db")
REFUSED = (OperationalError, IntegrityError, asyncpg.PostgresError)


async def test_a_balanced_movement_is_kept_line_by_line() -> None:
    await ledger.post("charged", "pledge:1", [("provider:balance", 2500), ("held for:campaign:1", -2500)])
    assert await ledger.balance("provider:balance") == 2500
    assert await ledger.balance("held for:campaign:1") == -2500
    assert await ledger.posted("charged", "pledge:1")


async def test_lines_of_nothing_leave_no_trace() -> None:
    await ledger.post("charged", "pledge:1", [("a", 0), ("b", 0)])
    assert await LedgerMovement.all().count() == 0


async def test_a_movement_that_does_not_balance_is_refused_before_the_database() -> None:
    with pytest.raises(ValueError, match="does not balance"):
        await ledger.post("charged", "pledge:1", [("a", 100), ("b", -99)])


async def test_commitments_are_not_mixed_with_cash() -> None:
    with pytest.raises(ValueError, match="mixes"):
        await ledger.post("charged", "pledge:1", [("memo:a", 100), ("b", -100)])


async def test_one_source_is_posted_once_under_each_kind() -> None:
    lines = [("a", 100), ("b", -100)]
    await ledger.post("charged", "pledge:1", lines)
    await ledger.post("refunded", "pledge:1", lines)
    with pytest.raises(IntegrityError):
        async with transaction():
            await ledger.post("charged", "pledge:1", lines)


async def test_the_database_refuses_an_unbalanced_movement_when_python_forgets() -> None:
    await ledger.post("charged", "pledge:1", [("a", 100), ("b", -100)])
    movement = await LedgerMovement.get(source="pledge:1")
    with pytest.raises(REFUSED, match="does not balance"):
        async with transaction():
            await LedgerLine.create(movement=movement, account="c", amount_pence=1)
            await execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_line SET amount_pence = 5",
        "DELETE FROM ledger_line",
        "TRUNCATE ledger_line CASCADE",
        "UPDATE ledger_movement SET kind = 'other'",
        "DELETE FROM ledger_movement",
        "TRUNCATE ledger_movement CASCADE",
    ],
)
async def test_nothing_that_was_posted_can_be_changed(sql: str) -> None:
    await ledger.post("charged", "pledge:1", [("a", 100), ("b", -100)])
    await execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(REFUSED, match="append-only"):
        async with transaction():
            await execute(sql)
