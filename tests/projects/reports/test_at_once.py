"""Two people at once, each on a connection of their own."""

import asyncio
from datetime import timedelta

import pytest

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import MovedAlready, Refused, SiteError
from projects import services
from projects.kinds import MemberRole
from projects.models import Campaign, Delivery, DeliveryEvent
from projects.reports import queries
from projects.reports.models import Receipt, Report, ReportEvent, ReportMoreTime
from projects.reports.services import answering, asking, more_time, receipts, sending, writing
from projects.states import Campaign as Status
from tests.projects import make, papers
from tests.projects import reporting as reports

pytestmark = pytest.mark.usefixtures("committed")


async def test_a_report_goes_its_way_once_however_many_push_it() -> None:
    """Asked twice, written by two, one receipt chosen twice, sent by two owners, accepted by two officers."""
    project = await make.project(title="Tidal pool steps", cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED, settled_at=business_now())
    delivery = await services.begin_delivery(await Campaign.get(id=campaign.id))
    owner = await make.owner_of(project.group_id)
    place = await services.invite(project.group_id, "second.owner@example.org", MemberRole.OWNER, owner)
    other = Actor(place.person_id, "group owner")
    await services.start(delivery.id, owner)
    asked = await asyncio.gather(
        *(sending.finish_work(delivery.id, business_today(), 600_000, by) for by in (owner, other)),
        asking.ask_what_is_due(delivery.id, 600_000),
    )
    assert len({one.id for one in asked if one is not None}) == 1
    report = await Report.get()
    await asyncio.gather(
        writing.say_what(report.id, "The steps stand.", owner),
        writing.say_people(report.id, 120, other),
        writing.say_hours(report.id, 48, owner),
        writing.say_cost(report.id, 0, 600_000, other),
    )
    whole = await queries.whole(await Report.get())
    assert (whole.report.came_of_it, whole.report.people_reached, whole.report.volunteer_hours, whole.spent_pence) == (
        "The steps stand.", 120, 48, 600_000,
    )  # fmt: skip
    await asyncio.gather(*(receipts.add_receipt(report.id, 0, papers.picture(), by) for by in (owner, other, owner)))
    assert await Receipt.all().count() == 1
    later = report.due_by + timedelta(days=7)
    outcomes = await asyncio.gather(
        *(more_time.ask_more_time(report.id, later, "The mason is ill.", by) for by in (owner, other)),
        return_exceptions=True,
    )
    assert [isinstance(one, ReportMoreTime | Refused) for one in outcomes] == [True, True]
    assert await ReportMoreTime.all().count() == 1
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    sent = await asyncio.gather(
        *(sending.send(report.id, by) for by in (owner, other, owner)),
        writing.say_people(report.id, 121, other),
        return_exceptions=True,
    )
    assert all(isinstance(one, Report) for one in sent[:3])
    assert sent[3] is None or isinstance(sent[3], Refused)
    assert await ReportEvent.filter(subject_id=report.id, cause="sent").count() == 1
    officers = [await make.officer() for _ in range(3)]
    answers = await asyncio.gather(
        *(answering.accept(report.id, 600_000, by) for by in officers[:2]),
        answering.ask_back(report.id, "Which shop?", officers[2]),
        return_exceptions=True,
    )
    assert all(isinstance(one, Report | SiteError | MovedAlready) for one in answers)
    assert sum(isinstance(one, Report) for one in answers) == 1
    ended = await DeliveryEvent.filter(subject_id=delivery.id, cause="delivered").count()
    status = (await Report.get()).status
    assert (status, ended) in {("accepted", 1), ("asked back", 0)}
    assert ((await Delivery.get()).spent_pence is None) is (ended == 0)
