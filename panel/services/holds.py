"""Holds: why a pitch is not decided for now, and what is sealed while it is with auditors. No money moves here.

Held: no award is signed until somebody else lets go. With auditors: nothing of the record is written by anybody, until two
more people let go, an officer and a finance approver (auditors write nothing).
"""

from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from panel import access
from panel.kinds import HoldKind
from panel.models import Hold, Pitch
from panel.states import Pitch as Status
from projects.models import Campaign, Project

LONGEST: Final = 140  # of a reason: two of them fit the column, where a hold becomes a referral
BY: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)
ACTS: Final = {HoldKind.HOLD: "pitch held", HoldKind.AUDIT: "pitch referred to audit"}
AGREED: Final = "hold agreed"
RELEASED: Final = "hold let go"


async def held(pitch_id: int) -> Hold | None:
    """The hold on a pitch that nobody has let go of; None where there is none."""
    return await Hold.get_or_none(pitch_id=pitch_id, released_at=None)


async def refuse_sealed(pitch: Pitch | int) -> None:
    """Refused (rule "sealed") while the pitch (or the one of this id) is with auditors: nothing on its record changes."""
    found = await held(pitch if isinstance(pitch, int) else pitch.id)
    if found is not None and found.kind == HoldKind.AUDIT:
        raise Refused("This record is sealed while auditors look at it. Nothing was changed.", rule="sealed")


async def refuse_held(fund_id: int, given_to: Campaign | Project) -> None:
    """Refused (rule "held") while a pitch of this campaign or project to this fund is held: no award goes round it."""
    whose = {"campaign_id": given_to.id} if isinstance(given_to, Campaign) else {"project_id": given_to.id}
    holds = Hold.filter(released_at=None, pitch__round__fund_id=fund_id)
    if await holds.filter(**{f"pitch__{name}": value for name, value in whose.items()}).exists():
        raise Refused("What this group asked the fund for is held, so nothing can be awarded to it now.", rule="held")


async def place(pitch_id: int, kind: HoldKind, reason: str, by: Actor) -> Hold:
    """An officer of the fund holds a pitch that waits for a decision, or refers one that was sent to audit.

    What is held already may be referred to audit; anything else on top of it is a Conflict. Raises Forbidden to who is
    barred, Refused (rule "status") for one that is decided (it may still be referred) or was never sent.
    """
    async with transaction():
        pitch = await _locked(pitch_id)
        await require_role(by, Role.FUND_OFFICER, fund_id=pitch.round.fund_id)
        await access.refuse_barred(pitch, by)
        _refuse_reason(reason)
        if pitch.submitted_at is None:
            raise Refused("It was never sent, so there is nothing to hold.", rule="status")
        if kind is HoldKind.HOLD and pitch.status != Status.SUBMITTED:
            raise Refused("It is decided. You can refer it to audit, and hold its payment.", rule="status")
        there = await held(pitch.id)
        if there is not None:
            return await _refer(there, kind, reason, by)
        return await _create(pitch, kind, reason, by)


async def let_go(pitch_id: int, reason: str, by: Actor) -> Hold:
    """Somebody else lets go: one person of a hold; of a record with auditors two, an officer and a finance approver.

    Returns the hold: with `released_at` empty where a second one must still agree. Refused (rule "two people", "two roles").
    """
    async with transaction():
        pitch = await _locked(pitch_id)
        await require_role(by, *BY, fund_id=pitch.round.fund_id)
        await access.refuse_barred(pitch, by)
        _refuse_reason(reason)
        hold = await held(pitch.id)
        if hold is None:
            raise Conflict("Nothing holds this pitch any more. Go back and look at it again.")
        what = "hold a pitch and let it go"
        refuse_same_person(by, hold.placed_by_id, hold.agreed_by_id, what=what)
        if hold.kind == HoldKind.AUDIT and hold.agreed_by_id is None:
            hold.agreed_by_id, hold.agreed_at, hold.agreed_reason = by.person_id, business_now(), reason
            await hold.save(update_fields=["agreed_by_id", "agreed_at", "agreed_reason"])
            await audit.record(AGREED, f"pitch:{pitch.id}", by, hold_id=hold.id)
            return hold
        if hold.kind == HoldKind.AUDIT and not await _two_roles(hold, pitch.round.fund_id, by):
            raise Refused(
                "An officer and a finance approver let go of a record that is with auditors. Ask one of the other kind.",
                rule="two roles",
            )
        await _release(hold, reason, by)
    return hold


def _refuse_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST:
        raise Refused(f"Enter a reason of up to {LONGEST} characters.", rule="reason")


async def _create(pitch: Pitch, kind: HoldKind, reason: str, by: Actor) -> Hold:
    made = await Hold.create(
        pitch_id=pitch.id, kind=kind, reason=reason, placed_by_id=by.person_id, placed_at=business_now()
    )
    await audit.record(ACTS[kind], f"pitch:{pitch.id}", by, hold_id=made.id, round_id=pitch.round_id)
    return made


async def _refer(there: Hold, kind: HoldKind, reason: str, by: Actor) -> Hold:
    """A hold becomes a referral: the same officer's own goes on, another's ends where the referral begins."""
    if kind is HoldKind.HOLD or there.kind == HoldKind.AUDIT:
        raise Conflict("It is held already. Go back and look at it again.")
    if there.placed_by_id != by.person_id:
        await _release(there, "Referred to audit.", by)
        return await _create(await Pitch.get(id=there.pitch_id), kind, reason, by)
    there.kind, there.reason, there.placed_at = kind, f"{there.reason} / {reason}", business_now()
    await there.save(update_fields=["kind", "reason", "placed_at"])
    await audit.record(ACTS[kind], f"pitch:{there.pitch_id}", by, hold_id=there.id)
    return there


async def _release(hold: Hold, reason: str, by: Actor) -> None:
    hold.released_by_id, hold.released_at, hold.release_reason = by.person_id, business_now(), reason
    await hold.save(update_fields=["released_by_id", "released_at", "release_reason"])
    await audit.record(RELEASED, f"pitch:{hold.pitch_id}", by, hold_id=hold.id)


async def _two_roles(hold: Hold, fund_id: int, by: Actor) -> bool:
    """Whether of those who agreed one is an officer and the other a finance approver, whichever way round."""
    first = Actor(hold.agreed_by_id, by.role)
    officer, finance = Role.FUND_OFFICER, Role.FINANCE_APPROVER
    for one, other in ((officer, finance), (finance, officer)):
        if await _holds(first, one, fund_id) and await _holds(by, other, fund_id):
            return True
    return False


async def _holds(who: Actor, role: Role, fund_id: int) -> bool:
    try:
        await require_role(who, role, fund_id=fund_id)
    except Forbidden:
        return False
    return True


async def _locked(pitch_id: int) -> Pitch:
    """The pitch with project and round, once both locks are got: no list is signed meanwhile."""
    first = await Pitch.get_or_none(id=pitch_id)
    if first is None:
        raise NotFound
    await fetch("SELECT id FROM panel_round WHERE id = $1 FOR NO KEY UPDATE", first.round_id)
    await Pitch.select_for_update().get(id=pitch_id)
    return await Pitch.get(id=pitch_id).select_related("round", "project")
