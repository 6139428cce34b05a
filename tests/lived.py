"""Rows that tests make in a state: give them the history that they would have, so that every check holds of them."""

from collections import deque

from crowdfund_kent import audit, events, states
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.events import PastStep
from crowdfund_kent.models import HasStatus
from crowdfund_kent.states import Transitions
from projects.checks import RECORDED as CAMPAIGN_ACTS


def way_to(transitions: Transitions, status: str) -> list[str]:
    """The causes of a shortest way from where a row begins to `status`."""
    ways = deque([(states.start_of(transitions), list[str]())])
    seen = set[str]()
    while ways:
        at, causes = ways.popleft()
        if at == status:
            return causes
        if at not in seen:
            seen.add(at)
            ways.extend((new, [*causes, cause]) for (old, cause), new in transitions.items() if old == at)
    raise ValueError(f"nothing leads to {status}")


async def lived(row: HasStatus, amount_pence: int | None = None) -> None:
    """Events from the beginning to the row's status, now, with the audit rows of a campaign."""
    now = business_now()
    steps = [PastStep(cause, now, amount_pence) for cause in way_to(row.TRANSITIONS, row.status)]
    first = PastStep("created", now, amount_pence)
    await row.Event.bulk_create(events.past(row, first, steps, real_now(), audit.SYSTEM))
    if row.WORD == "campaign":
        for step in steps:
            await audit.record(CAMPAIGN_ACTS[step.cause], f"campaign:{row.id}", audit.SYSTEM)
