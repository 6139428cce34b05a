"""4, 8, 16, 64 and 256 at once on a small pot, and processes killed amid a take: never over, never under.

Through the service, each on a connection that was open before anybody asked. A sample runs in `make test`; `make drill`
does 60 runs of each; of 256 awards that are signed ten, since each weighs everything anew (AWARD_RUNS).
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from crowdfund_kent import audit, database, outbox, wiring
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.drill import KILL_AT
from crowdfund_kent.errors import Refused
from crowdfund_kent.invariants import run as run_rules
from crowdfund_kent.models import Outbox
from crowdfund_kent.settings import get_settings
from panel.services import awards
from pledges import checks as pledge_checks
from pledges import pots
from pledges.fund_queries import pot_of
from pledges.kinds import Accrual
from pledges.models import MatchFund, MatchPledge
from projects.models import Campaign
from tests.drills.taker import take
from tests.panel.stage import Stage, stage
from tests.pledges import pot_make as make

ROOT = Path(__file__).parent.parent.parent
FLASH = make.facts()["together"][0]
DONORS = [*FLASH["donors"], 256]
MOST = max(DONORS)
SAMPLE = 64
RULES = [rule for rule in wiring.all_rules() if rule not in pledge_checks.RULES]
RUNS = 60
AWARD_RUNS = {4: 60, 8: 60, 16: 60, 64: 60, 256: 10}
POINTS = ("amid a take", "before a take is committed")


def rounds(sizes: dict[int, int], sample: dict[int, int]) -> list[Any]:
    """(at once, runs): the sample for `make test`, and the rest of it for the drill."""
    left = {size: runs - sample.get(size, 0) for size, runs in sizes.items()}
    return [
        *(pytest.param(size, runs, id=f"{size}-sample") for size, runs in sample.items()),
        *(pytest.param(size, runs, id=str(size), marks=pytest.mark.drill) for size, runs in left.items()),
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def campaigns(module_database: str, pytestconfig: pytest.Config) -> AsyncIterator[list[Campaign]]:
    """Live campaigns, each with two backers and £1,200, and a connection for each."""
    drilling = pytestconfig.getoption("--all-drills")
    await database.close_database()
    await database.open_database(module_database, pool=MOST)
    owner = await make.person("Ora")
    made = [await make.live_campaign(owner=owner) for _ in range(MOST if drilling else SAMPLE)]
    for campaign in made:
        for _ in range(2):
            await make.card_pledge(campaign, 60_000)
    yield made


pytestmark = pytest.mark.usefixtures("campaigns", "committed")


async def all_at_once(asks: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """Each ask in a transaction of its own, whose connection was got before the first one began. A refusal is its answer."""
    everybody_is_connected = asyncio.Barrier(len(asks))

    async def ask_when_all_are_there(ask: Callable[[], Awaitable[Any]]) -> Any:
        try:
            async with transaction():  # which begins on a connection of its own
                await everybody_is_connected.wait()
                return await ask()
        except Refused as error:
            return error

    return await asyncio.gather(*(ask_when_all_are_there(ask) for ask in asks))


async def check_finds_nothing() -> None:
    """Every rule of `crowdfund-kent check` but those of residents' pledges, which are rows without cards here."""
    while await audit.seal():
        pass
    broken = [finding for finding in await run_rules(RULES) if finding.count]
    assert not broken, broken


async def held_in(fund: MatchFund) -> int:
    """What the counters say, which are what its match pledges sum to, with no penny below nothing."""
    pot = await pot_of(fund)
    sums = await fetch(
        "SELECT coalesce(sum(amount_pence), 0)::bigint AS pence FROM match_pledge WHERE fund_id = $1", fund.id
    )
    assert pot.together.earmarked_pence == sums[0]["pence"]
    assert min(figures.left_pence for _, figures in pot.sources) >= 0
    return pot.together.earmarked_pence


@pytest.mark.parametrize(("donors", "runs"), rounds(dict.fromkeys(DONORS, RUNS), {4: 2, 64: 1}))
async def test_a_flash_crowd_gets_all_of_a_small_pot_and_no_penny_more(
    donors: int, runs: int, campaigns: list[Campaign]
) -> None:
    for run in range(runs):
        fund = await make.fund(FLASH["pot"])
        # in odd runs everybody gives to one campaign, in even ones each to another: the fund row alone keeps order then
        places = campaigns[:1] if run % 2 else campaigns

        def ask(number: int, fund: MatchFund = fund, places: list[Campaign] = places) -> Awaitable[list[MatchPledge]]:
            offer = pots.Offer(places[number % len(places)].id, {}, accrual=Accrual.POUND_FOR_POUND)
            return pots.take_up_to([fund.id], FLASH["each"], offer, SYSTEM)

        got = await all_at_once([lambda number=number, ask=ask: ask(number) for number in range(donors)])  # type: ignore[misc]
        gave = sorted((match.amount_pence for matches in got for match in matches), reverse=True)
        assert gave in FLASH["shapes"]
        assert await held_in(fund) == FLASH["sum"]
    await check_finds_nothing()


