"""Where a lost address leads: /projects/... for everybody, /groups/... for those who run the group."""

from typing import Final

from starlette.requests import Request

from crowdfund_kent.errors import Gone
from projects import queries
from projects.kinds import TakenDown
from projects.models import Member

GONE: Final = {
    TakenDown.ASKED: "The group that ran this project asked us to take its page down.",
    TakenDown.RIGHTS: "The page of this project was taken down, because of somebody’s rights.",
    TakenDown.HARM: "The page of this project was taken down, so that nobody comes to harm.",
    TakenDown.RULES: "The page of this project was taken down, because it was against the rules of the scheme.",
    TakenDown.MISTAKE: "The page of this project was put up by mistake, so it was taken down.",
}


async def find(request: Request) -> str | None:
    """The path that took the place of this one; Gone for the page of a project that was taken down."""
    parts = request.url.path.split("/")
    if len(parts) > 2 and parts[1] == "projects":
        return await _public(parts)
    if len(parts) > 2 and parts[1] == "groups":
        return await _of_group(request, parts)
    return None


async def _public(parts: list[str]) -> str | None:
    was = await queries.public_project_of(parts[2])
    if was is None:
        return None
    if was.taken_down is not None:
        raise Gone(GONE[was.taken_down])
    return "/".join([*parts[:2], was.slug, *parts[3:]])


async def _of_group(request: Request, parts: list[str]) -> str | None:
    session = request.state.session
    group = await queries.group_once_at(parts[2]) if session is not None and session.person_id else None
    if group is None or not await Member.filter(group_id=group.id, person_id=session.person_id, ended_at=None).exists():
        return None  # nobody else learns what a group was called before
    there = [*parts[:2], group.slug, *parts[3:]]
    if len(parts) > 4 and parts[3] == "projects":
        project = await queries.project_once_at(group.id, parts[4])
        there[4] = project.slug if project else parts[4]
    return "/".join(there)
