"""A period closes by two people; nothing is posted into it any more, and what it said it says for ever."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from crowdfund_kent import ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now, business_today, day_begins, day_ends
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import LedgerMovement
from payments.accounts import card_money
from payments.books import closing, daily, figures
from payments.books.models import BookDay, BookPeriod, ClosedStatement
from tests.books import make
from tests.projects import make as projects

REFUSED = (OperationalError, IntegrityError, asyncpg.PostgresError)
DAY = timedelta(days=1)


async def posted(source: int, days_ago: int, pence: int = 1_000) -> LedgerMovement:
    """A card payment of so many days ago, posted now."""
    when = business_now() - days_ago * DAY
    await ledger.post("collected", f"charge_attempt:{source}", card_money(7, pence, 0), when)
    return await LedgerMovement.get(kind="collected", source=f"charge_attempt:{source}")


async def test_a_late_fact_counts_from_the_first_open_moment_and_keeps_when_it_was_true(db: None) -> None:
    await posted(1, 10)
    period = await make.closed(3)
    late, early = await posted(2, 5), await posted(3, 2)
    assert late.effective_at == period.locked_before == day_ends(period.until_day)
    assert late.true_at is not None
    assert abs(late.true_at - (business_now() - 5 * DAY)) < timedelta(minutes=1)
    assert early.true_at is None
    assert await closing.changed_statements() == []
    assert (await posted(4, 0)).true_at is None


async def test_the_database_refuses_what_is_true_before_the_lock(db: None) -> None:
    await posted(1, 10)
    period = await make.closed(3)
    for moment, fits in ((period.locked_before - timedelta(seconds=1), False), (period.locked_before, True)):
        work = LedgerMovement.create(
            book="cash", kind="by hand", source=f"test:{fits:d}", effective_at=moment, recorded_at=business_now()
        )
        if not fits:
            with pytest.raises(REFUSED, match="closed before"):
                async with transaction():
                    await work
            continue
        made = await work
        await execute(
            "INSERT INTO ledger_line (movement_id, account, amount_pence) VALUES ($1,'a',1), ($1,'b',-1)", made.id
        )


async def test_a_closed_period_stays_closed_and_its_statements_too(db: None) -> None:
    await posted(1, 10)
    period = await make.closed(3)
    assert await ClosedStatement.filter(period_id=period.id).count() == 2  # the programme and campaign 7
    for sql in (
        "UPDATE book_period SET locked_before = locked_before - interval '1 day'",
        "UPDATE book_period SET status = 'withdrawn'",
        "DELETE FROM book_period",
        "UPDATE closed_statement SET figures = '[]'",
        "DELETE FROM closed_statement",
    ):
        with pytest.raises(REFUSED):
            async with transaction():
                await execute(sql)
    with pytest.raises(Conflict):
        await closing.withdraw(period.id, await make.approver())


async def test_periods_follow_one_another_and_only_days_that_are_over_are_closed(db: None) -> None:
    approver = await make.approver()
    with pytest.raises(Refused, match="no movement yet"):
        await closing.propose(business_today() - DAY, "A test", approver)
    await posted(1, 10)
    for until in (business_today(), business_today() + DAY, business_today() - 11 * DAY):
        with pytest.raises(Refused):
            await closing.propose(until, "A test", approver)
    first = await make.closed(5)
    assert (first.from_day, first.until_day) == (business_today() - 10 * DAY, business_today() - 5 * DAY)
    with pytest.raises(Refused, match="on or after"):
        await closing.propose(first.until_day, "A test", approver)
    second = await make.closed(1)
    assert second.from_day == first.until_day + DAY
    rows = await figures.flows(figures.PROGRAMME, day_begins(second.from_day), day_ends(second.until_day))
    assert {(flow.before, flow.within) for flow in rows} == {(1_000, 0), (-1_000, 0)}


async def test_two_people_close_and_nobody_else(db: None) -> None:
    await posted(1, 10)
    first, second = await make.approver(), await make.approver()
    both = await projects.staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    until = business_today() - DAY
    with pytest.raises(Forbidden):
        await closing.propose(until, "A test", await projects.staff(Role.FUND_OFFICER))
    period = await closing.propose(until, "A test", both)
    with pytest.raises(Refused, match="waits to be closed"):
        await closing.propose(until, "A test", first)
    with pytest.raises(Refused, match="Two different people"):
        await closing.close(period.id, both)
    with pytest.raises(Forbidden):
        await closing.close(period.id, await projects.staff(Role.FUND_OFFICER))
    with pytest.raises(REFUSED):
        async with transaction():
            await execute("UPDATE book_period SET closed_by_id = proposed_by_id WHERE id = $1", period.id)
    await closing.withdraw(period.id, first)
    with pytest.raises(Conflict):
        await closing.close(period.id, second)
    again = await closing.propose(until, "A test", first)
    assert (await closing.close(again.id, second)).digest == (await closing.close(again.id, second)).digest


async def test_each_day_is_kept_once_and_missed_days_are_caught_up(db: None) -> None:
    await posted(1, 4, 1_500)
    await daily.keep_days()
    await daily.keep_days()
    rows = await BookDay.all().order_by("day")
    assert [row.day for row in rows] == [business_today() - n * DAY for n in (4, 3, 2, 1)]
    found = daily.of_row(rows[0])
    assert found.assets_pence == found.owed_pence == 1_500
    assert {line.words: line.pence for line in found.owed}["Still being collected"] == 1_500
    assert await daily.changed_days() == []
    assert found.difference_pence == 1_500, "the ledger has a payment that no row knows"


async def test_a_late_fact_changes_no_day_that_was_kept(db: None) -> None:
    await posted(1, 4)
    await daily.keep_days()
    await posted(2, 3)
    assert await daily.changed_days() == []
    (row,) = await fetch("SELECT max(known_at) AS at FROM book_day")
    assert (await daily.as_at(business_today() - DAY, row["at"])).assets_pence == 1_000
    assert (await daily.as_at(business_today() - DAY, business_now())).assets_pence == 2_000


async def test_a_posting_under_way_is_waited_for_and_one_that_waits_sees_the_close(committed: str) -> None:
    """On connections of their own: the posting holds the lock until it commits; the next one waits for the close."""
    async with transaction():
        await posted(1, 10)
    first, second = await make.approver(), await make.approver()
    period = await closing.propose(business_today() - 3 * DAY, "A test", first)
    under_way, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with transaction():
            await posted(2, 5, 500)
            under_way.set()
            await may_commit.wait()

    async def close() -> BookPeriod:
        return await closing.close(period.id, second)

    async def late() -> LedgerMovement:
        async with transaction():
            return await posted(3, 5, 700)

    posting = asyncio.create_task(slow())
    await under_way.wait()
    closes = asyncio.create_task(close())
    while not await fetch("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):  # noqa: ASYNC110 - the other side is PostgreSQL
        await asyncio.sleep(0.01)
    waits = asyncio.create_task(late())
    may_commit.set()
    await posting
    closed, third = await closes, await waits
    statement = await ClosedStatement.get(period_id=period.id, scope="programme")
    assert ["provider balance", "collected", 0, 1_500] in statement.figures
    assert third.effective_at == closed.locked_before
    assert await closing.changed_statements() == []
