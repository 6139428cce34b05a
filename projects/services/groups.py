"""Groups and who runs them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from crowdfund_kent import audit, limits, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.limits import TooOften
from projects import letters, rules
from projects.access import require_member
from projects.kinds import Addressed, LegalForm, MemberRole
from projects.models import Group, Member
from projects.services import addresses

SAME_CLICK: Final = timedelta(minutes=1)  # the same again within it is a second click, not a second thing
MOST_INVITATIONS: Final = "30/day"  # of one person: e-mails go to addresses that nobody has confirmed


async def create_group(
    *,
    name: str,
    legal_form: LegalForm,
    by: Actor,
    about: str = "",
    named_people: str = "",
    charity_number: str = "",
    company_number: str = "",
) -> Group:
    """A group whose first owner is the person of `by`. Refused for a number that is not in the right form.

    The same name from the same person a moment ago is a second click: that group comes back.
    """
    if by.person_id is None:
        raise Forbidden
    async with transaction():
        await execute("SELECT id FROM person WHERE id = $1 FOR UPDATE", by.person_id)
        clicked = await Member.filter(
            person_id=by.person_id, group__name=name, created_at__gt=real_now() - SAME_CLICK, ended_at=None
        ).select_related("group")
        if clicked:
            return clicked[0].group
        group = await make_group(
            name,
            legal_form,
            about=about,
            named_people=named_people,
            charity_number=_number(rules.charity_number, charity_number),
            company_number=_number(rules.company_number, company_number),
        )
        await Member.create(
            group_id=group.id, person_id=by.person_id, role=MemberRole.OWNER, created_at=group.created_at
        )
        await audit.record("create group", f"group:{group.id}", by)
    return group


async def make_group(
    name: str,
    legal_form: LegalForm,
    *,
    about: str = "",
    named_people: str = "",
    charity_number: str | None = None,
    company_number: str | None = None,
) -> Group:
    """The row of a group at an address of its own, in the caller's transaction; its people are the caller's."""
    return await Group.create(
        slug=await addresses.free_slug(Addressed.GROUP, name),
        name=name,
        legal_form=legal_form,
        about=about,
        named_people=named_people,
        charity_number=charity_number,
        company_number=company_number,
        created_at=real_now(),
    )


async def save_group(
    group_id: int,
    by: Actor,
    *,
    name: str | None = None,
    legal_form: LegalForm | None = None,
    about: str | None = None,
    named_people: str | None = None,
    charity_number: str | None = None,
    company_number: str | None = None,
) -> Group:
    """Change what is given. Owners, and who helps them to write. Frozen versions keep what they say."""
    async with transaction():
        await require_member(by, group_id, MemberRole.OWNER, MemberRole.HELPER)
        group = await _locked(group_id)
        if name is not None and name != group.name:
            group.name = name
            await addresses.move(group, name)
        group.legal_form = group.legal_form if legal_form is None else legal_form
        group.about = group.about if about is None else about
        group.named_people = group.named_people if named_people is None else named_people
        if charity_number is not None:
            group.charity_number = _number(rules.charity_number, charity_number)
        if company_number is not None:
            group.company_number = _number(rules.company_number, company_number)
        await group.save()
        await audit.record("change group", f"group:{group_id}", by)
    return group


async def invite(group_id: int, email: str, role: MemberRole, by: Actor) -> Member:
    """Give the person with this address a place: they need only sign in with it. Refused when they have one.

    Refused for fund officers: who has a place never checks the group again, so a group could rid itself of them all. A
    helper is somebody whom we know as one. The same invitation a moment ago is a second click: that place comes back.
    """
    address = email.strip().lower()
    if not await limits.allows(MOST_INVITATIONS, "invitation", f"person {by.person_id}"):
        raise TooOften("You have invited many people today. Try again tomorrow, or ask another owner.")
    async with transaction():
        await require_member(by, group_id, MemberRole.OWNER)
        group = await _locked(group_id)
        now = real_now()
        person, _ = await Person.get_or_create(email=address, defaults={"created_at": now})
        there = await Member.get_or_none(group_id=group_id, person_id=person.id, ended_at=None)
        if there is not None and there.role == role and there.created_at > now - SAME_CLICK:
            return there
        if there is not None:
            raise Refused("This person is already a member of the group.", rule="member once")
        held = {row.role for row in await roles_of(person.id)}
        if role == MemberRole.HELPER and Role.HELPER not in held:
            raise Refused(
                "We don’t know this person as a helper. Ask us, or make them an editor: editors write too.",
                rule="known helpers",
            )
        if Role.FUND_OFFICER in held:
            raise Refused(
                "This person checks campaigns as an officer, so you can't add them. Ask us if they belong to your group.",
                rule="no officers",
            )
        member = await Member.create(group_id=group_id, person_id=person.id, role=role, created_at=now)
        await audit.record("invite member", f"group:{group_id}", by, member_id=member.id, role=str(role))
        await letters.tell_invited(
            address, member_id=member.id, group_name=group.name, role=role, path=f"/groups/{group.slug}"
        )
        # who runs a campaign is no backer of it any more, also by what they pledged before
        await outbox.job("member_joined", group_id, unique_key=f"group_member:{member.id}:joined")
    return member


async def end_membership(group_id: int, member_id: int, by: Actor) -> Member:
    """End a place: owners end any, everybody their own. The last owner stays: Refused."""
    async with transaction():
        mine = await require_member(by, group_id)
        await _locked(group_id)
        member = await Member.get_or_none(id=member_id, group_id=group_id, ended_at=None)
        if member is None:
            raise NotFound
        if mine.role != MemberRole.OWNER and member.id != mine.id:
            raise Forbidden("Only an owner of the group can end somebody else's place.")
        owners = await Member.filter(group_id=group_id, role=MemberRole.OWNER, ended_at=None).count()
        if member.role == MemberRole.OWNER and owners == 1:
            raise Refused("A group needs an owner. Make somebody else an owner first.", rule="last owner")
        member.ended_at = real_now()
        await member.save(update_fields=["ended_at"])
        await audit.record("end membership", f"group:{group_id}", by, member_id=member.id)
    return member


async def end_helping(group_id: int, by: Actor) -> None:
    """What they helped to write is approved: the places of the group's helpers end. Called in the caller's transaction."""
    for member in await Member.filter(group_id=group_id, role=MemberRole.HELPER, ended_at=None):
        member.ended_at = real_now()
        await member.save(update_fields=["ended_at"])
        await audit.record("end membership", f"group:{group_id}", by, member_id=member.id)


async def take_on(group_id: int, by: Actor) -> None:
    """The first officer who checks something of a group is the one whom its pages name. In the caller's transaction."""
    if await Group.filter(id=group_id, officer_id=None).update(officer_id=by.person_id):
        await audit.record("look after group", f"group:{group_id}", by, officer_id=by.person_id)


async def choose_officer(group_id: int, officer_id: int, by: Actor) -> Group:
    """Another officer looks after the group from now on. By a fund officer; Refused for somebody who is none."""
    async with transaction():
        await require_role(by, Role.FUND_OFFICER)
        group = await _locked(group_id)
        if not any(row.role == Role.FUND_OFFICER for row in await roles_of(officer_id)):
            raise Refused("Choose one of the fund officers.", rule="officer")
        if group.officer_id != officer_id:
            group.officer_id = officer_id
            await group.save(update_fields=["officer_id"])
            await audit.record("look after group", f"group:{group_id}", by, officer_id=officer_id)
    return group


async def _locked(group_id: int) -> Group:
    """The group, locked, so that two owners can't leave at once."""
    found = await Group.select_for_update().get_or_none(id=group_id)
    if found is None:
        raise NotFound
    return found


def _number(read: Callable[[str], str | None], text: str) -> str | None:
    try:
        return read(text)
    except rules.NumberError as error:
        raise Refused(error.message, rule="registration number") from error
