"""The one function that moves a status: along its table, once, leaving an event. Append-only, two dates."""

from datetime import datetime
from typing import Any

from crowdfund_kent import states
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.errors import MovedAlready
from crowdfund_kent.models import HasStatus


async def begin(
    row: HasStatus,
    by: Actor,
    *,
    cause: str = "created",
    amount_pence: int | None = None,
    effective_at: datetime | None = None,
) -> None:
    """The first event of a row that was just created."""
    await _write(row, "", cause, by, amount_pence, effective_at)


async def move(
    row: HasStatus,
    cause: str,
    by: Actor,
    *,
    amount_pence: int | None = None,
    effective_at: datetime | None = None,
    **changes: Any,
) -> None:
    """Move `row` for `cause`, setting `changes` in the same UPDATE; refused unless exactly one row moved.

    Raises InvalidMove where the table has no edge, MovedAlready where the row's status is no longer what was read.
    Call inside a transaction().
    """
    old = row.status
    new = states.move(row.TRANSITIONS, old, cause)
    moved = await type(row).filter(id=row.id, status=old).update(status=new, **changes)
    if moved != 1:
        raise MovedAlready(row.WORD)
    row.status = new
    for name, value in changes.items():
        setattr(row, name, value)
    await _write(row, old, cause, by, amount_pence, effective_at)


async def note(
    row: HasStatus,
    cause: str,
    by: Actor,
    *,
    amount_pence: int | None = None,
    effective_at: datetime | None = None,
) -> int:
    """An event without a change of status (old = new), such as another amount. Returns its id, a source for postings.

    Call under a lock on the row, inside a transaction().
    """
    return await _write(row, row.status, cause, by, amount_pence, effective_at)


async def _write(
    row: HasStatus, old: str, cause: str, by: Actor, amount_pence: int | None, effective_at: datetime | None
) -> int:
    event = await row.Event.create(
        subject_id=row.id,
        old=old,
        new=row.status,
        cause=cause,
        amount_pence=amount_pence,
        effective_at=effective_at or business_now(),
        recorded_at=real_now(),
        by_id=by.person_id,
    )
    return int(event.id)
