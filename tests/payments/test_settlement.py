"""A collection from its first attempt to its end: settled and to be paid out, or collapsed and given back."""

import pytest

from crowdfund_kent import ledger
from payments import accounts
from pledges.models import MatchPledge
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_enough_is_collected_and_the_campaign_is_settled(provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    pledges = [await scene.pledge(3_000) for _ in range(2)]
    await scene.match(4_000)
    await scene.collect()
    assert await scene.status() == "settled"
    assert {await make.status_of(pledge) for pledge in pledges} == {"collected"}
    truth = await provider.control.truth()
    assert (truth["charges"], truth["charged_pence"], truth["charged_twice"]) == (2, 6_000, [])
    assert await ledger.balance(accounts.PROVIDER_BALANCE) == 6_000
    assert await ledger.balance(accounts.held_for_campaign(scene.campaign.id)) == -6_000
    assert {match.status for match in await MatchPledge.all()} == {"confirmed"}
    await make.nothing_is_broken()
