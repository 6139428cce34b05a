"""What reports need to know of money: how much of it is public, and all that came in. Imports run one way, so it is read here."""

from datetime import date

from crowdfund_kent.audit import Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound
from pledges import turning
from pledges.fund_queries import other_public_pence
from pledges.models import MatchPledge
from pledges.states import Match
from projects.models import Delivery
from projects.reports.models import Report
from projects.reports.queries import for_update
from projects.reports.services import answering, asking, sending
from projects.states import RUNNING

_NO_FUND = 0  # every fund is another one than this


async def public_pence(campaign_id: int) -> int:
    """All public money of a campaign: what funds hold for it or paid, and pledges of public bodies (ruling 3)."""
    return await other_public_pence(campaign_id, _NO_FUND)


async def pays_in_parts(campaign_id: int) -> bool:
    """Whether a fund has paid a first part, and pays the rest on an interim report (ruling 13)."""
    found = await MatchPledge.filter(campaign_id=campaign_id, status=Match.PART_PAID)
    return any("instalments" in match.terms for match in found)


async def look_at_reports() -> None:
    """Ask for the reports whose day has come, then remind. Run by the timetable; safe to run twice."""
    for delivery in await Delivery.filter(status__in=list(RUNNING)).order_by("id"):
        public = await public_pence(delivery.campaign_id)
        if delivery.begun_at is not None and await pays_in_parts(delivery.campaign_id):
            await asking.ask_interim(delivery.campaign_id, public)
        if await asking.what_is_due(delivery, public) is not None:
            await asking.ask_what_is_due(delivery.id, public)
    await asking.remind()


async def finish_work(delivery_id: int, done_on: date, by: Actor) -> Report:
    """An owner says that the work is done: the final report is asked now, sized by the public money."""
    delivery = await Delivery.get_or_none(id=delivery_id)
    if delivery is None:
        raise NotFound
    return await sending.finish_work(delivery_id, done_on, await public_pence(delivery.campaign_id), by)


async def accept(report_id: int, by: Actor) -> Report:
    """An officer accepts a report; all cash received (ruling 18) is read under the lock of its delivery."""
    async with transaction():
        _, delivery = await for_update(report_id)
        came_in = await turning.received(delivery.campaign_id)
        return await answering.accept(report_id, came_in.total_pence, by)
