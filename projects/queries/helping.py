"""Reads for helpers, and for officers who look after groups and papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import people_with
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import fetch
from projects.kinds import MemberRole
from projects.models import Campaign, Group, LetterToPost, Member
from projects.states import FINISHED


@dataclass(frozen=True)
class Helped:
    """A group with the campaigns that a helper or an officer may have to do something with."""

    group: Group
    owners: Sequence[Person]
    helpers: Sequence[Person]
    campaigns: Sequence[Campaign]

    @property
    def is_on_paper(self) -> bool:
        """No owner has an e-mail address: all is decided on paper."""
        return not any(one.email for one in self.owners)


async def helped_groups(helper_id: int | None = None) -> list[Helped]:
    """Groups with a helper now, or whose owners have no e-mail; or those whose helper this person is. Newest first."""
    if helper_id is not None:
        found = await Member.filter(person_id=helper_id, role=MemberRole.HELPER, ended_at=None).values_list("group_id")
        ids = [row[0] for row in found]
    else:
        rows = await fetch(
            "SELECT DISTINCT m.group_id FROM group_member m JOIN person p ON p.id = m.person_id WHERE m.ended_at IS NULL"
            " AND (m.role = $1 OR (m.role = $2 AND p.email IS NULL AND p.erased_at IS NULL))",
            str(MemberRole.HELPER),
            str(MemberRole.OWNER),
        )
        ids = [row["group_id"] for row in rows]
    return [await _helped(group) for group in await Group.filter(id__in=ids).order_by("-id")]


async def _helped(group: Group) -> Helped:
    members = await Member.filter(group_id=group.id, ended_at=None).select_related("person").order_by("id")
    return Helped(
        group,
        [one.person for one in members if one.role == MemberRole.OWNER],
        [one.person for one in members if one.role == MemberRole.HELPER],
        await unfinished_of(group.id),
    )


async def unfinished_of(group_id: int) -> list[Campaign]:
    """A group's campaigns that are not over, each with its project."""
    found = Campaign.filter(project__group_id=group_id).exclude(status__in=list(FINISHED))
    return await found.select_related("project").order_by("id")


async def groups_with_officers() -> list[tuple[Group, Person | None, int]]:
    """Every group of this site with its officer and how many unfinished campaigns it has; those without officer first."""
    rows = await fetch(
        "SELECT g.id, count(c.id) AS n FROM community_group g LEFT JOIN project p ON p.group_id = g.id"
        " LEFT JOIN campaign c ON c.project_id = p.id AND c.status <> ALL($1::text[])"
        " WHERE g.import_batch_id IS NULL AND NOT g.generated GROUP BY g.id",
        [str(one) for one in FINISHED],
    )
    counts = {row["id"]: int(row["n"]) for row in rows}
    groups = await Group.filter(id__in=list(counts)).order_by("name")
    people = {one.id: one for one in await Person.filter(id__in=[one.officer_id for one in groups if one.officer_id])}
    found = [(one, people.get(one.officer_id) if one.officer_id else None, counts[one.id]) for one in groups]
    return sorted(found, key=lambda row: (row[1] is not None, -row[2], row[0].name))


async def fund_officers() -> list[Person]:
    """Who may look after a group."""
    return sorted(await people_with(Role.FUND_OFFICER), key=lambda one: one.name or one.email or "")


async def letters_waiting() -> int:
    """How many letters are to be posted."""
    return await LetterToPost.filter(posted_at=None).count()
