"""The line of a bank statement that shows a repayment: named by a finance approver who did not record it.

The line moves no money of these books: it shows that the council's bank paid. Without one there is only what two people say.
"""

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import london_day
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from payments.bank_statements.models import BankLine
from payments.bank_statements.states import Line, Means
from payments.interests import refuse_own
from payments.models import Refund
from payments.repayments.models import Repayment
from payments.repayments.states import Repayment as Status

MOST = 20


async def line_of(repayment_id: int) -> BankLine | None:
    """The line that was named for it."""
    return await BankLine.get_or_none(repayment_id=repayment_id, status=Line.MATCHED)


async def lines_of(repayment_ids: list[int]) -> dict[int, BankLine]:
    """The same for several."""
    rows = await BankLine.filter(repayment_id__in=repayment_ids, status=Line.MATCHED)
    return {row.repayment_id: row for row in rows if row.repayment_id is not None}


async def candidates(made: Repayment) -> list[BankLine]:
    """Lines of which nobody knows what they are, of its amount and since the refund failed; those with its reference first."""
    refund = await Refund.get(id=made.refund_id)
    assert refund.decided_at is not None
    rows = (
        await BankLine.filter(
            status=Line.UNMATCHED, amount_pence=-made.amount_pence, booked_on__gte=london_day(refund.decided_at)
        )
        .order_by("booked_on", "id")
        .limit(MOST)
    )
    reference = made.bank_reference.casefold()
    return sorted(rows, key=lambda row: reference not in f"{row.reference} {row.words}".casefold())


async def name_line(repayment_id: int, line_id: int, by: Actor) -> BankLine:
    """This line shows the repayment. Raises Refused for another amount or day, or a line that is something else."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        found = await Repayment.filter(id=repayment_id).select_for_update().first()
        line = await BankLine.filter(id=line_id).select_for_update().first()
        if found is None or line is None:
            raise NotFound
        made = await Repayment.get(id=repayment_id).select_related("refund__pledge")
        await refuse_own(made.refund.pledge, by)
        refuse_same_person(by, made.recorded_by_id, what="record a repayment and name its line")
        there = await line_of(made.id)
        if there is not None:
            return there
        if made.status != Status.CONFIRMED:
            raise Refused("Confirm the repayment first.")
        assert made.refund.decided_at is not None
        fits = line.amount_pence == -made.amount_pence and line.booked_on >= london_day(made.refund.decided_at)
        if line.status != Line.UNMATCHED or not fits:
            raise Refused("This line is another payment, or somebody has said what it is. Look at the lines again.")
        await events.move(
            line,
            "matched",
            by,
            amount_pence=line.amount_pence,
            means=Means.REPAYMENT,
            repayment_id=made.id,
            reason="",
            asked_by_id=made.recorded_by_id,
            decided_by_id=by.person_id,
        )
        await audit.record(
            "line matched", f"bank_line:{line.id}", by, means=str(Means.REPAYMENT), amount_pence=line.amount_pence
        )
    return line
