"""Each rule of projects/checks.py finds what was spoiled behind the guards' back, and nothing in sound data."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute
from crowdfund_kent.invariants import run
from projects.checks import RULES
from projects.models import Campaign, CampaignEvent, Member, Project
from projects.states import Campaign as Status
from tests.projects import make

FREE_VERSIONS = "ALTER TABLE project_version DROP CONSTRAINT project_version_ruling_1"
TRIGGERS = ("project_version", "campaign_event")


@pytest_asyncio.fixture
async def unguarded(db: None) -> AsyncIterator[None]:
    """Triggers off, as a superuser could; the test's transaction takes it back."""
    for table in TRIGGERS:
        await execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield


async def broken() -> dict[str, list[str]]:
    return {found.rule: found.offenders for found in await run(RULES) if found.count}


async def test_sound_data_in_every_state_breaks_no_rule(db: None) -> None:
    for status in (
        Status.DRAFT, Status.SUBMITTED, Status.CHANGES_REQUESTED, Status.REFUSED, Status.APPROVED, Status.LIVE,
        Status.SUSPENDED, Status.CLOSING, Status.CANCELLED, Status.WITHDRAWN,
    ):  # fmt: skip
        await make.campaign(status)
    assert await broken() == {}


async def test_a_status_without_its_event_is_found(db: None) -> None:
    campaign = await make.live_campaign()
    await Campaign.filter(id=campaign.id).update(status=Status.CLOSING)
    assert (await broken())["campaign history agrees"] == [f"campaign {campaign.id}"]


async def test_events_that_do_not_follow_from_each_other_are_found(unguarded: None) -> None:
    campaign = await make.live_campaign()
    await execute("UPDATE campaign_event SET old = 'draft' WHERE subject_id = $1 AND new = 'live'", campaign.id)
    assert (await broken())["campaign history agrees"] == [f"campaign {campaign.id}"]


async def test_another_target_than_the_frozen_one_is_found(db: None) -> None:
    campaign = await make.live_campaign(target_pence=600_000)
    await Campaign.filter(id=campaign.id).update(target_pence=599_999)
    assert (await broken())["approved campaigns are frozen"] == [f"campaign {campaign.id}"]


async def test_another_projects_version_is_found(db: None) -> None:
    campaign, other = await make.live_campaign(), await make.live_campaign()
    await Campaign.filter(id=campaign.id).update(version_id=other.version_id)
    assert (await broken())["approved campaigns are frozen"] == [f"campaign {campaign.id}"]


async def test_figures_that_are_not_the_sums_of_the_frozen_lines_are_found(unguarded: None) -> None:
    campaign = await make.live_campaign()
    await execute(FREE_VERSIONS)
    await execute(
        "UPDATE project_version SET project_value_pence = project_value_pence + 1 WHERE id = $1", campaign.version_id
    )
    assert (await broken())["value and target are computed"] == [f"project_version {campaign.version_id}"]


async def test_changed_frozen_lines_are_found(unguarded: None) -> None:
    campaign = await make.live_campaign()
    await execute(
        "UPDATE project_version SET content = jsonb_set(content, '{costs,0,amount_pence}', '1') WHERE id = $1",
        campaign.version_id,
    )
    assert (await broken())["value and target are computed"] == [f"project_version {campaign.version_id}"]


async def test_two_unfinished_campaigns_of_a_project_are_found(db: None) -> None:
    campaign = await make.live_campaign()
    await execute("DROP INDEX campaign_one_unfinished")
    second = await Campaign.create(project_id=campaign.project_id, status=Status.DRAFT, created_at=real_now())
    found = await broken()
    assert found["one unfinished campaign"] == [f"project {campaign.project_id}"]
    assert found["campaign history agrees"] == [f"campaign {second.id}"]


async def test_a_deadline_that_is_not_midnight_in_london_is_found(db: None) -> None:
    campaign = await make.live_campaign()
    assert campaign.deadline_at is not None
    await Campaign.filter(id=campaign.id).update(deadline_at=campaign.deadline_at + timedelta(hours=1))
    assert (await broken())["deadlines follow the last day"] == [f"campaign {campaign.id}"]


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.LIVE])
async def test_a_suspension_without_its_time_or_a_time_without_suspension_is_found(db: None, status: Status) -> None:
    campaign = await make.campaign(status)
    since = None if status == Status.SUSPENDED else real_now()
    await Campaign.filter(id=campaign.id).update(suspended_at=since)
    assert (await broken())["suspended campaigns say since when"] == [f"campaign {campaign.id}"]


async def test_a_group_without_an_owner_is_found(db: None) -> None:
    group = await make.group()
    await Member.filter(group_id=group.id).update(ended_at=real_now())
    assert (await broken())["groups have an owner"] == [f"group {group.id}"]


async def test_somebody_who_approved_their_own_is_found(db: None) -> None:
    campaign = await make.live_campaign()
    event = await CampaignEvent.filter(subject_id=campaign.id, cause="approved").first()
    project = await Project.get(id=campaign.project_id)
    assert event is not None
    await Member.create(
        group_id=project.group_id,
        person_id=event.by_id,
        role="editor",
        created_at=event.recorded_at - timedelta(days=1),
        ended_at=event.recorded_at,
    )
    assert (await broken())["nobody approved their own"] == [f"campaign {campaign.id}"]
