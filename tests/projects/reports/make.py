"""Reports of a settled campaign: asked, sent, and what helps to look at them."""

from collections.abc import Awaitable
from typing import Any

import pytest

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import Outbox
from projects import services
from projects.models import Campaign, Delivery
from projects.reports.models import Report
from projects.reports.services import sending, writing
from projects.states import Campaign as Status
from tests.projects import make
from tests.projects import reporting as reports

WHOLE = 600_000


async def funded(other_pence: int = 0, title: str = "Tidal pool steps") -> tuple[Delivery, Actor]:
    """A settled campaign's delivery, begun, and an owner of its group."""
    project = await make.project(title=title, cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED, settled_at=business_now())
    delivery = await services.begin_delivery(await Campaign.get(id=campaign.id))
    owner = await make.owner_of(project.group_id)
    await services.start(delivery.id, owner)
    if other_pence:
        await execute("ALTER TABLE project_version DISABLE TRIGGER USER")
        await execute(
            "UPDATE project_version SET other_funding_pence = $2, target_pence = cost_pence - $2 WHERE id = $1",
            campaign.version_id,
            other_pence,
        )
    return delivery, owner


async def begun(public_pence: int = WHOLE) -> tuple[Report, Actor]:
    """A final report that is asked."""
    delivery, owner = await funded()
    return await sending.finish_work(delivery.id, business_today(), public_pence, owner), owner


async def sent(public_pence: int = WHOLE) -> tuple[Report, Actor]:
    """One that an officer can read."""
    report, owner = await begun(public_pence)
    await reports.write(report.id, "The steps stand.", 600_000, owner)
    return await sending.send(report.id, owner), owner


async def refused(work: Awaitable[Any], match: str) -> None:
    """It is not done, for this reason."""
    with pytest.raises(Refused, match=match):
        await work


async def mails(name: str) -> list[str]:
    """What the e-mails of this name say."""
    return [one.body["text"] for one in await Outbox.filter(kind="email", name=f"projects/{name}").order_by("id")]


async def costed(report: Report, owner: Actor) -> tuple[int, int]:
    """The report's id and a cost on which something was spent."""
    await writing.say_cost(report.id, 0, 600_000, owner)
    return report.id, 0
