"""What happens to a resident's pledge while its card is charged: status, memorandum and audit, in one place.

Every function works in the caller's transaction, under the pledge's lock. The card money itself is posted by payments.
"""

from datetime import datetime

from crowdfund_kent import audit, events
from crowdfund_kent.audit import Actor
from crowdfund_kent.database import execute
from pledges import pledging
from pledges.models import Pledge
from pledges.states import Pledge as Status


async def begin(pledge: Pledge, by: Actor) -> None:
    """Active -> collecting: the campaign's collection began."""
    await events.move(pledge, "collection began", by, amount_pence=pledge.amount_pence)


async def try_again(pledge: Pledge, by: Actor) -> None:
    """Failed or action required -> collecting. One that is being collected stays so."""
    if pledge.status != Status.COLLECTING:
        await events.move(pledge, "tried again", by, amount_pence=pledge.amount_pence)


async def charge(pledge: Pledge, by: Actor, effective_at: datetime | None = None) -> None:
    """The provider took the money -> collected, also after the pledge was dropped (then it is given back at once)."""
    late = pledge.status == Status.DROPPED
    cause = "late success" if late else "charged"
    await events.move(pledge, cause, by, amount_pence=pledge.amount_pence, effective_at=effective_at)
    if not late:  # the promise of a dropped pledge has ended already
        await pledging.end_promise(pledge, effective_at)
    await audit.record("pledge collected", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence, late=late)


async def decline(pledge: Pledge, by: Actor) -> None:
    """Collecting or action required -> failed. An authentication that failed was a further try."""
    if pledge.status == Status.ACTION_REQUIRED:
        await events.move(pledge, "tried again", by, amount_pence=pledge.amount_pence)
    if pledge.status == Status.COLLECTING:
        await events.move(pledge, "declined", by, amount_pence=pledge.amount_pence)


async def wait_for_backer(pledge: Pledge, by: Actor) -> None:
    """Collecting -> action required: the bank wants to hear from the backer."""
    if pledge.status == Status.COLLECTING:
        await events.move(pledge, "authentication needed", by, amount_pence=pledge.amount_pence)


async def drop(pledge: Pledge, cause: str, by: Actor) -> None:
    """-> dropped, for "let off" or "gave up": a pledge is a promise, not a debt. Only once no charge can succeed."""
    if pledge.status == Status.COLLECTING:
        await decline(pledge, by)
    await events.move(pledge, cause, by, amount_pence=pledge.amount_pence)
    await pledging.end_promise(pledge)
    await audit.record("pledge dropped", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence, cause=cause)


async def give_back(pledge: Pledge, total: int, by: Actor) -> None:
    """More went back: `total` pence of the pledge in all by now; all of it -> refunded.

    The amount on a pledge's event is what was pledged; how much went back stands on the refund's own events.
    """
    if total == pledge.amount_pence and pledge.status == Status.COLLECTED:
        await events.move(pledge, "refunded", by, amount_pence=pledge.amount_pence, refunded_pence=total)
    else:
        await _set_refunded(pledge, total)
        await events.note(pledge, "refunded in part", by)


async def take_back(pledge: Pledge, total: int, by: Actor) -> None:
    """A refund that had succeeded failed later: its money is with us again -> collected. `total`: what went back now."""
    if pledge.status == Status.REFUNDED and total < pledge.amount_pence:
        await events.move(pledge, "refund failed", by, amount_pence=pledge.amount_pence, refunded_pence=total)
    else:
        await _set_refunded(pledge, total)
        await events.note(pledge, "refund failed", by)


async def _set_refunded(pledge: Pledge, total: int) -> None:
    await execute("UPDATE pledge SET refunded_pence = $2 WHERE id = $1", pledge.id, total)
    pledge.refunded_pence = total


async def dispute(pledge: Pledge, by: Actor) -> None:
    """Collected -> disputed: the backer's bank has taken the money back for now. A pledge that went back stays so."""
    if pledge.status == Status.COLLECTED:
        await events.move(pledge, "disputed", by, amount_pence=pledge.amount_pence)


async def keep(pledge: Pledge, by: Actor) -> None:
    """Disputed -> collected: the bank gave the money back. What was refunded meanwhile stays refunded."""
    if pledge.status == Status.DISPUTED:
        await events.move(pledge, "dispute won", by, amount_pence=pledge.amount_pence)
        if pledge.refunded_pence == pledge.amount_pence:
            await events.move(pledge, "refunded", by, amount_pence=pledge.amount_pence)


async def charge_back(pledge: Pledge, total: int, by: Actor, *, others: bool) -> None:
    """A bank took it, or a part, for good, as a refund does (ruling 14). `total`: what of the pledge went back in all: all
    of it -> charged back, else the rest stays collected. `others`: another dispute still has money of it."""
    if pledge.status != Status.DISPUTED:
        await _set_refunded(pledge, total)
    elif total == pledge.amount_pence:
        await events.move(pledge, "dispute lost", by, amount_pence=pledge.amount_pence, refunded_pence=total)
    elif others:
        await _set_refunded(pledge, total)
        await events.note(pledge, "dispute lost in part", by)
    else:
        await events.move(pledge, "dispute lost in part", by, amount_pence=pledge.amount_pence, refunded_pence=total)
