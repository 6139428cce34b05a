"""Those who run a campaign are no backers of it, by whatever address or card they give, and wherever it is counted."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import advance, business_now, business_today
from evaluation.figures import figures_as_at
from pledges import pots
from pledges.public.queries import programme
from pledges.services import member_joined
from pledges.totals import totals
from projects import services
from projects.kinds import MemberRole
from projects.models import Campaign, Project
from tests.payments.make import rounds
from tests.pledges import make, pot_make
from tests.pledges.make import fair_count

pytestmark = pytest.mark.usefixtures("db")


async def counts(campaign: Campaign) -> tuple[int, int, int | None]:
    """Backers on the bar, on the home page, and in the figures as at today."""
    figures = await figures_as_at(business_today())
    return await fair_count(campaign.id), (await programme()).backers, figures.backers


async def run_by(email: str) -> tuple[Campaign, Actor]:
    """A campaign with an accepted match, so that every page counts its backers."""
    owner = await Person.create(email=email, name="Ada Owner", created_at=business_now())
    campaign = await make.campaign(target_pence=100_000, owner_id=owner.id)
    fund = await pot_make.fund(10_000)
    await pots.pledge(await pots.take_exact(fund.id, 10_000, pots.Offer(campaign.id, {}), SYSTEM), SYSTEM)
    return campaign, Actor(owner.id, "group owner")


async def test_an_owners_card_is_the_owners_under_every_address() -> None:
    campaign, _ = await run_by("owner@example.org")
    await make.pledge(campaign, email="owner@example.org", fingerprint="owners")
    await make.pledge(campaign, email="somebody-else@example.org", fingerprint="owners")
    await make.pledge(campaign, email="somebody-else@example.org", fingerprint="second")
    assert await counts(campaign) == (0, 0, 0)
    await make.pledge(campaign, email="neighbour@example.org", fingerprint="third")
    assert await counts(campaign) == (1, 1, 1)


async def test_who_runs_one_campaign_may_back_another() -> None:
    mine, _ = await run_by("owner@example.org")
    other, _ = await run_by("friend@example.org")
    await make.pledge(mine, email="owner@example.org", fingerprint="owners")
    await make.pledge(other, email="owner@example.org", fingerprint="owners")
    assert (await fair_count(mine.id), await fair_count(other.id)) == (0, 1)
    assert (await programme()).backers == (await figures_as_at(business_today())).backers == 1


async def test_who_joins_the_group_later_is_a_backer_no_more_and_past_figures_stay() -> None:
    campaign, owner = await run_by("owner@example.org")
    await make.pledge(campaign, email="helper+pool@example.org")
    await make.pledge(campaign, email="neighbour@example.org")
    assert await counts(campaign) == (2, 2, 2)
    yesterday = business_today()
    await advance(timedelta(days=1))
    group_id = (await Project.get(id=campaign.project_id)).group_id
    await services.invite(group_id, "helper@example.org", MemberRole.EDITOR, owner)
    await rounds()
    assert await counts(campaign) == (1, 1, 1)
    assert (await figures_as_at(yesterday)).backers == 2
    assert await member_joined(group_id) == 0
    assert (await totals(campaign.id)).crowd_pence == 4_000  # the money is raised all the same
