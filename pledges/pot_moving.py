"""Two people move pence between the sources of a fund, return what was recovered, or close the fund: one enters, one confirms.

Confirming is one transaction under the locks of the pot (fund, then sources by id): the caps change, each with a row of
source_cap that names both people, one memorandum movement is posted, and all of it is audited. A top-up is a cap (funds.py).
"""

from collections.abc import Mapping
from typing import Final

from crowdfund_kent import audit, events, ledger, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.money import pounds_exact
from pledges import match_accounts as accounts
from pledges import pots
from pledges.kinds import MovementKind
from pledges.models import FundingSource, MatchFund, PotMovement, SourceCap
from pledges.states import Fund as FundStatus
from pledges.states import Movement

CLOSED_JOB: Final = "fund_closed"
"""The job, with the fund's id, that tells what is downstream: proposals of a closed fund can't be signed any more."""


async def enter_move(
    fund_id: int, from_source_id: int, to_source_id: int, amount_pence: int, why: str, by: Actor
) -> PotMovement:
    """A fund officer asks to move pence from one source of a fund to another. Nothing moves until it is confirmed.

    NotFound for a source of another fund. Refused for more than is left, or while something else of the pot waits.
    """
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    if amount_pence <= 0:
        raise Refused("Enter an amount above £0.", rule="amount")
    async with transaction():
        fund = await _locked(fund_id)
        if fund.status == FundStatus.CLOSED:
            raise Refused("This fund is closed, so its pot does not change any more.", rule="fund closed")
        sources = await _sources(fund_id)
        if from_source_id not in sources or to_source_id not in sources:
            raise NotFound
        if from_source_id == to_source_id:
            raise Refused("Choose two different sources.", rule="sources")
        await _refuse_waiting(fund_id)
        _refuse_more_than_left(sources[from_source_id], amount_pence)
        return await _enter(fund, by, why, MovementKind.MOVE, amount_pence, (from_source_id, to_source_id))


async def enter_close(fund_id: int, why: str, by: Actor) -> PotMovement:
    """A fund officer asks to close a fund, or to let go of what came back to a closed one."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        fund = await _locked(fund_id)
        _refuse_nothing_to_close(fund, sum(one.left_pence for one in (await _sources(fund_id)).values()))
        await _refuse_waiting(fund_id)
        return await _enter(fund, by, why, MovementKind.CLOSE, None, (None, None))


async def enter_return(fund_id: int, source_id: int, amount_pence: int, why: str, by: Actor) -> PotMovement:
    """A fund officer asks that recovered pence of a source are left again (ruling 18). Nothing moves until it is confirmed."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    if amount_pence <= 0:
        raise Refused("Enter an amount above £0.", rule="amount")
    async with transaction():
        fund = await _locked(fund_id)
        if fund.status == FundStatus.CLOSED:
            raise Refused("This fund is closed, so nothing goes back into its pot.", rule="fund closed")
        sources = await _sources(fund_id)
        if source_id not in sources:
            raise NotFound
        await _refuse_waiting(fund_id)
        _refuse_more_than_recovered(sources[source_id], amount_pence)
        return await _enter(fund, by, why, MovementKind.RETURN, amount_pence, (source_id, None))


