"""What backers hear of a funded project: that it is done and what their money did, and what was decided about it.

A job writes to a hundred and asks for itself again, like post_mail: nobody is written to twice, and nobody is missed.
"""

from typing import Any, Final

from crowdfund_kent import outbox
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.mail import Topic
from pledges import letters
from pledges.gifts.tasks import TELL_GIVERS
from pledges.models import Pledge, UnspentShare
from pledges.states import Pledge as PledgeStatus
from pledges.turning import TOLD, WAY_OUT, offered_back
from projects.kinds import TurnKind
from projects.models import Delivery, DeliveryTurn
from projects.services.delivery import DELIVERED_JOB
from projects.states import Delivery as DeliveryStatus
from projects.states import Turn as TurnStatus

AT_ONCE: Final = 100
_PAID: Final = (PledgeStatus.COLLECTED,)


async def tell_of_delivery(delivery_id: int, after: int | str) -> None:
    """Your £20 did this: to each backer who paid and wants to hear of projects."""
    delivery = await Delivery.get(id=delivery_id)
    if delivery.status != DeliveryStatus.DELIVERED:
        return
    async with transaction():
        batch = await _next(delivery.campaign_id, int(after or 0))
        for pledge in batch:
            await letters.send(
                "delivered", pledge, f"delivered-{delivery.id}-{pledge.id}", topic=Topic.UPDATES, delivery=delivery
            )
        if not after:
            await outbox.job(
                TELL_GIVERS, delivery.campaign_id, "delivered", unique_key=f"{TELL_GIVERS}:d:{delivery.id}"
            )
        await _go_on(DELIVERED_JOB, delivery.id, batch)


async def tell_of_turn(turn_id: int, after: int) -> None:
    """What was decided, and what it means for this backer's money: about money, so it goes to everybody who paid."""
    turn = await DeliveryTurn.get(id=turn_id).select_related("delivery")
    if turn.status != TurnStatus.AGREED:
        return
    async with transaction():
        batch = await _next(turn.delivery.campaign_id, after)
        for pledge in batch:
            due = await _due(turn, pledge)
            if turn.kind != TurnKind.UNSPENT or due:
                name = "purpose_changed" if turn.kind == TurnKind.PURPOSE else "money_left"
                until = turn.decided_at + WAY_OUT if turn.decided_at else None
                key = f"turn-{turn.id}-{pledge.id}"
                await letters.send(name, pledge, key, turn=turn, due_pence=due, until=until)
        await _go_on(TOLD, turn.id, batch)


async def _due(turn: DeliveryTurn, pledge: Pledge) -> int:
    if turn.kind == TurnKind.PURPOSE:
        return await offered_back(turn, pledge, business_now())
    share = await UnspentShare.get_or_none(turn_id=turn.id, pledge_id=pledge.id)
    return share.amount_pence if share is not None else 0


async def _next(campaign_id: int, after: int) -> list[Pledge]:
    return (
        await Pledge.filter(campaign_id=campaign_id, status__in=_PAID, id__gt=after, generated=False)
        .order_by("id")
        .limit(AT_ONCE)
    )


async def _go_on(job: str, row_id: int, batch: list[Pledge]) -> None:
    if len(batch) == AT_ONCE:
        last = batch[-1].id
        await outbox.job(job, row_id, last, unique_key=f"{job}:{row_id}:{last}")


TASKS: Final[dict[str, Any]] = {DELIVERED_JOB: tell_of_delivery, TOLD: tell_of_turn}
