"""Groups and who runs them."""

from crowdfund_kent.accounts.contacts import NamedOfficer, named_officer
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from projects.kinds import MemberRole
from projects.models import (
    Member,
)


async def groups_of(person_id: int) -> list[Member]:
    """The places a person has now, each with its group."""
    return await Member.filter(person_id=person_id, ended_at=None).select_related("group").order_by("group__name")


async def members_of(group_id: int) -> list[Member]:
    """Who runs the group now, owners first, each with the person."""
    found = await Member.filter(group_id=group_id, ended_at=None).select_related("person").order_by("id")
    return sorted(found, key=lambda member: member.role != MemberRole.OWNER)


async def owners(group_id: int) -> list[Person]:
    """Who decides for the group now, also those without an e-mail address."""
    return [one.person for one in await members_of(group_id) if one.role == MemberRole.OWNER]


async def helpers(group_id: int) -> list[Person]:
    """Who fills the pages with the group now, and never signs for it."""
    return [one.person for one in await members_of(group_id) if one.role == MemberRole.HELPER]


async def owners_emails(group_id: int) -> list[str]:
    """Where to write to a group: its owners' addresses."""
    return [email for _, email in await _people(group_id, MemberRole.OWNER)]


async def owners_of(group_id: int) -> list[tuple[int, str]]:
    """(person id, e-mail) of the owners who can be written to."""
    return await _people(group_id, MemberRole.OWNER)


async def owners_by_post_too(group_id: int) -> list[int]:
    """Person ids of the owners who have an e-mail address and whose postal address we hold as well."""
    found = await fetch(
        "SELECT p.id FROM group_member m JOIN person p ON p.id = m.person_id WHERE m.group_id = $1 AND m.role = $2"
        " AND m.ended_at IS NULL AND p.email IS NOT NULL AND p.postal <> '' AND p.erased_at IS NULL ORDER BY m.id",
        group_id,
        str(MemberRole.OWNER),
    )
    return [row["id"] for row in found]


async def owners_on_paper(group_id: int) -> list[int]:
    """Person ids of the owners who have no e-mail address: we write to them by post."""
    found = await fetch(
        "SELECT p.id FROM group_member m JOIN person p ON p.id = m.person_id WHERE m.group_id = $1 AND m.role = $2"
        " AND m.ended_at IS NULL AND p.email IS NULL AND p.erased_at IS NULL ORDER BY m.id",
        group_id,
        str(MemberRole.OWNER),
    )
    return [row["id"] for row in found]


async def people_who_run(campaign_id: int) -> list[tuple[int, str]]:
    """(person id, e-mail) of every current member of the campaign's group: they do not count as backers (ruling 10)."""
    group_id = await group_id_of(campaign_id)
    return await _people(group_id, *MemberRole)


async def _people(group_id: int, *roles: MemberRole) -> list[tuple[int, str]]:
    found = await fetch(
        "SELECT p.id, p.email FROM group_member m JOIN person p ON p.id = m.person_id WHERE m.group_id = $1"
        " AND m.ended_at IS NULL AND p.email IS NOT NULL AND m.role = ANY($2::text[]) ORDER BY m.id",
        group_id,
        [str(role) for role in roles],
    )
    return [(row["id"], row["email"]) for row in found]


async def officer_of(group_id: int) -> NamedOfficer:
    """The officer whom the group's pages and mails name; the office while nobody has checked anything of it."""
    found = await fetch("SELECT officer_id FROM community_group WHERE id = $1", group_id)
    return await named_officer(found[0]["officer_id"] if found else None)


async def group_id_of(campaign_id: int) -> int:
    """The group whose campaign this is; NotFound for no such campaign."""
    found = await fetch(
        "SELECT p.group_id FROM campaign c JOIN project p ON p.id = c.project_id WHERE c.id = $1", campaign_id
    )
    if not found:
        raise NotFound
    return int(found[0]["group_id"])
