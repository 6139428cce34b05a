"""A group whose owners can't be reached gets another owner: somebody asks, the owners are told, two officers decide."""

from datetime import datetime

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.settings import get_settings
from crowdfund_kent.working_days import end_of_working_day
from projects import letters
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole
from projects.models import Group, GroupHandOver, Member
from projects.states import OPEN_HAND_OVERS
from projects.states import HandOver as Status


async def ask_hand_over(group_id: int, reason: str, by: Actor) -> GroupHandOver:
    """The person of `by` asks to own the group, because its owners can't be reached. The owners are told at once.

    Refused for an owner, for a fund officer, and while another request is open.
    """
    if by.person_id is None:
        raise Forbidden
    if not reason.strip():
        raise Refused("Enter what has happened, and how you know.", rule="reason")
    async with transaction():
        group = await _locked(group_id)
        if await Member.filter(
            group_id=group_id, person_id=by.person_id, role=MemberRole.OWNER, ended_at=None
        ).exists():
            raise Refused("You own this group already.", rule="owner")
        if await _is_officer(by.person_id):
            raise Refused("You check campaigns as an officer, so you can't run a group here.", rule="no officers")
        if await GroupHandOver.filter(group_id=group_id, status__in=OPEN_HAND_OVERS).exists():
            raise Refused("Somebody has asked for this group already. We are looking at it.", rule="one request")
        row = await GroupHandOver.create(
            status=Status.ASKED,
            group_id=group_id,
            asked_by_id=by.person_id,
            to_person_id=by.person_id,
            reason=reason.strip(),
            asked_at=business_now(),
            not_before=owners_have_until(business_now()),
        )
        await events.begin(row, by)
        await audit.record("hand-over asked", f"group_hand_over:{row.id}", by, group_id=group_id)
        await letters.tell_group("hand_over_asked", group, f"hand-over-{row.id}", hand_over=row)
    return row


def owners_have_until(moment: datetime) -> datetime:
    """Until when an owner may answer: the end of a working day, in UTC."""
    return end_of_working_day(moment, get_settings().hand_over_working_days)


async def owner_answers(hand_over_id: int, by: Actor) -> GroupHandOver:
    """An owner is there after all: nothing is handed over."""
    async with transaction():
        row = await _row(hand_over_id)
        await require_member(by, row.group_id, MemberRole.OWNER)
        await events.move(row, "owner answered", by, decided_at=business_now())
        await audit.record("hand-over answered", f"group_hand_over:{row.id}", by)
        await _tell(row, "hand_over_answered")
    return row


async def withdraw_hand_over(hand_over_id: int, by: Actor) -> GroupHandOver:
    """Who asked takes it back."""
    async with transaction():
        row = await _row(hand_over_id)
        if by.person_id != row.asked_by_id:
            raise NotFound
        await events.move(row, "withdrawn", by, decided_at=business_now())
        await audit.record("hand-over withdrawn", f"group_hand_over:{row.id}", by)
    return row


async def propose_hand_over(hand_over_id: int, by: Actor) -> GroupHandOver:
    """A first officer, of no part in the group, has seen who asks and why. Refused before the owners' days are over."""
    async with transaction():
        row = await _for_officer(hand_over_id, by)
        if business_now() < row.not_before:
            raise Refused("The owners may still answer: wait until their days are over.", rule="owners first")
        refuse_same_person(by, row.asked_by_id, row.to_person_id, what="ask for a group and hand it over")
        await events.move(row, "proposed", by, proposed_by_id=by.person_id)
        await audit.record("hand-over proposed", f"group_hand_over:{row.id}", by)
    return row


async def hand_over(hand_over_id: int, by: Actor) -> GroupHandOver:
    """A second officer agrees: the new owner has the place, the places of the owners before end. All are told."""
    async with transaction():
        row = await _for_officer(hand_over_id, by)
        refuse_same_person(
            by,
            row.proposed_by_id,
            row.asked_by_id,
            row.to_person_id,
            what="propose to hand over a group and agree to it",
        )
        if await _is_officer(row.to_person_id):
            raise Refused("Who asked is an officer by now, so they can't run a group here.", rule="no officers")
        group = await _locked(row.group_id)
        await letters.tell_group("handed_over", group, f"handed-over-{row.id}")  # to those who own it until now
        now = real_now()
        await events.move(row, "handed over", by, decided_by_id=by.person_id, decided_at=business_now())
        for member in await Member.filter(group_id=group.id, role=MemberRole.OWNER, ended_at=None):
            await Member.filter(id=member.id).update(ended_at=now)
            await audit.record("end membership", f"group:{group.id}", by, member_id=member.id)
        await Member.filter(group_id=group.id, person_id=row.to_person_id, ended_at=None).update(ended_at=now)
        member = await Member.create(
            group_id=group.id, person_id=row.to_person_id, role=MemberRole.OWNER, created_at=now
        )
        await audit.record("hand over group", f"group:{group.id}", by, member_id=member.id, hand_over_id=row.id)
        await outbox.job("member_joined", group.id, unique_key=f"group_member:{member.id}:joined")
        await _tell(row, "hand_over_done")
    return row


async def refuse_hand_over(hand_over_id: int, by: Actor, answer: str) -> GroupHandOver:
    """An officer says no to who asked, with the reason."""
    return await _answer(hand_over_id, by, "refused", answer)


async def send_back_hand_over(hand_over_id: int, by: Actor, answer: str) -> GroupHandOver:
    """The second officer does not agree with the first: it is looked at again."""
    return await _answer(hand_over_id, by, "sent back", answer)


async def _answer(hand_over_id: int, by: Actor, cause: str, answer: str) -> GroupHandOver:
    if not answer.strip():
        raise Refused("Enter a message that says why.", rule="message")
    async with transaction():
        row = await _for_officer(hand_over_id, by)
        over = {"decided_at": business_now()} if cause == "refused" else {"proposed_by_id": None}
        await events.move(row, cause, by, answer=answer.strip(), **over)
        await audit.record(f"hand-over {cause}", f"group_hand_over:{row.id}", by)
        if cause == "refused":
            await _tell(row, "hand_over_refused")
    return row


async def _row(hand_over_id: int) -> GroupHandOver:
    found = await GroupHandOver.select_for_update().get_or_none(id=hand_over_id)
    if found is None:
        raise NotFound
    return found


async def _for_officer(hand_over_id: int, by: Actor) -> GroupHandOver:
    await require_role(by, Role.FUND_OFFICER)
    row = await _row(hand_over_id)
    if await was_ever_member(by.person_id, row.group_id):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")
    return row


async def _is_officer(person_id: int) -> bool:
    return any(role.role == Role.FUND_OFFICER for role in await roles_of(person_id))


async def _locked(group_id: int) -> Group:
    if not await execute("SELECT 1 FROM community_group WHERE id = $1 FOR UPDATE", group_id):
        raise NotFound
    return await Group.get(id=group_id)


async def _tell(row: GroupHandOver, name: str) -> None:
    """To whoever asked, where they can be written to."""
    person = await Person.get(id=row.asked_by_id)
    if person.email is not None:
        group = await Group.get(id=row.group_id)
        await letters.tell_person(name, person.email, group, f"{name}-{row.id}", hand_over=row)
