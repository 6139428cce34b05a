"""What becomes of a funded project: begun, on its way, late. Its group says so; the clock says what is late.

It is delivered when an officer accepts its final report (projects/reports), and not otherwise.
"""

from datetime import date, timedelta
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import InvalidMove, NotFound, Refused
from crowdfund_kent.settings import get_settings
from projects import delivery_rules, letters, queries
from projects.access import require_member
from projects.kinds import MemberRole, PostKind
from projects.models import Campaign, Delivery, Post
from projects.reports.services.asking import follow_later_end
from projects.states import RUNNING
from projects.states import Campaign as CampaignStatus
from projects.states import Delivery as Status

QUARTER: Final = timedelta(days=91)
DELIVERED_JOB: Final = "tell_backers_of_delivery"


def lengths() -> delivery_rules.Lengths:
    """What the settings say."""
    settings = get_settings()
    return delivery_rules.Lengths(
        settings.delivery_start_months, settings.delivery_finish_months, settings.delivery_report_days
    )


async def begin_delivery(campaign: Campaign, by: Actor = SYSTEM) -> Delivery:
    """The delivery of a settled campaign; the one that is there, if there is one. In the settlement's transaction."""
    async with transaction():
        there = await Delivery.get_or_none(campaign_id=campaign.id)
        if there is not None:
            return there
        if campaign.status != CampaignStatus.SETTLED:
            raise InvalidMove(campaign.status, "begin delivery")
        days = delivery_rules.days_of(london_day(campaign.settled_at or business_now()), lengths())
        delivery = await Delivery.create(
            status=Status.NOT_STARTED,
            campaign_id=campaign.id,
            start_by=days.start_by,
            finish_by=days.finish_by,
            report_by=days.report_by,
            created_at=business_now(),
        )
        await events.begin(delivery, by)
        await audit.record("delivery expected", f"delivery:{delivery.id}", by, campaign_id=campaign.id)
    return delivery


async def begin_missing_deliveries() -> None:
    """Settled campaigns without one: those that settled before this was kept. Imported records have their own story."""
    rows = await fetch(
        "SELECT c.id FROM campaign c LEFT JOIN delivery d ON d.campaign_id = c.id"
        " WHERE c.status = 'settled' AND c.import_batch_id IS NULL AND d.id IS NULL ORDER BY c.id"
    )
    for row in rows:
        async with transaction():
            await begin_delivery(await queries.campaign_for_update(row["id"]))


async def start(delivery_id: int, by: Actor) -> Delivery:
    """The group has begun. Owners only; twice is no error."""
    async with transaction():
        delivery = await for_owner(delivery_id, by)
        if delivery.begun_at is not None:
            return delivery
        await events.move(delivery, "begun", by, begun_at=business_now())
        await audit.record("delivery begun", f"delivery:{delivery.id}", by)
    return delivery


async def promise_later(delivery_id: int, finish_by: date, by: Actor) -> Delivery:
    """The group says by which day it will be done, where it can't keep the first. A late one is on its way again."""
    async with transaction():
        delivery = await for_owner(delivery_id, by)
        if delivery.status not in RUNNING:
            raise Refused("This project is over, so its days stay as they are.", rule="delivery")
        longest = get_settings().delivery_later_months
        problem = delivery_rules.later_finish_problem(finish_by, business_today(), delivery.finish_by, longest)
        if problem:
            raise Refused(f"{problem}.", rule="later end")
        report_by = delivery_rules.report_day(finish_by, get_settings().delivery_report_days)
        changes: dict[str, Any] = {
            "finish_by": finish_by,
            "report_by": report_by,
            "start_by": min(delivery.start_by, finish_by),
            "work_done_on": None,  # it is not done after all
        }
        if delivery.status == Status.LATE:
            begun_at = delivery.begun_at or business_now()
            await events.move(delivery, "on its way again", by, **changes, begun_at=begun_at)
        else:
            await Delivery.filter(id=delivery.id).update(**changes)
            await events.note(delivery, "later end promised", by)
        await audit.record("delivery later", f"delivery:{delivery.id}", by)
        await follow_later_end(await Delivery.get(id=delivery.id), by)
    return await Delivery.get(id=delivery_id)


async def look_at_days() -> None:
    """Remind groups whose day has come, and call late what stays behind after fair notice. Safe to run twice."""
    today = business_today()
    waiting = Delivery.filter(status__in=[Status.NOT_STARTED, Status.UNDER_WAY, Status.CHANGED], work_done_on=None)
    for delivery in await waiting.order_by("id"):
        due, what = _due(delivery)
        if what == "finish":
            async with transaction():
                await _ask_for_update(delivery, await Campaign.get(id=delivery.campaign_id))
        if today <= due:
            continue
        async with transaction():
            locked = await Delivery.select_for_update().get(id=delivery.id)
            if locked.status != delivery.status or _due(locked) != (due, what) or locked.work_done_on is not None:
                continue
            campaign = await Campaign.get(id=locked.campaign_id)
            name = f"{what}_due"
            await letters.tell_owners(name, campaign, about=f"{name}-{due}", due=due, delivery=locked)
            if delivery_rules.is_late(due, today):
                await events.move(locked, "fell behind", SYSTEM)
                await audit.record("delivery late", f"delivery:{locked.id}", SYSTEM)
                await letters.tell_owners("fell_behind", campaign, about=f"late-{due}", delivery=locked)


async def _ask_for_update(delivery: Delivery, campaign: Campaign) -> None:
    """Once every three months without a word to backers (domain.md: update each quarter)."""
    last = await Post.filter(campaign_id=campaign.id, kind=PostKind.UPDATE).order_by("-id").first()
    since = max(filter(None, (delivery.begun_at, last.written_at if last else None)), default=None)
    quarters = (business_now() - since) // QUARTER if since else 0
    if since and quarters:
        about = f"update-{london_day(since)}-{quarters}"
        await letters.tell_owners("update_due", campaign, about=about, since=since)


def _due(delivery: Delivery) -> tuple[date, str]:
    """The day that counts now, and which: of beginning or of finishing."""
    return (delivery.start_by, "start") if delivery.status == Status.NOT_STARTED else (delivery.finish_by, "finish")


async def for_owner(delivery_id: int, by: Actor) -> Delivery:
    """The delivery, locked, for an owner of its group."""
    delivery = await Delivery.select_for_update().get_or_none(id=delivery_id)
    if delivery is None:
        raise NotFound
    await require_member(by, await queries.group_id_of(delivery.campaign_id), MemberRole.OWNER)
    return delivery
