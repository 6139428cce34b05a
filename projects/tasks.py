"""What the timetable asks of campaigns. Each may run twice, late or never: the rows say what is due."""

from collections.abc import Awaitable, Callable
from typing import Final

from crowdfund_kent.clock import business_now
from projects import queries, services
from projects.reports.services import receipts
from projects.rules import LONGEST_SUSPENSION


async def close_due() -> None:
    """Begin closing each live campaign whose deadline has come."""
    for campaign_id in await queries.due_to_close(business_now()):
        await services.begin_closing(campaign_id)


async def cancel_overdue_suspensions() -> None:
    """Cancel each campaign that was suspended for more than 28 days."""
    for campaign_id in await queries.suspended_before(business_now() - LONGEST_SUSPENSION):
        await services.cancel_when_suspended_too_long(campaign_id)


TASKS: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    "close_due": close_due,
    "cancel_overdue_suspensions": cancel_overdue_suspensions,
    "prepare_paper": services.prepare_paper,
    "forget_paper": services.forget_paper,
    receipts.PREPARE: receipts.prepare_receipt,
    receipts.FORGET: receipts.forget_receipt,
}