async def confirm(movement_id: int, by: Actor) -> PotMovement:
    """A finance approver of the fund, who did not enter it, lets a movement happen. All of it, or nothing.

    Refused (rule "left") when the pence are not left any more. Closing lets go of what is left in every source; what was
    promised is kept. Conflict where it was confirmed or withdrawn already.
    """
    movement = await _movement(movement_id)
    await require_role(by, Role.FINANCE_APPROVER, fund_id=movement.fund_id)
    refuse_same_person(by, movement.entered_by_id, what="enter and confirm a movement")
    async with transaction():
        fund = await _locked(movement.fund_id)
        movement = await _movement(movement_id)
        if movement.status != Movement.ENTERED:
            raise Conflict("This movement was confirmed or withdrawn already. Go back and look at it again.")
        await _refuse_waiting(fund.id, but=movement.id)
        sources = await _sources(fund.id)
        if movement.kind == MovementKind.RETURN:
            await _return(movement, sources, by)
            return movement
        changes = _changes(movement, sources)
        amount, when = sum(-change for change in changes.values() if change < 0), business_now()
        if movement.kind == MovementKind.CLOSE:
            _refuse_nothing_to_close(fund, amount)
            await PotMovement.filter(id=movement.id).update(amount_pence=amount)
            movement.amount_pence = amount
        await events.move(
            movement,
            "confirmed",
            by,
            amount_pence=amount,
            effective_at=when,
            confirmed_by_id=by.person_id,
            confirmed_at=when,
        )
        for source_id, change in changes.items():
            await _set_cap(movement, sources[source_id], change, by)
        await ledger.post(
            movement.kind,
            f"pot_movement:{movement.id}",
            [
                line
                for source_id, change in changes.items()
                for line in ((accounts.place(source_id, "available"), change), (accounts.cap(source_id), -change))
            ],
            when,
        )
        await _tell("movement confirmed", movement, by)
        if movement.kind == MovementKind.CLOSE and fund.status == FundStatus.OPEN:
            await events.move(fund, "closed", by, amount_pence=amount, effective_at=when)
            await audit.record("fund closed", f"match_fund:{fund.id}", by, amount_pence=amount)
            await outbox.job(CLOSED_JOB, fund.id, unique_key=f"{CLOSED_JOB}:{fund.id}")
    return movement


async def _return(movement: PotMovement, sources: Mapping[int, FundingSource], by: Actor) -> None:
    """What was recovered in a source is left again; its cap stays as it is."""
    assert movement.from_source_id is not None
    assert movement.amount_pence is not None
    amount, when = int(movement.amount_pence), business_now()
    _refuse_more_than_recovered(sources[movement.from_source_id], amount)
    await events.move(
        movement,
        "confirmed",
        by,
        amount_pence=amount,
        effective_at=when,
        confirmed_by_id=by.person_id,
        confirmed_at=when,
    )
    await pots.put_back(movement.from_source_id, amount, for_row=f"pot_movement:{movement.id}", effective_at=when)
    await _tell("movement confirmed", movement, by)


async def withdraw(movement_id: int, by: Actor) -> None:
    """Take back a movement that nobody has confirmed. Any fund officer or finance approver of the fund may."""
    movement = await _movement(movement_id)
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund_id=movement.fund_id)
    async with transaction():
        await _locked(movement.fund_id)
        movement = await _movement(movement_id)
        await events.move(movement, "withdrawn", by)
        await _tell("movement withdrawn", movement, by)


def _changes(movement: PotMovement, sources: Mapping[int, FundingSource]) -> dict[int, int]:
    """Source id -> by how many pence its cap changes, in the order of ids. Refused where the pence are not left."""
    if movement.kind == MovementKind.CLOSE:
        return {one.id: -one.left_pence for one in sources.values() if one.left_pence}
    assert movement.from_source_id is not None
    assert movement.to_source_id is not None
    assert movement.amount_pence is not None
    _refuse_more_than_left(sources[movement.from_source_id], movement.amount_pence)
    changes = {movement.from_source_id: -movement.amount_pence, movement.to_source_id: movement.amount_pence}
    return dict(sorted(changes.items()))


async def _set_cap(movement: PotMovement, source: FundingSource, change: int, by: Actor) -> None:
    """The cap that a movement gives a source, entered by one and confirmed by the other, as any cap."""
    new = source.cap_pence + change
    await execute("UPDATE funding_source SET cap_pence = $2 WHERE id = $1", source.id, new)
    cap = await SourceCap.create(
        source_id=source.id,
        cap_pence=new,
        why=movement.why,
        entered_by_id=movement.entered_by_id,
        entered_at=movement.entered_at,
        confirmed_by_id=by.person_id,
        confirmed_at=movement.confirmed_at,
    )
    facts = {"source_id": source.id, "cap_pence": new, "movement_id": movement.id}
    entered = Actor(movement.entered_by_id, Role.FUND_OFFICER)
    await audit.record("cap entered", f"source_cap:{cap.id}", entered, **facts)
    await audit.record("cap confirmed", f"source_cap:{cap.id}", by, **facts)


