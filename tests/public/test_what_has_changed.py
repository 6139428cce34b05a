"""Old promises are never rewritten in silence: the page says what changed, when and why, and what it said before."""

from datetime import timedelta

import pytest

from pledges import changing
from projects import services
from projects.kinds import ChangeKind, CostKind
from projects.models import Campaign, Project
from tests.client import SiteClient
from tests.pledges import pot_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


async def test_the_page_says_what_changed_and_why_and_what_it_said_before(client: SiteClient) -> None:
    project = await make.project()
    campaign = await make.campaign(of=project)
    path = f"/projects/{project.slug}"
    first = await client.get(path)
    assert "What has changed" not in first.main
    by, officer = await make.owner_of(project.group_id), await make.officer()
    plan = await services.begin_change(campaign.id, ChangeKind.PLAN, by)
    await services.put_line(
        plan.id, "costs", 0, by, words="Work", amount_pence=500_000, kind=CostKind.REVENUE, was="Work"
    )
    await services.write_change(
        plan.id, by, reason="One rail is enough.", words={"summary": "Safe steps.", "story": "Now with **one** rail."}
    )
    await services.ask_change(plan.id, by)
    assert (await client.get(path)).headers["etag"] == first.headers["etag"]  # asked is not agreed
    await changing.agree(plan.id, officer)
    page = await client.get(path)
    assert page.headers["etag"] != first.headers["etag"]
    assert "the summary, the story, the costs and the target changed" in page.main
    assert "The target was £6,000 and is now £5,000." in page.main
    assert "One rail is enough." in page.main
    assert "The old steps are slippery" in page.main  # the story before, folded
    assert page.rows("Costs") == [["Work (it is used up) another price", "£6,000.00", "£5,000.00"]]


async def test_the_page_says_how_much_waits_for_a_yes_to_the_later_day(client: SiteClient) -> None:
    project = await make.project()
    campaign = await make.campaign(of=project)
    await pot_make.card_pledge(campaign, 12_000)
    by = await make.owner_of(project.group_id)
    assert campaign.last_day is not None
    change = await services.begin_change(campaign.id, ChangeKind.LAST_DAY, by)
    await services.write_change(change.id, by, reason="Rain.", new_last_day=campaign.last_day + timedelta(days=7))
    await services.ask_change(change.id, by)
    await changing.agree(change.id, await make.officer())
    page = await client.get(f"/projects/{project.slug}")
    assert "£120 of this was pledged before the last day moved, and waits for a yes" in page.main
    old, new = campaign.last_day, (await Campaign.get(id=campaign.id)).last_day
    assert new is not None
    assert f"the last day moved from {old.day} {old:%B %Y} to {new.day} {new:%B %Y}" in page.main


async def test_a_pause_that_is_over_is_told_too(client: SiteClient) -> None:
    campaign = await make.campaign()
    project = await Project.get(id=campaign.project_id)
    by = await make.officer()
    await services.suspend(campaign.id, by, "A neighbour asks.")
    assert "What has changed" not in (await client.get(f"/projects/{project.slug}")).main
    await services.resume(campaign.id, by)
    page = await client.get(f"/projects/{project.slug}")
    assert "the campaign was paused until" in page.main
    assert "A neighbour asks" not in page.main
