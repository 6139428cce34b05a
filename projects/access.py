"""Who runs a group. What is a group's own is not there for anybody else: 404, not 403."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request

from crowdfund_kent.accounts.access import Access, signed_in
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, NotFound
from projects.kinds import MemberRole
from projects.models import Group, Member
from projects.queries.receiving import receiver_of

GroupOf = Callable[[Request], Awaitable[int]]


def member_of(group_of: GroupOf, *roles: MemberRole) -> Access:
    """Current members of the group that `group_of` finds, in one of `roles` (any when none is named).

    After the check request.state.member is the Member and request.state.actor acts as it. Other people get NotFound;
    a member in another role gets Forbidden.
    """

    async def check(request: Request) -> None:
        await signed_in.check(request)
        person_id: int = request.state.session.person_id
        member = await _current(await group_of(request), person_id)
        _role_or_forbidden(member, roles)
        request.state.member = member
        request.state.actor = Actor(person_id, f"group {member.role}")

    words = " and ".join(f"{role}s" for role in roles) or "members"
    return Access(f"{words} of the group", check)


async def group_by_slug(request: Request) -> int:
    """The group that {group} in the path names; NotFound when there is none."""
    found = await Group.get_or_none(slug=str(request.path_params["group"]))
    if found is None:
        raise NotFound
    return int(found.id)


async def require_member(by: Actor, group_id: int, *roles: MemberRole) -> Member:
    """The place of `by` in the group now: NotFound without one, Forbidden in another role."""
    member = await _current(group_id, by.person_id)
    _role_or_forbidden(member, roles)
    return member


async def was_ever_member(person_id: int | None, group_id: int) -> bool:
    """Whether the person has, or had, a place in the group: then they check nothing of it."""
    return person_id is not None and await Member.filter(group_id=group_id, person_id=person_id).exists()


async def gains_from(person_id: int | None, group_id: int) -> bool:
    """Whether the person has, or had, a place in the group or in the one that receives its money."""
    return await was_ever_member(person_id, group_id) or await was_ever_member(person_id, await receiver_of(group_id))


async def _current(group_id: int, person_id: int | None) -> Member:
    member = await Member.get_or_none(group_id=group_id, person_id=person_id, ended_at=None) if person_id else None
    if member is None:
        raise NotFound
    return member


def _role_or_forbidden(member: Member, roles: tuple[MemberRole, ...]) -> None:
    if roles and member.role not in roles:
        raise Forbidden("Only an owner of the group can do this. Ask one of the owners.")