async def _enter(
    fund: MatchFund,
    by: Actor,
    why: str,
    kind: MovementKind,
    amount_pence: int | None,
    sources: tuple[int | None, int | None],
) -> PotMovement:
    movement = await PotMovement.create(
        status=Movement.ENTERED,
        fund_id=fund.id,
        kind=kind,
        amount_pence=amount_pence,
        why=why,
        entered_by_id=by.person_id,
        entered_at=business_now(),
        from_source_id=sources[0],
        to_source_id=sources[1],
    )
    await events.begin(movement, by, cause="entered", amount_pence=amount_pence)
    await _tell("movement entered", movement, by)
    return movement


async def _locked(fund_id: int) -> MatchFund:
    """The fund, read once its row is locked."""
    if not await fetch("SELECT id FROM match_fund WHERE id = $1 FOR NO KEY UPDATE", fund_id):
        raise NotFound
    return await MatchFund.get(id=fund_id)


async def _sources(fund_id: int) -> dict[int, FundingSource]:
    """The sources of a fund by id, locked in that order."""
    await fetch("SELECT id FROM funding_source WHERE fund_id = $1 ORDER BY id FOR NO KEY UPDATE", fund_id)
    return {source.id: source for source in await FundingSource.filter(fund_id=fund_id).order_by("id")}


async def _movement(movement_id: int) -> PotMovement:
    movement = await PotMovement.get_or_none(id=movement_id)
    if movement is None:
        raise NotFound
    return movement


async def _refuse_waiting(fund_id: int, but: int = 0) -> None:
    """One thing of a pot waits at a time: a cap that is confirmed later would undo what was moved before."""
    if await SourceCap.filter(source__fund_id=fund_id, confirmed_at=None, withdrawn_at=None).exists():
        raise Refused("A cap of this fund waits to be confirmed. Confirm or withdraw it first.", rule="one cap")
    if await PotMovement.filter(fund_id=fund_id, status=Movement.ENTERED).exclude(id=but).exists():
        raise Refused(
            "Another movement of this fund waits to be confirmed. Confirm or withdraw it first.", rule="one movement"
        )


def _refuse_more_than_left(source: FundingSource, amount_pence: int) -> None:
    if amount_pence > source.left_pence:
        raise Refused(
            f"{pounds_exact(source.left_pence)} is left in {source.name}, so {pounds_exact(amount_pence)} can't be"
            " moved out of it. Enter that or less.",
            rule="left",
        )


def _refuse_more_than_recovered(source: FundingSource, amount_pence: int) -> None:
    if amount_pence > source.recovered_pence:
        raise Refused(
            f"{pounds_exact(source.recovered_pence)} was recovered in {source.name} and is not left again. Enter that or less.",
            rule="recovered",
        )


def _refuse_nothing_to_close(fund: MatchFund, left_pence: int) -> None:
    if fund.status == FundStatus.DRAFT:
        raise Refused("This fund is a draft: it has not opened, so it can't be closed.", rule="fund days")
    if fund.status == FundStatus.CLOSED and not left_pence:
        raise Refused("This fund is closed, and nothing is left in it.", rule="fund closed")


async def _tell(act: str, movement: PotMovement, by: Actor) -> None:
    await audit.record(
        act,
        f"pot_movement:{movement.id}",
        by,
        kind=movement.kind,
        amount_pence=movement.amount_pence,
        fund_id=movement.fund_id,
        from_source_id=movement.from_source_id,
        to_source_id=movement.to_source_id,
    )
