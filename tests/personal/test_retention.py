"""What is over its time goes, once, and only then; drafts are counted first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crowdfund_kent import clock
from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.models import Outbox
from crowdfund_kent.personal import retention
from crowdfund_kent.personal.models import RetentionRun
from crowdfund_kent.personal.retention import money_before, years_end
from crowdfund_kent.wiring import compose_personal, run_all_checks
from evaluation.indicators import measured
from evaluation.scope import Records, Scope
from projects import queries, services
from projects import retention as drafts
from projects.models import Campaign, DraftCount, Project
from projects.states import Campaign as Status
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(
    ("day", "end"),
    [(date(2021, 3, 31), date(2020, 4, 1)), (date(2021, 4, 1), date(2021, 4, 1)), (date(2022, 1, 1), date(2021, 4, 1))],
)
def test_financial_years_begin_in_april(day: date, end: date) -> None:
    assert years_end(day) == end


def test_money_records_of_may_2021_go_in_april_2028() -> None:
    settled = datetime(2021, 5, 1, tzinfo=UTC)
    assert settled > money_before(datetime(2028, 3, 31, tzinfo=UTC))
    assert settled < money_before(datetime(2028, 4, 2, tzinfo=UTC))


async def broken() -> list[str]:
    return [found.rule for found in await run_all_checks() if found.count]


async def test_a_draft_is_warned_of_counted_and_emptied() -> None:
    compose_personal()
    campaign = await make.campaign(Status.DRAFT)
    project = await Project.get(id=campaign.project_id)
    await clock.advance(timedelta(days=340))
    for _ in range(2):
        await drafts.warn()
    assert await Outbox.filter(name="projects/draft_ends").count() == 1
    assert (await retention.waiting())["abandoned drafts"] == 0
    await clock.advance(timedelta(days=30))
    assert (await retention.waiting())["abandoned drafts"] == 1
    gone = await retention.run()
    assert gone["abandoned drafts"] == 1
    assert (await retention.run())["abandoned drafts"] == 0
    assert (await Campaign.get(id=campaign.id)).status == "withdrawn"
    emptied = await Project.get(id=project.id)
    assert (emptied.title, emptied.story, emptied.summary) == (drafts.FORGOTTEN, "", "")
    (counted,) = await DraftCount.all()
    assert (counted.count, counted.district_code) == (1, project.district_code)
    day = business_today()
    for told, since in ((day, 1), (day - timedelta(days=1), 0)):
        found = (await measured(Scope.of(told, records=Records.REAL))).of("projects_stopped")
        assert (found.value, sum(part.value or 0 for part in found.parts["last step"])) == (since, since), (
            "as at each day"
        )
    assert await RetentionRun.filter(rule="abandoned drafts").count() == 1
    cells = await fetch("SELECT t::text AS cell FROM project t")
    assert not any(project.title in row["cell"] for row in cells)
    assert await broken() == []


async def test_a_draft_that_somebody_goes_on_with_stays() -> None:
    compose_personal()
    campaign = await make.campaign(Status.DRAFT)
    project = await Project.get(id=campaign.project_id)
    await services.save_project(project.id, await make.owner_of(project.group_id), summary="We go on.")
    rows = await fetch("SELECT max(at) AS at FROM audit_row WHERE subject = $1", f"project:{project.id}")
    assert rows[0]["at"] is not None
    assert await drafts.drafts_due(business_now() + timedelta(days=364)) == 0
    assert await drafts.drafts_due(business_now() + timedelta(days=366)) == 1


async def test_a_draft_that_changes_while_drafts_are_let_go_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner saves between the list and the lock; another worker may have been there as well."""
    campaign = await make.campaign(Status.DRAFT)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    a_year_from_now = real_now() + timedelta(days=365)  # the audit, which tells when it changed, goes by the real clock
    lock = queries.campaign_for_update

    async def after_the_owner(campaign_id: int) -> Campaign:
        await services.save_project(campaign.project_id, by, summary="We go on.")
        return await lock(campaign_id)

    monkeypatch.setattr(queries, "campaign_for_update", after_the_owner)
    assert await drafts.drafts_due(a_year_from_now) == 1
    assert await drafts.forget_drafts(a_year_from_now) == 0
    assert (await Project.get(id=campaign.project_id)).summary == "We go on."
    assert (await Campaign.get(id=campaign.id)).status == "draft"
    assert await DraftCount.all().count() == 0
