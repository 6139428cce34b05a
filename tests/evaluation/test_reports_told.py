"""What groups tell in accepted reports, as figures: people reached and volunteers' hours, as at a day."""

from datetime import timedelta

import pytest

from crowdfund_kent.clock import business_now, business_today, play
from evaluation.indicators import measured
from evaluation.indicators.kinds import Found
from evaluation.scope import Records, Scope
from projects import services
from projects.models import Campaign, Delivery
from projects.reports.models import Report
from projects.reports.services import sending, writing
from projects.states import Campaign as Status
from tests.projects import make, reporting

pytestmark = pytest.mark.usefixtures("db")
PUBLIC = 300_000  # asks for people and hours
SMALL = 50_000  # asks for three sentences and one sum


async def reported(title: str, public_pence: int) -> Report:
    """A settled campaign's work is done, and its final report is asked."""
    project = await make.project(title=title, cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED, settled_at=business_now())
    delivery = await services.begin_delivery(await Campaign.get(id=campaign.id))
    owner = await make.owner_of(project.group_id)
    await services.start(delivery.id, owner)
    return await sending.finish_work((await Delivery.get(id=delivery.id)).id, business_today(), public_pence, owner)


async def send(report: Report, people: int | None = None) -> Report:
    delivery = await Delivery.get(id=report.delivery_id).select_related("campaign__project")
    owner = await make.owner_of(delivery.campaign.project.group_id)
    await reporting.write(report.id, "It stands.", 500_000, owner)
    if people is not None:
        await writing.say_people(report.id, people, owner)
    return await sending.send(report.id, owner)


async def told(days: int = 0) -> tuple[Found, Found]:
    found = (await measured(Scope(business_today() + timedelta(days=days), None, Records.REAL))).found
    return found["people_reached"], found["volunteer_hours"]


async def test_people_and_hours_are_those_of_accepted_final_reports() -> None:
    first, second, small = [
        await reported(f"Steps {number}", pence) for number, pence in enumerate((PUBLIC, PUBLIC, SMALL))
    ]
    people, hours = await told()
    assert (people.value, hours.value) == (None, None)
    assert people.why == "no accepted report tells it yet"
    await send(first)
    assert (await told())[0].value is None, "an officer has not read it"
    await reporting.accept(await Report.get(id=first.id))
    people, hours = await told()
    assert (people.value, hours.value) == (120, 48)
    await play(timedelta(days=1))
    try:
        await reporting.accept(await send(second, people=1_000))
        await reporting.accept(await send(small))
    finally:
        await play(None)
    people, hours = await told(days=1)
    assert (people.value, hours.value) == (1_120, 96), "a small one is not asked for them"
    people, hours = await told()
    assert (people.value, hours.value) == (120, 48), "as at the day before"
    generated = (await measured(Scope(business_today(), None, Records.GENERATED))).found
    assert generated["people_reached"].value is None
