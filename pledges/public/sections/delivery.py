"""What became of a funded project: its state and days, what the group says came of it, and what was decided."""

from typing import Any, Final

from pledges.public.project_queries import Page
from projects.models import Delivery, DeliveryTurn
from projects.states import Delivery as Status
from projects.states import Turn
from projects.words import DELIVERY

STAMP: Final = (
    "SELECT count(*) || ':' || max(e.id) || ':' || max(d.finish_by) FROM delivery d"
    " JOIN delivery_event e ON e.subject_id = d.id WHERE d.campaign_id = c.id"
)


async def load(page: Page) -> Any:
    """None before a campaign is settled."""
    delivery = await Delivery.get_or_none(campaign_id=page.id)
    if delivery is None:
        return None
    turns = await DeliveryTurn.filter(delivery_id=delivery.id, status=Turn.AGREED).order_by("id")
    return {"delivery": delivery, "standing": DELIVERY[Status(delivery.status)], "turns": turns}
