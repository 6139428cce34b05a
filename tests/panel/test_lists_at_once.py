"""Lists signed at once, on connections of their own: never over a pot, never over the share of all public money."""

import asyncio

import pytest

from crowdfund_kent.errors import Conflict, Refused
from crowdfund_kent.invariants import run
from panel import checks
from panel.kinds import Outcome
from panel.models import Decision, Round
from pledges import funds
from pledges.models import MatchPledge
from tests.panel.round_make import Panel, panel
from tests.panel.test_allocation_by_lists import OPEN, campaign_for
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("committed")
FLASH, DRAIN = make.facts()["together"]


async def ready(p: Panel, amount: int) -> Panel:
    """A list of one award, carried, of a campaign of its own."""
    await p.pitch(amount, campaign=await campaign_for())
    await p.meet()
    await p.carry(p.pitches[0])
    return p


async def all_at_once(panels: list[Panel]) -> list[object]:
    """Every list is signed at the same time. What was refused comes back as its error, anything else is raised."""
    found = await asyncio.gather(*(one.sign() for one in panels), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, Refused | Conflict):
            raise one
    return list(found)


async def nothing_is_wrong() -> None:
    broken = [found for found in await run([*checks.RULES, *make.pot_rules()]) if found.count]
    assert not broken, broken


async def test_a_flash_of_lists_on_a_small_pot_sets_aside_one_award_whole() -> None:
    first = await panel(FLASH["pot"], members=1, quorum=1, rules=OPEN)
    panels = [first] + [await panel(beside=first, members=1, quorum=1) for _ in range(FLASH["donors"][0] - 1)]
    for p in panels:
        await ready(p, FLASH["each"])
    found = await all_at_once(panels)
    assert sorted(one.rule if isinstance(one, Refused) else "" for one in found) == ["", "pot", "pot", "pot"]
    assert await make.left_in(first.fund) == [FLASH["pot"] - FLASH["each"]]
    # the rest of the shape: what is left is a part for one of the others
    waiting = next(p for p, one in zip(panels, found, strict=True) if isinstance(one, Refused))
    await waiting.carry(waiting.pitches[0], Outcome.PART, FLASH["shapes"][0][1])
    await waiting.sign()
    assert await make.left_in(first.fund) == [FLASH["pot"] - FLASH["sum"]]
    await nothing_is_wrong()


async def test_eight_lists_drain_a_pot_to_the_penny() -> None:
    number, each = DRAIN["workers"], DRAIN["sum"] // DRAIN["workers"]
    first = await panel(DRAIN["pot"], members=1, quorum=1, rules=OPEN)
    panels = [first] + [await panel(beside=first, members=1, quorum=1) for _ in range(number)]
    for p in panels:
        await ready(p, each)
    found = await all_at_once(panels)
    assert sum(isinstance(one, Refused) for one in found) == 1, "one more than the pot holds"
    assert await make.left_in(first.fund) == [0]
    assert sum(match.amount_pence for match in await MatchPledge.filter(fund_id=first.fund.id)) == DRAIN["sum"]
    await nothing_is_wrong()


@pytest.mark.parametrize("turn", range(2))
async def test_two_rounds_of_two_funds_never_pass_the_share_of_all_public_money(turn: int) -> None:
    rules = funds.Rules(least_backers=2)
    one, two = await panel(1_000_000, rules=rules), await panel(1_000_000, rules=rules)
    shared, other = await make.live_campaign(), await make.live_campaign()
    for campaign in (shared, other):
        for amount in (100_000, 100_000):
            await make.card_pledge(campaign, amount)
    for p in (one, two):
        for campaign in (shared, other) if (p is one) != bool(turn % 2) else (other, shared):
            await p.pitch(400_000, campaign=campaign)
        await p.meet()
        for pitch in p.pitches:
            await p.carry(pitch)
    found = await all_at_once([one, two])
    (refused,) = [one for one in found if isinstance(one, Refused)]
    assert refused.rule == "combined_share"
    for campaign in (shared, other):
        public = sum(match.amount_pence for match in await MatchPledge.filter(campaign_id=campaign.id))
        assert public == 400_000 <= 650_000
    left = [sum(await make.left_in(p.fund)) for p in (one, two)]
    assert sorted(left) == [200_000, 1_000_000]
    await nothing_is_wrong()


async def test_one_list_signed_twice_at_once_is_signed_once() -> None:
    p = await ready(await panel(1_000_000, members=1, quorum=1, rules=OPEN), 50_000)
    found = await all_at_once([p, p])
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert await Decision.filter(pitch__round_id=p.round.id).count() == 1
    assert (await Round.get(id=p.round.id)).status == "signed"
    assert await make.left_in(p.fund) == [950_000]
    await nothing_is_wrong()
