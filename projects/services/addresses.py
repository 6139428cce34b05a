"""Addresses of projects and groups: they follow the name, and what they were before leads to what they are."""

from typing import Final

from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, fetch
from projects import rules
from projects.kinds import Addressed
from projects.models import Campaign, Group, OldAddress, Project, ProjectVersion

SLUG_LOCK: Final = 7_205_761
_TABLES: Final = {Addressed.PROJECT: "project", Addressed.GROUP: "community_group"}
# pages of ours at the same place
_TAKEN: Final = {Addressed.PROJECT: frozenset({"new", "funded"}), Addressed.GROUP: frozenset({"new"})}


async def free_slug(kind: Addressed, words: str, own_id: int = 0) -> str:
    """The address for `words`, with a number where another has it or had it. A slug of its own is free to `own_id`.

    In the caller's transaction, which holds a lock from here on: two of one name at once get two addresses.
    """
    root = rules.slug_of(words)
    await execute("SELECT pg_advisory_xact_lock($1)", SLUG_LOCK)
    rows = await fetch(
        f"SELECT slug FROM {_TABLES[kind]} WHERE (slug = $1 OR slug LIKE $2) AND id <> $3 UNION"
        " SELECT slug FROM old_address WHERE kind = $4 AND (slug = $1 OR slug LIKE $2)"
        " AND coalesce(project_id, group_id) <> $3",
        root,
        f"{root}-%",
        own_id,
        str(kind),
    )
    return rules.slug_of(words, {row["slug"] for row in rows} | _TAKEN[kind])


async def move(thing: Project | Group, words: str) -> None:
    """Give `thing` the address of `words`, and keep the old one. The caller saves `thing`; same words, same address."""
    kind = Addressed.PROJECT if isinstance(thing, Project) else Addressed.GROUP
    new, old = await free_slug(kind, words, thing.id), thing.slug
    if new == old:
        return
    await OldAddress.filter(kind=kind, slug=new).delete()  # its own, from earlier: it goes back there
    owner = {"project_id": thing.id} if kind is Addressed.PROJECT else {"group_id": thing.id}
    await OldAddress.create(kind=kind, slug=old, created_at=real_now(), **owner)
    thing.slug = new


def _fits(slug: str, title: str) -> bool:
    """Made of the title, with a number behind it perhaps."""
    root = rules.slug_of(title)
    return slug == root or slug.removeprefix(f"{root}-").isdigit()


async def follow_title(campaign: Campaign) -> None:
    """The public address follows the title that was approved, from the moment its campaign opens and not before."""
    version = await ProjectVersion.get(id=campaign.version_id)
    project = await Project.select_for_update().get(id=campaign.project_id)
    title = str(version.content["title"])
    if not _fits(project.slug, title):
        await move(project, title)
        await project.save(update_fields=["slug"])
