"""Holding a payment, and letting it go. A hold counts from the moment it is placed; no single person ends one.

Fund officers and finance approvers place, confirm, propose and decide; whoever acts second is another person, and nobody
acts on money of a group to which they belong or belonged, or for which their group receives.
"""

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import RULE, refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from payments.holds import subjects
from payments.holds.models import PaymentHold
from payments.holds.queries import hold_on
from projects.access import gains_from


async def place(subject: str, why: str, by: Actor) -> PaymentHold:
    """Hold a payment at once. Placed twice it is one hold. Refused where nothing is left to hold."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    if not why.strip():
        raise Refused("Enter why it is held.")
    about = await subjects.describe(subject)
    await _refuse_own_group(about, by)
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"hold {subject}")
        there = await hold_on(subject)
        if there is not None:
            return there
        if not about.can_be_held:
            raise Refused("This was paid already, or nothing of it is left to hold.", rule="hold")
        assert by.person_id is not None
        hold = await PaymentHold.create(
            status="placed", subject=subject, why=why.strip(), placed_by_id=by.person_id, placed_at=business_now()
        )
        await events.begin(hold, by, cause="placed")
        await _record(hold, "hold placed", by)
    return hold


async def confirm(hold_id: int, by: Actor) -> PaymentHold:
    """A second person agrees that it is held."""
    async with transaction():
        hold = await _locked(hold_id, by)
        refuse_same_person(by, hold.placed_by_id, what="place a hold and confirm it")
        await events.move(hold, "confirmed", by, confirmed_by_id=by.person_id)
        await _record(hold, "hold confirmed", by)
    return hold


async def lift(hold_id: int, by: Actor) -> PaymentHold:
    """A second person does not agree: the payment goes on."""
    async with transaction():
        hold = await _locked(hold_id, by)
        refuse_same_person(by, hold.placed_by_id, what="place a hold and lift it")
        await _end(hold, "not confirmed", "hold lifted", by)
    return hold


async def propose_release(hold_id: int, why: str, by: Actor) -> PaymentHold:
    """Somebody proposes to let it go; it stays held until another person agrees."""
    if not why.strip():
        raise Refused("Enter why it can go on.")
    async with transaction():
        hold = await _locked(hold_id, by)
        await events.move(hold, "release proposed", by, release_by_id=by.person_id, release_why=why.strip())
        await _record(hold, "hold release proposed", by)
    return hold


async def release(hold_id: int, by: Actor) -> PaymentHold:
    """A second person agrees: the payment goes on."""
    async with transaction():
        hold = await _locked(hold_id, by)
        refuse_same_person(by, hold.release_by_id, what="propose to release a payment and agree to it")
        await _end(hold, "released", "hold released", by)
    return hold


async def keep(hold_id: int, by: Actor) -> PaymentHold:
    """It stays held after all: by the second person, or by whoever proposed to release it."""
    async with transaction():
        hold = await _locked(hold_id, by)
        await events.move(hold, "kept", by, release_by_id=None, release_why="")
        await _record(hold, "hold kept", by)
    return hold


async def _end(hold: PaymentHold, cause: str, act: str, by: Actor) -> None:
    await events.move(hold, cause, by, ended_by_id=by.person_id, ended_at=business_now())
    await _record(hold, act, by)
    await subjects.after_release(hold.subject)


async def _record(hold: PaymentHold, act: str, by: Actor) -> None:
    kind, _, row_id = hold.subject.partition(":")
    await audit.record(act, f"payment_hold:{hold.id}", by, kind=kind, row_id=int(row_id))


async def _refuse_own_group(about: subjects.Subject, by: Actor) -> None:
    if about.group_id is not None and await gains_from(by.person_id, about.group_id):
        raise Refused(
            "You are, or were, in the group or the one that receives for it, so somebody else decides.", rule=RULE
        )


async def _locked(hold_id: int, by: Actor) -> PaymentHold:
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    hold = await PaymentHold.filter(id=hold_id).select_for_update().first()
    if hold is None:
        raise NotFound
    await _refuse_own_group(await subjects.describe(hold.subject), by)
    return hold
