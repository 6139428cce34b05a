"""Takes a second from one hot pot and from many, through the service, as a ratio to the bare SQL in the same run.

    make bench-pot          (N=200 takes each by default)

The bare SQL is the least that a pot costs at all: lock the fund, one guarded UPDATE, one INSERT, commit. The service adds
event, draws, memorandum movement and audit row.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import asyncpg

os.environ.setdefault("CROWDFUND_KENT_MODE", "test")
os.environ.setdefault("CROWDFUND_KENT_SECRET_KEY", "a key for benchmarks only")

from crowdfund_kent import database
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today, day_ends, real_now
from crowdfund_kent.settings import get_settings
from local.postgres import LocalPostgres
from pledges import funds, pots
from projects.models import Campaign, Group, Project, ProjectVersion

TAKES = int(os.environ.get("N", "200"))
AT_ONCE = 16
MANY = 64
ROUNDS = 3
BARE = (
    "SELECT id FROM match_fund WHERE id = $1 FOR NO KEY UPDATE",
    "UPDATE funding_source SET earmarked_pence = earmarked_pence + 100 WHERE fund_id = $1"
    " AND cap_pence - earmarked_pence - pledged_pence - confirmed_pence - paid_pence - recovered_pence >= 100",
    "INSERT INTO bare_take (fund_id, pence) VALUES ($1, 100)",
)


async def make_fund(number: int) -> int:
    """A pot that is never dry here."""
    fund = await funds.create_fund(
        funder=await funds.create_funder("kcc", "Kent County Council", "KCC"),
        slug=f"fund-{number}",
        name=f"Fund {number}",
        objective_list="bench",
        starts_on=business_today(),
        ends_on=business_today(),
        sources=[funds.NewSource("Base", 10**12)],
        rules=funds.Rules(),
        by=SYSTEM,
        confirmed_by=SYSTEM,
    )
    return int(fund.id)


async def make_campaign(group: Group, number: int) -> int:
    """A live campaign to take for: a fund pledges once to each."""
    project = await Project.create(group=group, slug=f"p{number}", title="P", created_at=real_now())
    version = await ProjectVersion.create(
        project=project,
        number=1,
        content={},
        cost_pence=100_000,
        revenue_pence=0,
        other_funding_pence=0,
        in_kind_pence=0,
        project_value_pence=100_000,
        target_pence=100_000,
        frozen_at=real_now(),
    )
    campaign = await Campaign.create(
        project=project,
        version=version,
        status="live",
        target_pence=100_000,
        threshold_bp=9000,
        deadline_at=day_ends(business_today()),
        created_at=real_now(),
    )
    return int(campaign.id)


async def a_second(takes: list[tuple[int, int]], take: Callable[[int, int], Awaitable[None]]) -> float:
    """Takes a second, AT_ONCE under way at a time."""
    waiting = list(reversed(takes))

    async def lane() -> None:
        while waiting:
            await take(*waiting.pop())

    begun = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(AT_ONCE)))
    return len(takes) / (time.perf_counter() - begun)


async def run(url: str) -> None:
    """Each measure in turn, ROUNDS times; medians and the ratio are printed."""
    await database.migrate(url)
    await database.open_database(url, AT_ONCE)
    await database.execute("CREATE TABLE bare_take (id bigserial PRIMARY KEY, fund_id bigint, pence bigint)")
    group = await Group.create(slug="g", name="G", legal_form="other", created_at=real_now())
    many = [await make_fund(number) for number in range(MANY)]
    pool = await asyncpg.create_pool(url, min_size=AT_ONCE, max_size=AT_ONCE)

    async def bare(fund_id: int, _campaign_id: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            for statement in BARE:
                await connection.execute(statement, fund_id)

    async def service(fund_id: int, campaign_id: int) -> None:
        await pots.take_exact(fund_id, 100, pots.Offer(campaign_id=campaign_id, terms={}), SYSTEM)

    made = 0
    print(f"{TAKES} takes, {AT_ONCE} at once, median of {ROUNDS} rounds; takes a second")
    for words, pots_used in (("one hot pot", many[:1]), (f"{MANY} pots", many)):
        found: dict[str, list[float]] = {"bare": [], "service": []}
        for _ in range(ROUNDS):
            campaigns = [await make_campaign(group, made + number) for number in range(TAKES)]
            made += TAKES
            takes = [(pots_used[number % len(pots_used)], campaign) for number, campaign in enumerate(campaigns)]
            found["bare"].append(await a_second(takes, bare))
            found["service"].append(await a_second(takes, service))
        least, ours = median(found["bare"]), median(found["service"])
        print(f"  {words:<12} bare SQL {least:8.0f}   service {ours:8.0f}   service / bare {ours / least:.2f}")
    await pool.close()
    await database.close_database()


def main() -> None:
    """A PostgreSQL of its own, with its safety on: commits reach the disk."""
    with tempfile.TemporaryDirectory(prefix="ck-bench-") as folder, LocalPostgres(Path(folder) / "pg") as postgres:
        os.environ["DATABASE_URL"] = postgres.url()
        get_settings.cache_clear()
        asyncio.run(run(postgres.url()))


if __name__ == "__main__":
    main()
