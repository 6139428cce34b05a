"""What happens to a campaign twice is told twice; what is done once is told once, however often it is asked for."""

import pytest

from crowdfund_kent.models import Outbox
from projects import services
from projects.states import Campaign as Status
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


async def test_a_campaign_that_is_paused_twice_tells_its_group_and_those_downstream_each_time() -> None:
    campaign, officer = await make.campaign(Status.LIVE), await make.officer()
    for _ in range(2):
        await services.suspend(campaign.id, officer, "We had a complaint.")
        await services.resume(campaign.id, officer)
    for name in ("suspended", "resumed"):
        assert await Outbox.filter(kind="email", name=f"projects/{name}").count() == 2
    jobs = await Outbox.filter(name="campaign_moved").order_by("id")
    told = [row.body[1] for row in jobs if row.body[0] == campaign.id]
    assert told == ["live", "suspended", "live", "suspended", "live"]
