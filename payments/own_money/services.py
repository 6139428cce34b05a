"""The council draws what it paid to backers, or puts in what costs and losses took: recorded by one, confirmed by another.

Nothing here calls the provider: finance moves the money in its dashboard, and two people say what they saw there and on
the bank statement. Then the books follow, so that the provider's balance is what the ledger says of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person, require_first
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.money import pounds_exact
from payments import accounts
from payments.own_money.kinds import Way
from payments.own_money.models import OwnMove
from payments.own_money.states import OwnMove as Status
from payments.repayments.models import Repayment
from payments.repayments.states import Repayment as RepaymentStatus


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened: pence, the provider's reference, the day; of a drawing, the repayments that it makes good."""

    way: Way
    amount_pence: int
    reference: str
    moved_on: date
    repayment_ids: Collection[int] = ()


async def to_draw() -> list[Repayment]:
    """What the council paid to backers and has not drawn from the provider, the oldest first."""
    found = Repayment.filter(status=RepaymentStatus.CONFIRMED, own_move_id=None)
    return await found.order_by("id").select_related("refund__pledge")


async def record(moved: Moved, by: Actor) -> OwnMove:
    """A fund officer or finance approver records it. Raises Refused: nothing is drawn but what the council had paid."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    if not moved.reference.strip():
        raise Refused("Enter the provider’s reference.", rule="reference")
    if moved.moved_on > business_today():
        raise Refused("Enter a day that has come.", rule="day")
    async with transaction():
        chosen = (
            await Repayment.filter(id__in=list(moved.repayment_ids), status=RepaymentStatus.CONFIRMED, own_move_id=None)
            .order_by("id")
            .select_for_update()
        )
        _refuse(moved, chosen)
        if await OwnMove.filter(
            reference=moved.reference.strip(), status__in=[Status.RECORDED, Status.CONFIRMED]
        ).exists():
            raise Refused("A movement with this reference is recorded already.", rule="once")
        assert by.person_id is not None
        made = await OwnMove.create(
            status=Status.RECORDED,
            way=moved.way,
            amount_pence=moved.amount_pence,
            reference=moved.reference.strip(),
            moved_on=moved.moved_on,
            recorded_by_id=by.person_id,
            recorded_at=business_now(),
        )
        await Repayment.filter(id__in=[one.id for one in chosen]).update(own_move_id=made.id)
        await events.begin(made, by, cause="recorded", amount_pence=made.amount_pence)
        await _note("own money recorded", made, by)
    return made


def _refuse(moved: Moved, chosen: Collection[Repayment]) -> None:
    if moved.way == Way.ADDED:
        if moved.repayment_ids:
            raise Refused("Money that was put in makes no repayment good. Take the marks out.", rule="way")
        if moved.amount_pence <= 0:
            raise Refused("Enter an amount above nothing.", rule="amount")
        return
    if not chosen or len(chosen) != len(set(moved.repayment_ids)):
        raise Refused("Choose what was drawn. If the list changed meanwhile, look at it again.", rule="repayments")
    total = sum(one.amount_pence for one in chosen)
    if total != moved.amount_pence:
        raise Refused(
            f"What you chose comes to {pounds_exact(total)}, and you entered {pounds_exact(moved.amount_pence)}.",
            rule="amount",
        )


async def confirm(move_id: int, by: Actor) -> OwnMove:
    """A finance approver who did not record it has seen it at the provider and on the bank statement: the books follow."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made = await _locked(move_id)
        if made.status == Status.CONFIRMED:
            return made
        refuse_same_person(by, made.recorded_by_id, what="record and confirm the council’s own money")
        await _decide(made, "confirmed", by)
        if made.way == Way.ADDED:
            await ledger.post("added by the council", f"own_move:{made.id}", accounts.added(made.amount_pence))
        for repayment in await Repayment.filter(own_move_id=made.id).order_by("id").select_related("refund__pledge"):
            await ledger.post(
                "drawn by the council",
                f"repayment:{repayment.id}",
                accounts.drawn(repayment.amount_pence),
                about=f"campaign:{repayment.refund.pledge.campaign_id}",
            )
    return made


async def refuse(move_id: int, by: Actor) -> OwnMove:
    """A finance approver does not find it."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made = await _locked(move_id)
        refuse_same_person(by, made.recorded_by_id, what="record and decide the council’s own money")
        await _let_go(made, "refused", by)
    return made


async def withdraw(move_id: int, by: Actor) -> OwnMove:
    """Whoever recorded it takes it back."""
    async with transaction():
        made = await _locked(move_id)
        require_first(by, made.recorded_by_id, "recorded")
        await _let_go(made, "withdrawn", by)
    return made


async def _let_go(made: OwnMove, cause: str, by: Actor) -> None:
    await _decide(made, cause, by)
    await Repayment.filter(own_move_id=made.id).update(own_move_id=None)


async def _decide(made: OwnMove, cause: str, by: Actor) -> None:
    await events.move(
        made, cause, by, amount_pence=made.amount_pence, decided_by_id=by.person_id, decided_at=business_now()
    )
    await _note(f"own money {cause}", made, by)


async def _note(act: str, made: OwnMove, by: Actor) -> None:
    await audit.record(act, f"own_move:{made.id}", by, amount_pence=made.amount_pence)


async def _locked(move_id: int) -> OwnMove:
    found = await OwnMove.filter(id=move_id).select_for_update().first()
    if found is None:
        raise NotFound
    return found
