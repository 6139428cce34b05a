"""What counts as raised, before and after the verdict (ruling 2)."""

import pytest

from crowdfund_kent import audit
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound
from pledges import pledging
from pledges.models import Pledge
from pledges.services import release_pledges
from pledges.states import Match
from pledges.totals import Totals, totals, totals_of
from projects.models import Campaign
from tests.pledges import make

pytestmark = pytest.mark.usefixtures("db")


async def test_active_pledges_and_accepted_match_are_raised_and_nothing_else() -> None:
    campaign = await make.campaign()
    await make.pledge(campaign, 2000)
    await make.pledge(campaign, 550)
    await make.pledge(campaign, 9900, active=False)
    cancelled = await make.pledge(campaign, 700)
    await pledging.cancel(cancelled.id, audit.BACKER)
    await make.match(campaign, 30_000, Match.PLEDGED, accepted=True)
    await make.match(campaign, 20_000, Match.EARMARKED)
    await make.match(campaign, 10_000, Match.RELEASED)
    assert await totals(campaign.id) == Totals(
        crowd_pence=2550,
        pending_pence=9900,
        match_accepted_pence=30_000,
        match_offered_pence=20_000,
        backers=2,
        raised_pence=32_550,
    )


async def test_a_campaign_without_anything_has_raised_nothing() -> None:
    campaign = await make.campaign()
    assert await totals(campaign.id) == Totals()


async def test_no_campaign_has_no_totals() -> None:
    with pytest.raises(NotFound):
        await totals(0)
    assert await totals_of([0]) == {}


async def test_the_totals_of_many_campaigns_do_not_mix() -> None:
    campaigns = [await make.campaign() for _ in range(3)]
    for number, campaign in enumerate(campaigns, 1):
        for _ in range(number):
            await make.pledge(campaign, number * 1000)
    found = await totals_of(campaign.id for campaign in campaigns)
    assert [found[campaign.id].crowd_pence for campaign in campaigns] == [1000, 4000, 9000]
    assert [found[campaign.id].backers for campaign in campaigns] == [1, 2, 3]


@pytest.mark.parametrize(
    "later", ["collecting", "collected", "action required", "failed", "dropped", "refunded", "disputed", "charged back"]
)
async def test_after_the_verdict_nothing_changes_what_was_raised(later: str) -> None:
    campaign = await make.campaign(target_pence=5000)
    gone = await make.pledge(campaign, 2000)
    await make.pledge(campaign, 3000)
    await make.match(campaign, 1000, Match.RELEASED, accepted=True)
    # what the verdict writes onto the campaign, and what becomes of a pledge afterwards
    await Campaign.filter(id=campaign.id).update(decided_at=business_now(), raised_pence=6000)
    await Pledge.filter(id=gone.id).update(status=later)
    found = await totals(campaign.id)
    assert (found.crowd_pence, found.match_accepted_pence, found.raised_pence, found.backers) == (5000, 1000, 6000, 2)


async def test_a_campaign_that_missed_its_target_still_says_what_it_had_raised() -> None:
    campaign = await make.campaign(target_pence=50_000)
    await make.pledge(campaign, 2000)
    await Campaign.filter(id=campaign.id).update(decided_at=business_now(), raised_pence=2000)
    await release_pledges(campaign, "campaign unsuccessful", audit.SYSTEM)
    found = await totals(campaign.id)
    assert (found.crowd_pence, found.raised_pence, found.backers) == (2000, 2000, 1)


async def test_a_cancelled_campaign_has_nothing_left() -> None:
    campaign = await make.campaign()
    await make.pledge(campaign, 2000)
    await release_pledges(campaign, "campaign cancelled", audit.SYSTEM)
    assert await totals(campaign.id) == Totals()


async def test_a_pledge_of_those_who_run_it_is_raised_without_a_backer() -> None:
    owner = await Person.create(email="ada@example.org", name="Ada", created_at=business_now())
    campaign = await make.campaign(owner_id=owner.id)
    await make.pledge(campaign, 2000, email="ada@example.org")
    found = await totals(campaign.id)
    assert (found.crowd_pence, found.backers) == (2000, 0)
