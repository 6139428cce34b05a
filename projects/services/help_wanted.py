"""What a group asks for besides money. Any member may write it, before the campaign and while it runs."""

from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from projects.access import require_member
from projects.kinds import HelpKind
from projects.models import HelpWanted, Project

MOST_OPEN: Final = 12  # asked for at once: a longer list is read by nobody


async def ask_for_help(project_id: int, by: Actor, *, kind: HelpKind, words: str, how_many: int) -> HelpWanted:
    """One more kind of help on the project's page. Asked for twice in the same words, it is there once. Raises Refused."""
    async with transaction():
        await _lock(project_id, by)
        wanted = await HelpWanted.filter(project_id=project_id, closed_at=None).order_by("id")
        known = next((one for one in wanted if (one.kind, one.words) == (kind, words)), None)
        if known is not None:
            return known
        if len(wanted) >= MOST_OPEN:
            raise Refused(f"You ask for {MOST_OPEN} kinds of help already. Take one off the page first.")
        made = await HelpWanted.create(
            project_id=project_id, kind=kind, words=words, how_many=how_many, created_at=business_now()
        )
        await audit.record("help asked for", f"help_wanted:{made.id}", by, project_id=project_id, how_many=how_many)
    return made


async def change_help(wanted_id: int, by: Actor, *, words: str, how_many: int) -> HelpWanted:
    """Other words, or another number; what was promised stays promised."""
    async with transaction():
        wanted = await _wanted(wanted_id, by)
        wanted.words, wanted.how_many = words, how_many
        await wanted.save(update_fields=["words", "how_many"])
        await audit.record("help changed", f"help_wanted:{wanted.id}", by, how_many=how_many)
    return wanted


async def close_help(wanted_id: int, by: Actor) -> None:
    """Nobody is asked for it any more. What was promised stays promised; twice is no error."""
    async with transaction():
        wanted = await _wanted(wanted_id, by)
        if wanted.closed_at is None:
            await HelpWanted.filter(id=wanted.id).update(closed_at=business_now())
            await audit.record("help closed", f"help_wanted:{wanted.id}", by)


async def _wanted(wanted_id: int, by: Actor) -> HelpWanted:
    found = await HelpWanted.get_or_none(id=wanted_id)
    if found is None:
        raise NotFound
    await _lock(found.project_id, by)
    return await HelpWanted.get(id=wanted_id)


async def _lock(project_id: int, by: Actor) -> None:
    if not await execute("SELECT 1 FROM project WHERE id = $1 FOR UPDATE", project_id):
        raise NotFound
    project = await Project.get(id=project_id)
    await require_member(by, project.group_id)
