"""Many at once at one pot, on real connections of their own that were open before anybody asked. More: tests/drills."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio

from crowdfund_kent import database
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.invariants import run
from pledges import pots
from pledges.kinds import Accrual
from pledges.models import FundingSource, MatchFund, MatchPledge
from projects.models import Campaign
from tests.pledges import pot_make as make

MOST_AT_ONCE = 64
FLASH, DRAIN = make.facts()["together"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def many_connections(module_database: str) -> AsyncIterator[None]:
    """This module's database with a connection for each of 64."""
    await database.close_database()
    await database.open_database(module_database, pool=MOST_AT_ONCE)
    await all_at_once([lambda: fetch("SELECT 1") for _ in range(MOST_AT_ONCE)])
    yield


pytestmark = pytest.mark.usefixtures("many_connections", "committed")


async def all_at_once(asks: Sequence[Any]) -> list[Any]:
    """Each ask in a transaction of its own, whose connection was got before the first one began."""
    everybody_is_connected = asyncio.Barrier(len(asks))

    async def ask_when_all_are_there(ask: Any) -> Any:
        async with transaction():
            await fetch("SELECT 1")
            await everybody_is_connected.wait()
            return await ask()

    return await asyncio.gather(*(ask_when_all_are_there(ask) for ask in asks), return_exceptions=True)


def taking(fund: MatchFund, campaign: Campaign, amount: int) -> Any:
    offer = pots.Offer(campaign.id, {}, accrual=Accrual.POUND_FOR_POUND)
    return lambda: pots.take_up_to([fund.id], amount, offer, SYSTEM)


async def nothing_is_wrong() -> None:
    broken = [finding for finding in await run(make.pot_rules()) if finding.count]
    assert not broken, broken


@pytest.mark.parametrize("run", range(2))
@pytest.mark.parametrize("donors", FLASH["donors"])
async def test_a_flash_crowd_on_a_small_pot_gets_all_of_it_and_no_penny_more(donors: int, run: int) -> None:
    fund = await make.fund(FLASH["pot"])
    # in odd runs everybody gives to one campaign, in even ones each to another: the fund row alone keeps order then
    campaigns = [await make.live_campaign() for _ in range(1 if run % 2 else min(donors, 8))]
    taken = await all_at_once(
        [taking(fund, campaigns[number % len(campaigns)], FLASH["each"]) for number in range(donors)]
    )
    assert not [one for one in taken if isinstance(one, BaseException)]
    gave = [match.amount_pence for matches in taken for match in matches]
    assert sorted(gave, reverse=True) in FLASH["shapes"]
    assert sum(gave) == FLASH["sum"]
    assert await make.left_in(fund) == [0]
    assert await MatchPledge.filter(fund_id=fund.id).count() == len(gave)
    if donors == max(FLASH["donors"]):
        await nothing_is_wrong()


async def test_eight_workers_drain_a_pot_to_the_last_penny() -> None:
    half = DRAIN["pot"] // 2
    fund = await make.fund(half, DRAIN["pot"] - half)
    campaigns = [await make.live_campaign() for _ in range(DRAIN["workers"])]

    async def worker(campaign: Campaign) -> int:
        ask = taking(fund, campaign, DRAIN["each"])
        return sum([match.amount_pence for _ in range(DRAIN["asks_each"]) for match in await ask()])

    gave = await asyncio.gather(*(worker(campaign) for campaign in campaigns))
    assert sum(gave) == DRAIN["sum"]
    assert await make.left_in(fund) == [0, 0]
    await nothing_is_wrong()


async def test_signing_many_awards_at_once_gives_whole_ones_only() -> None:
    fund = await make.fund(1_000)
    campaigns = [await make.live_campaign() for _ in range(16)]
    asked = await all_at_once(
        [
            lambda campaign=campaign: pots.take_exact(fund.id, 300, pots.Offer(campaign.id, {}), SYSTEM)
            for campaign in campaigns
        ]
    )
    kinds = Counter(type(one) for one in asked)
    assert kinds == {MatchPledge: 3, Refused: 13}
    assert await make.left_in(fund) == [100]
    await nothing_is_wrong()


async def test_a_release_asked_for_many_times_at_once_happens_once() -> None:
    fund = await make.fund(50_000)
    match = await pots.take_exact(fund.id, 10_000, pots.Offer((await make.live_campaign()).id, {}), SYSTEM)

    async def let_go() -> None:
        await pots.release(await MatchPledge.get(id=match.id), "verdict", SYSTEM)

    outcomes = await all_at_once([let_go for _ in range(16)])
    assert sum(outcome is None for outcome in outcomes) == 1
    assert await make.left_in(fund) == [50_000]
    await nothing_is_wrong()


async def test_taking_from_two_funds_in_either_order_never_deadlocks() -> None:
    first, second = await make.fund(30_000), await make.fund(30_000)
    campaigns = [await make.live_campaign() for _ in range(8)]

    def ask(number: int) -> Any:
        order = [first.id, second.id] if number % 2 else [second.id, first.id]
        offer = pots.Offer(campaigns[number % 8].id, {}, accrual=Accrual.POUND_FOR_POUND)
        return lambda: pots.take_up_to(order, 2_000, offer, SYSTEM)

    taken = await all_at_once([ask(number) for number in range(32)])
    assert not [one for one in taken if isinstance(one, BaseException)]
    assert sum(match.amount_pence for matches in taken for match in matches) == 60_000
    rows = await FundingSource.filter(fund_id__in=[first.id, second.id])
    assert [row.earmarked_pence for row in rows] == [30_000, 30_000]
    await nothing_is_wrong()
