"""The one function that moves a status: along its table, once, leaving an event. Append-only, two dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crowdfund_kent import states
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
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


@dataclass(frozen=True, slots=True)
class PastStep:
    """One move that happened before we kept the records: its cause and when it was true."""

    cause: str
    effective_at: datetime
    amount_pence: int | None = None


def past(row: HasStatus, first: PastStep, steps: Sequence[PastStep], recorded_at: datetime, by: Actor) -> list[Any]:
    """Events of a row that is imported with its history, for bulk_create once the row has its id.

    The steps go along the row's table like any move; they must end in the status that the row is imported with.
    Raises InvalidMove for a step that the table does not know, ValueError for another end or steps out of order.
    """
    status = states.start_of(row.TRANSITIONS)
    moves = [("", status, first)]
    for step in steps:
        new = states.move(row.TRANSITIONS, status, step.cause)
        moves.append((status, new, step))
        status = new
    if status != row.status:
        raise ValueError(f"the history of {row.WORD} {row.id} ends in '{status}', not in '{row.status}'")
    moments = [step.effective_at for _, _, step in moves]
    if moments != sorted(moments):
        raise ValueError(f"the history of {row.WORD} {row.id} is not in order of time")
    return [
        row.Event(
            subject_id=row.id,
            old=old,
            new=new,
            cause=step.cause,
            amount_pence=step.amount_pence,
            effective_at=step.effective_at,
            recorded_at=recorded_at,
            by_id=by.person_id,
        )
        for old, new, step in moves
    ]


async def _write(
    row: HasStatus, old: str, cause: str, by: Actor, amount_pence: int | None, effective_at: datetime | None
) -> int:
    """Another host's clock may run ahead of ours: an event is never true before the one that it follows."""
    table = row.Event._meta.db_table
    rows = await fetch(
        f"INSERT INTO {table} (subject_id, old, new, cause, amount_pence, effective_at, recorded_at, by_id)"
        f" SELECT $1, $2, $3, $4, $5, greatest($6::timestamptz, (SELECT effective_at FROM {table} WHERE subject_id = $1"
        "  ORDER BY id DESC LIMIT 1)), $7, $8 RETURNING id",
        row.id,
        old,
        row.status,
        cause,
        amount_pence,
        effective_at or business_now(),
        real_now(),
        by.person_id,
    )
    return int(rows[0]["id"])
