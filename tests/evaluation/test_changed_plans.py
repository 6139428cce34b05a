"""A plan that changed later changes no figure of a day before it."""

from datetime import timedelta

import pytest

from crowdfund_kent import clock
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_today
from evaluation.figures import figures_as_at
from pledges import changing, pots
from projects import services
from projects.kinds import ChangeKind, CostKind
from tests.pledges import pot_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


async def test_figures_as_at_a_past_day_keep_the_plan_of_that_day() -> None:
    project = await make.project(cost_pence=600_000)
    campaign = await make.campaign(of=project)
    fund = await pot_make.fund(100_000)
    match = await pots.take_exact(fund.id, 100_000, pots.Offer(campaign.id, {}), SYSTEM)
    await pots.pledge(match, SYSTEM)
    before = business_today()
    for pence in (500_000, 650_000):
        await clock.advance(timedelta(days=1))
        by = await make.owner_of(project.group_id)
        change = await services.begin_change(campaign.id, ChangeKind.PLAN, by)
        await services.put_line(
            change.id, "costs", 0, by, words="Work", amount_pence=pence, kind=CostKind.REVENUE, was="Work"
        )
        await services.write_change(change.id, by, reason="Another price.")
        await services.ask_change(change.id, by)
        await changing.agree(change.id, await make.officer())
    told = [(await figures_as_at(before + timedelta(days=days))).project_value_pence for days in range(3)]
    assert told == [600_000, 500_000, 650_000]
