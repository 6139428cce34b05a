"""Money that somebody took back from a group's account in the provider's dashboard is not sent again by itself.

One person proposes to send it again, or that it stays here, with the reason; a finance approver who is another agrees.
Neither made the pledge or is of a group that has its money. Until then nothing of that payment is sent on.
"""

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person, require_first
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from payments.interests import refuse_own
from payments.payouts import looking
from payments.payouts.models import Reversal
from payments.payouts.reversals import BY_HAND
from payments.taken_back.models import TakenBackDecision
from payments.taken_back.queries import due_of
from payments.taken_back.states import Decision as Status
from pledges import pledging
from pledges.models import Pledge


async def propose(reversal_id: int, *, sends: bool, why: str, by: Actor) -> TakenBackDecision:
    """The first of two people. Proposed twice it is the same. Raises Refused where nothing of it is the group's any more."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    if not why.strip():
        raise Refused("Enter why.")
    async with transaction():
        row, pledge = await _lock(reversal_id)
        await refuse_own(pledge, by)
        there = await TakenBackDecision.filter(reversal_id=row.id, status=Status.PROPOSED).first()
        if there is not None:
            return there
        if sends:
            await _refuse_if_nothing_is_due(row)
        assert by.person_id is not None
        made = await TakenBackDecision.create(
            status=Status.PROPOSED,
            reversal_id=row.id,
            sends=sends,
            why=why.strip(),
            proposed_by_id=by.person_id,
            proposed_at=business_now(),
        )
        await events.begin(made, by, amount_pence=row.amount_pence)
        await _note("proposed", made, row, by)
    return made


async def agree(decision_id: int, by: Actor) -> TakenBackDecision:
    """A finance approver agrees, who is another person. What is due to the group goes out with a transfer of its own."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made, row, pledge = await _locked(decision_id)
        if made.status == Status.AGREED:
            return made
        await refuse_own(pledge, by)
        refuse_same_person(by, made.proposed_by_id, what="propose this and agree to it")
        if made.sends:
            await _refuse_if_nothing_is_due(row)
        await _decide(made, row, "agreed", by)
        await looking.look_again(pledge.campaign_id)
    return made


async def refuse(decision_id: int, by: Actor) -> TakenBackDecision:
    """A finance approver does not agree: it stays open."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made, row, pledge = await _locked(decision_id)
        await refuse_own(pledge, by)
        refuse_same_person(by, made.proposed_by_id, what="propose this and refuse it")
        await _decide(made, row, "refused", by)
    return made


async def withdraw(decision_id: int, by: Actor) -> TakenBackDecision:
    """Whoever proposed it takes it back: that decides nothing."""
    async with transaction():
        made, row, _ = await _locked(decision_id)
        require_first(by, made.proposed_by_id)
        await _decide(made, row, "withdrawn", by)
    return made


async def _refuse_if_nothing_is_due(row: Reversal) -> None:
    if not (await due_of([row.transfer.attempt_id]))[row.transfer.attempt_id]:
        raise Refused("Nothing of this payment is the group’s any more: it went back to the backer.")


async def _decide(made: TakenBackDecision, row: Reversal, cause: str, by: Actor) -> None:
    if made.status != Status.PROPOSED:
        raise Refused("This was decided meanwhile. Look at the page again.")
    await events.move(
        made, cause, by, amount_pence=row.amount_pence, decided_by_id=by.person_id, decided_at=business_now()
    )
    await _note(cause, made, row, by)


async def _note(act: str, made: TakenBackDecision, row: Reversal, by: Actor) -> None:
    await audit.record(
        f"taken back decision {act}",
        f"taken_back_decision:{made.id}",
        by,
        reversal_id=row.id,
        sends=made.sends,
        amount_pence=row.amount_pence,
    )


async def reversal(reversal_id: int) -> Reversal:
    """One that was made by hand, with its transfer, payment and pledge; NotFound."""
    found = await Reversal.get_or_none(id=reversal_id, reason=BY_HAND).select_related("transfer__attempt__pledge")
    if found is None:
        raise NotFound
    return found


async def _lock(reversal_id: int) -> tuple[Reversal, Pledge]:
    row = await reversal(reversal_id)
    return row, await pledging.lock(row.transfer.attempt.pledge_id)


async def _locked(decision_id: int) -> tuple[TakenBackDecision, Reversal, Pledge]:
    found = await TakenBackDecision.get_or_none(id=decision_id)
    if found is None:
        raise NotFound
    row, pledge = await _lock(found.reversal_id)
    return await TakenBackDecision.get(id=decision_id), row, pledge
