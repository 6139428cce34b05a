"""Reads about money that was taken back by hand."""

from dataclasses import dataclass

from crowdfund_kent.database import fetch
from payments.payouts.models import Reversal
from payments.payouts.reversals import BY_HAND
from payments.payouts.rules import due_to_group
from payments.payouts.standing import standings
from payments.taken_back.models import TakenBackDecision
from payments.taken_back.states import Decision as Status


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One reversal made by hand. `due_pence`: what of its payment is the group's and is not sent. `newest`: what was said."""

    row: Reversal
    due_pence: int
    newest: TakenBackDecision | None

    @property
    def is_open(self) -> bool:
        """Somebody has to say what becomes of it: something is due, and nobody has decided."""
        return self.due_pence > 0 and (self.newest is None or self.newest.status != Status.AGREED)

    @property
    def words(self) -> str:
        """Its state."""
        if self.newest is not None and self.newest.status == Status.PROPOSED:
            return "Waits for the second person"
        if self.newest is not None and self.newest.status == Status.AGREED:
            return "Sent again" if self.newest.sends else "Stays here"
        return "To decide" if self.due_pence else "Nothing of it is the group’s any more"


async def due_of(attempt_ids: list[int]) -> dict[int, int]:
    """What of each of these payments is the group's and is not sent on, in pence."""
    found = await standings(attempt_ids)
    return {one: max(0, due_to_group(found[one])[0]) if one in found else 0 for one in attempt_ids}


async def taken_back() -> list[TakenBack]:
    """Everything that was taken back by hand, what is open first."""
    rows = (
        await Reversal.filter(reason=BY_HAND, status="succeeded")
        .order_by("-id")
        .limit(200)
        .select_related("transfer__attempt__pledge")
    )
    due = await due_of([row.transfer.attempt_id for row in rows])
    newest = {one.reversal_id: one for one in await _decisions([row.id for row in rows])}
    made = [TakenBack(row, due[row.transfer.attempt_id], newest.get(row.id)) for row in rows]
    return sorted(made, key=lambda one: not one.is_open)


async def _decisions(reversal_ids: list[int]) -> list[TakenBackDecision]:
    """Oldest first; what was withdrawn or refused says nothing."""
    says = [Status.PROPOSED, Status.AGREED]
    return await TakenBackDecision.filter(reversal_id__in=reversal_ids, status__in=says).order_by("id")


async def how_many_open() -> int:
    """Those that nobody has decided about, whether or not something is due of them now."""
    rows = await fetch(
        "SELECT count(*) AS n FROM transfer_reversal v WHERE v.reason = 'by hand' AND v.status = 'succeeded'"
        " AND NOT EXISTS (SELECT 1 FROM taken_back_decision s WHERE s.reversal_id = v.id AND s.status = 'agreed')"
        " AND NOT EXISTS (SELECT 1 FROM transfer t JOIN refund r ON r.attempt_id = t.attempt_id AND r.status = 'succeeded'"
        "  WHERE t.id = v.transfer_id)"
    )
    return int(rows[0]["n"])