@pytest.mark.parametrize(("asking", "runs"), rounds(dict.fromkeys(DONORS, RUNS), {16: 1}))
async def test_whole_takes_fill_a_small_pot_as_far_as_they_fit(
    asking: int, runs: int, campaigns: list[Campaign]
) -> None:
    for run in range(runs):
        fund = await make.fund(600, 400)
        amounts = [(300, 450, 700)[number % 3] if run % 2 else 300 for number in range(asking)]
        got = await all_at_once(
            [
                lambda campaign=campaign, amount=amount, fund=fund: pots.take_exact(  # type: ignore[misc]
                    fund.id, amount, pots.Offer(campaign.id, {}), SYSTEM
                )
                for campaign, amount in zip(campaigns, amounts, strict=False)
            ]
        )
        left = 1_000 - await held_in(fund)
        # nobody was refused what would still fit at the end, and nobody got less than they asked for
        assert all(amount > left for amount, one in zip(amounts, got, strict=True) if isinstance(one, Refused))
        assert all(
            one.amount_pence == amount for amount, one in zip(amounts, got, strict=True) if not isinstance(one, Refused)
        )
        assert {one.rule for one in got if isinstance(one, Refused)} <= {"pot"}
        if not run % 2:
            assert left == 100
    await check_finds_nothing()


async def proposals(at: Stage, campaigns: Sequence[Campaign]) -> list[int]:
    """One award proposed by the service, and one like it for each other campaign, as rows."""
    first = await at.propose(300, campaign=campaigns[0])
    rows = await fetch(
        "INSERT INTO award (campaign_id, status, fund_id, amount_pence, reasons, purpose_reason, calculation,"
        " refusal_reason, proposed_by_id, proposed_at) SELECT c.id, status, fund_id, amount_pence, reasons, purpose_reason,"
        " calculation, refusal_reason, proposed_by_id, proposed_at FROM award, unnest($2::bigint[]) AS c(id)"
        " WHERE award.id = $1 RETURNING id",
        first.id,
        [campaign.id for campaign in campaigns[1:]],
    )
    ids = [row["id"] for row in rows]
    await execute(
        "INSERT INTO award_event (subject_id, old, new, cause, amount_pence, effective_at, recorded_at, by_id)"
        " SELECT n.id, old, new, cause, amount_pence, effective_at, recorded_at, by_id FROM award_event,"
        " unnest($2::bigint[]) AS n(id) WHERE subject_id = $1",
        first.id,
        ids,
    )
    for award_id in ids:
        await audit.record("award proposed", f"award:{award_id}", at.officer, amount_pence=300, fund_id=at.fund.id)
    return [first.id, *ids]


@pytest.mark.parametrize(("signing", "runs"), rounds(AWARD_RUNS, {8: 1}))
async def test_awards_signed_at_once_fill_a_small_pot_as_far_as_they_fit(
    signing: int, runs: int, campaigns: list[Campaign]
) -> None:
    for _ in range(runs):
        at = replace(await stage(1_000), campaign=campaigns[0])
        ids = await proposals(at, campaigns[:signing])
        got = await all_at_once([lambda one=one, at=at: awards.sign(one, at.signatory) for one in ids])  # type: ignore[misc]
        assert sum(isinstance(one, MatchPledge) for one in got) == 3
        assert {one.rule for one in got if isinstance(one, Refused)} <= {"pot"}
        assert await held_in(at.fund) == 900
    await check_finds_nothing()


async def taker(
    kind: str, fund: MatchFund, pence: int, campaigns: Sequence[Campaign], kill_at: str | None
) -> tuple[int, int]:
    """A process of its own; (how it ended, the pence that it saw committed)."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.drills.taker", kind, str(fund.id), str(pence), *(str(one.id) for one in campaigns),
        cwd=ROOT, env=os.environ | ({KILL_AT: kill_at} if kill_at else {}), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, sum(int(line.split()[1]) for line in output.decode().splitlines())


KILLS = [
    pytest.param("exact", POINTS[0], 2, 16),
    *(
        pytest.param(kind, point, nth, size, marks=pytest.mark.drill)
        for kind in ("exact", "up_to")
        for point in POINTS
        for nth, size in ((1, 4), (2, 64), (3, 32))
    ),
]


@pytest.mark.parametrize(("kind", "point", "nth", "size"), KILLS)
async def test_a_process_killed_amid_a_take_and_a_flushed_queue_lose_nothing_and_give_nothing_twice(
    kind: str, point: str, nth: int, size: int, campaigns: list[Campaign]
) -> None:
    each, pot = 250, 1_000
    fund = await make.fund(700, 300)
    for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER):
        await make.person("Olu", role, fund=fund)
    ended, seen = await taker(kind, fund, each, campaigns[:size], f"{point}:{nth}")
    assert ended == -signal.SIGKILL
    # what was under way is rolled back once the server hears of the end; then the fund's row can be had again
    async with transaction():
        await pots.lock(None, [fund.id])
        after = await held_in(fund)
    assert seen <= after == each * (nth - 1), "a take that was not committed is counted, or one that was is lost"
    queue = Redis.from_url(get_settings().redis_url)
    await queue.flushall()
    await queue.aclose()

    later = campaigns[size : 2 * size]
    await all_at_once([lambda one=one: take(kind, fund.id, each, one.id) for one in later])  # type: ignore[misc]
    assert await held_in(fund) == pot
    # every threshold was told once to each who must know, whoever died on the way
    mails = await Outbox.filter(name="pot_warning", unique_key__contains=f"-{fund.id}-{pot}-")
    keys = sorted(str(row.unique_key).split("-")[1] for row in mails)
    assert keys == ["95", "95"]
    assert await outbox.sweep() >= len(mails)
    await execute("UPDATE outbox SET done_at = now() WHERE done_at IS NULL")
    await check_finds_nothing()
