"""Reads of the standing register, and the groups that an entry can name."""

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from panel.models import Interest, Seat


async def register_of(person_id: int) -> list[Interest]:
    """Somebody's entries: those in force first, then those that ended, the newest first."""
    rows = await Interest.filter(person_id=person_id).order_by("-id").select_related("group")
    return [row for row in rows if row.ended_on is None] + [row for row in rows if row.ended_on is not None]


async def entry(interest_id: int) -> Interest:
    """One entry with its person and group; NotFound for none."""
    found = await Interest.get_or_none(id=interest_id).select_related("person", "group")
    if found is None:
        raise NotFound
    return found


async def groups_to_name() -> list[tuple[int, str]]:
    """Groups that have sent in a campaign or asked a fund: (id, name). Others are nobody's business yet."""
    rows = await fetch(
        "SELECT g.id, g.name FROM community_group g WHERE EXISTS (SELECT 1 FROM project p"
        " LEFT JOIN campaign c ON c.project_id = p.id AND c.status <> 'draft'"
        " LEFT JOIN pitch t ON t.project_id = p.id AND t.status <> 'draft'"
        " WHERE p.group_id = g.id AND (c.id IS NOT NULL OR t.id IS NOT NULL)) ORDER BY lower(g.name), g.id"
    )
    return [(int(row["id"]), str(row["name"])) for row in rows]


async def people_of_my_panels(person_id: int) -> list[Person]:
    """Who sits, or sat, on a panel of the funds for which somebody is a fund officer; not they themselves."""
    grants = [grant for grant in await roles_of(person_id) if grant.role == Role.FUND_OFFICER]
    if not grants:
        return []
    seats = Seat.all()
    if not any(grant.fund_id is None for grant in grants):
        seats = seats.filter(fund_id__in=[grant.fund_id for grant in grants])
    ids = {seat.person_id for seat in await seats} - {person_id}
    return await Person.filter(id__in=list(ids)).order_by("name", "email", "id")
