"""A yes and the end of a campaign in the same second, and several workers who close it: connections of their own."""

import asyncio
from datetime import timedelta

import pytest

from crowdfund_kent.audit import BACKER, PROVIDER, Actor
from crowdfund_kent.clock import business_now, day_begins, london_day
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import Outbox
from payments import closing
from pledges import agreeing, changing, pledging
from pledges.models import Pledge, PledgeEvent
from projects import services
from projects.kinds import ChangeKind
from projects.models import Campaign, CampaignChange
from tests.payments.test_last_second import Elsewhere, before_it_commits, elsewhere
from tests.pledges import make, pot_make
from tests.projects.make import officer

pytestmark = pytest.mark.usefixtures("committed")
__all__ = ["elsewhere"]


async def past_its_first_day() -> tuple[Campaign, Pledge, Pledge, Actor]:
    """A campaign whose first last day is over, with a pledge that waits for a yes and one that needs none."""
    owner = await pot_make.person("Ora")
    campaign = await make.campaign(target_pence=5_000, owner_id=owner.person_id)
    waits = await make.pledge(campaign, 4_000)
    assert campaign.last_day is not None
    change = await services.begin_change(campaign.id, ChangeKind.LAST_DAY, owner)
    await services.write_change(
        change.id, owner, reason="More time.", new_last_day=campaign.last_day + timedelta(days=9)
    )
    await services.ask_change(change.id, owner)
    await changing.agree(change.id, await officer())
    needs_none = await make.pledge(campaign, 1_000)
    yesterday = day_begins(london_day(business_now()))
    await CampaignChange.filter(id=change.id).update(
        old_deadline_at=yesterday, old_last_day=london_day(yesterday) - timedelta(days=1)
    )
    return campaign, await Pledge.get(id=waits.id), needs_none, owner


async def the_later_day_came(campaign: Campaign) -> None:
    now = business_now()
    await execute("UPDATE campaign SET deadline_at = $2 WHERE id = $1", campaign.id, now)
    assert await services.begin_closing(campaign.id)


async def test_workers_who_decide_at_once_let_go_once_and_give_one_verdict() -> None:
    campaign, waits, needs_none, _ = await past_its_first_day()
    await the_later_day_came(campaign)
    assert sorted(await asyncio.gather(*(closing.decide(campaign.id) for _ in range(5)))) == [False] * 4 + [True]
    assert await PledgeEvent.filter(subject_id=waits.id, cause="no yes to the later day").count() == 1
    assert await Outbox.filter(name="not_agreed", unique_key__endswith=f"-{waits.id}").count() == 1
    decided = await Campaign.get(id=campaign.id)
    assert (decided.status, decided.raised_pence) == ("unsuccessful", 1_000)
    assert await PledgeEvent.filter(subject_id=needs_none.id, cause="campaign unsuccessful").count() == 1


async def test_a_yes_that_was_first_counts_and_closing_waits_for_it(elsewhere: Elsewhere) -> None:
    campaign, waits, _, _ = await past_its_first_day()
    closes = the_later_day_came(campaign)
    assert await before_it_commits(lambda: agreeing.say_yes(waits.id, BACKER), closes, elsewhere) is None
    assert await closing.decide(campaign.id)
    decided = await Campaign.get(id=campaign.id)
    assert (decided.status, decided.raised_pence) == ("successful", 5_000)


async def test_a_yes_while_the_campaign_ends_early_is_refused_and_not_charged(elsewhere: Elsewhere) -> None:
    campaign, waits, _, _ = await past_its_first_day()
    yes = agreeing.say_yes(waits.id, BACKER)
    found = await before_it_commits(lambda: services.begin_closing(campaign.id, "ended early"), yes, elsewhere)
    assert isinstance(found, Refused)
    assert await closing.decide(campaign.id)
    assert (await Pledge.get(id=waits.id)).status == "released"


async def test_a_pledge_begun_while_an_officer_agrees_is_asked_or_read_the_later_day(elsewhere: Elsewhere) -> None:
    owner = await pot_make.person("Ora")
    campaign = await make.campaign(target_pence=5_000, owner_id=owner.person_id)
    assert campaign.last_day is not None
    change = await services.begin_change(campaign.id, ChangeKind.LAST_DAY, owner)
    await services.write_change(
        change.id, owner, reason="More time.", new_last_day=campaign.last_day + timedelta(days=9)
    )
    await services.ask_change(change.id, owner)
    by = await officer()
    begun = await make.pledge(campaign, 1_000, active=False)
    saves = pledging.card_saved(begun.id, pledging.Card("visa", "4242", None), business_now(), PROVIDER)
    assert isinstance(await before_it_commits(lambda: changing.agree(change.id, by), saves, elsewhere), Pledge)
    asked = await Pledge.get(id=begun.id)
    assert (asked.status, asked.must_agree_id) == ("active", change.id)
    assert await Outbox.filter(kind="job", name="campaign_changed").count() >= 2


async def test_two_officers_who_agree_at_once_move_the_day_once() -> None:
    owner = await pot_make.person("Ora")
    campaign = await make.campaign(target_pence=5_000, owner_id=owner.person_id)
    assert campaign.last_day is not None
    change = await services.begin_change(campaign.id, ChangeKind.LAST_DAY, owner)
    wanted = campaign.last_day + timedelta(days=9)
    await services.write_change(change.id, owner, reason="More time.", new_last_day=wanted)
    await services.ask_change(change.id, owner)
    officers = [await officer() for _ in range(3)]
    found = await asyncio.gather(*(changing.agree(change.id, by) for by in officers), return_exceptions=True)
    assert len([one for one in found if isinstance(one, CampaignChange)]) == 1
    assert (await Campaign.get(id=campaign.id)).last_day == wanted
