"""A fund may say that a group which owes an overdue report gets nothing further: no award, and no payment (fund_rules)."""

import pytest

from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import Refused
from payments.match_payments import services as paying
from payments.match_payments.due import due
from pledges import funds
from projects.models import Campaign, Delivery, Group, Project
from projects.reports.models import Report
from projects.states import Campaign as Status
from tests.panel.stage import stage
from tests.payments.council import make
from tests.pledges import pot_make
from tests.projects import make as projects

pytestmark = pytest.mark.usefixtures("db")


async def overdue_report(group_id: int) -> Report:
    """On another project of the group, that was funded before."""
    other = await projects.project(await Group.get(id=group_id), title="Sea steps")
    campaign = await projects.campaign(Status.APPROVED, of=other)
    today, now = business_today(), business_now()
    await Campaign.filter(id=campaign.id).update(status="settled", settled_at=now)
    delivery = await Delivery.create(
        status="under way",
        campaign_id=campaign.id,
        start_by=today,
        finish_by=today,
        report_by=today,
        created_at=now,
        begun_at=now,
    )
    return await Report.create(
        status="overdue",
        delivery_id=delivery.id,
        kind="final",
        level="small",
        due_by=today,
        asked_at=now,
        public_pence=0,
        version_id=campaign.version_id,
    )


async def test_no_payment_goes_out_while_a_report_is_overdue() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    report = await overdue_report(one.group.id)
    assert (await due([one.match.id]))[0].missing == ()  # this fund's rules do not say so
    fund = await pot_make.fund(400_000, rules=funds.Rules(overdue_stops=True))
    strict = await make.owed(100_000, fund=fund)
    await make.approved(strict, who, "87654321")
    await make.cleared(strict, who)
    await make.days_pass()
    assert (await due([strict.match.id]))[0].missing == ()
    owed = await overdue_report(strict.group.id)
    assert (await due([strict.match.id]))[0].missing == ("The group owes an overdue report on “Sea steps”",)
    with pytest.raises(Refused, match="overdue report"):
        await paying.prepare([strict.match.id], who.officer)
    await Report.filter(id__in=[report.id, owed.id]).update(status="asked")
    await paying.prepare([strict.match.id], who.officer)


async def test_no_award_is_proposed_while_a_report_is_overdue() -> None:
    at = await stage(rules=funds.Rules(least_backers=2, overdue_stops=True))
    group_id = (await Project.get(id=at.campaign.project_id)).group_id
    report = await overdue_report(group_id)
    with pytest.raises(Refused, match="owes an overdue report on “Sea steps”") as refused:
        await at.propose()
    assert refused.value.rule == "overdue report"
    await Report.filter(id=report.id).update(status="asked")
    assert (await at.propose()).status == "proposed"
