"""Where something is that was here before: projects and groups under an old address, and pages that were taken down."""

from dataclasses import dataclass
from datetime import datetime

from crowdfund_kent.database import fetch
from projects.kinds import Addressed, TakenDown
from projects.models import Group, OldAddress, Project
from projects.states import PUBLIC


@dataclass(frozen=True, slots=True)
class Was:
    """A project that was public under an address. `taken_down`: why its page is gone, if it is."""

    slug: str
    taken_down: TakenDown | None


async def public_project_of(slug: str) -> Was | None:
    """The project that has or had this public address, under its present one. None for drafts and for nothing."""
    rows = await fetch(
        "SELECT p.slug, p.taken_down_kind FROM project p WHERE (p.slug = $1 OR p.id ="
        " (SELECT project_id FROM old_address WHERE kind = 'project' AND slug = $1))"
        " AND EXISTS (SELECT 1 FROM campaign c WHERE c.project_id = p.id AND c.status = ANY($2::text[])"
        " AND (c.status <> 'cancelled' OR c.opened_at IS NOT NULL)) ORDER BY p.slug = $1 DESC LIMIT 1",
        slug,
        sorted(PUBLIC),
    )
    if not rows:
        return None
    kind = rows[0]["taken_down_kind"]
    return Was(rows[0]["slug"], TakenDown(kind) if kind else None)


async def group_once_at(slug: str) -> Group | None:
    """The group that has, or had, this address."""
    found = await Group.get_or_none(slug=slug)
    if found is not None:
        return found
    old = await OldAddress.get_or_none(kind=Addressed.GROUP, slug=slug).select_related("group")
    return old.group if old else None


async def project_once_at(group_id: int, slug: str) -> Project | None:
    """The group's own project that has, or had, this address."""
    found = await Project.get_or_none(group_id=group_id, slug=slug)
    if found is not None:
        return found
    old = await OldAddress.get_or_none(kind=Addressed.PROJECT, slug=slug).select_related("project")
    return old.project if old and old.project and old.project.group_id == group_id else None


async def taken_down() -> list[Project]:
    """The projects whose page is down, the newest first, with their groups."""
    return await Project.filter(taken_down_at__isnull=False).order_by("-taken_down_at").select_related("group")


async def taken_down_since(project_id: int) -> datetime | None:
    """When the project's page was taken down; None while it is there."""
    rows = await fetch("SELECT taken_down_at FROM project WHERE id = $1", project_id)
    return rows[0]["taken_down_at"] if rows else None
