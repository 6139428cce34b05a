"""A group finds from its campaign's page how its cards are charged."""

import pytest

from payments.landing import collection_steps
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_once_the_target_is_met_the_campaign_leads_to_its_collection(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    assert await collection_steps(scene.campaign.id, 1) == []
    await scene.close()
    (step,) = await collection_steps(scene.campaign.id, 1)
    assert step.href.endswith(f"/campaigns/{scene.campaign.id}/settlement")
