"""What the pages of a group share."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.answering import done
from crowdfund_kent.audit import Actor
from crowdfund_kent.templating import render
from projects import pictures, queries, rules, words
from projects.access import group_by_slug, member_of
from projects.kinds import MemberRole
from projects.models import Campaign, Group, Member, Project

MEMBERS: Final = member_of(group_by_slug)
OWNERS: Final = member_of(group_by_slug, MemberRole.OWNER)
WRITERS: Final = member_of(group_by_slug, MemberRole.OWNER, MemberRole.HELPER)  # of what the group is
BEGUN: Final = "begun"  # the session's key for the district that was chosen before there was a project
GENERATED: Final = "Generated records, for demonstration: no group, person or pledge on this page is real."


@dataclass(frozen=True)
class Here:
    """The project that a group's page is about, with its newest campaign."""

    group: Group
    project: Project
    campaign: Campaign | None
    member: Member
    by: Actor

    @property
    def path(self) -> str:
        """The project's own page."""
        return project_path(self.group.slug, self.project.slug)

    @property
    def is_owner(self) -> bool:
        """Owners submit, open, cancel and invite."""
        return self.member.role == MemberRole.OWNER

    @property
    def is_editable(self) -> bool:
        """The group may write now."""
        return queries.is_editable(self.campaign)


def group_path(group: str) -> str:
    """A group's page."""
    return f"/groups/{group}"


def project_path(group: str, project: str) -> str:
    """A project's page for its group."""
    return f"/groups/{group}/projects/{project}"


async def group_here(request: Request) -> Group:
    """The group of the path, after the check that the person belongs to it."""
    return await Group.get(id=request.state.member.group_id)


async def here(request: Request) -> Here:
    """The project of the path; another group's is NotFound."""
    member: Member = request.state.member
    project = await queries.project_of_group(member.group_id, str(request.path_params["project"]))
    campaign = await queries.newest_campaign(project.id)
    return Here(project.group, project, campaign, member, request.state.actor)


async def frozen(request: Request, at: Here) -> Response | None:
    """For a page that changes the project: back to its own page while nothing can be changed. Services refuse anyway."""
    if request.method != "GET" or at.is_editable:
        return None
    return await done(request, at.path, "This can’t be changed now")


def shown_of(at: Here) -> pictures.Shown | None:
    """The picture of the working text."""
    picture = at.project.picture
    if picture is None:
        return None
    return pictures.shown({"key": picture.key, "alt": picture.alt, "width": picture.width, "height": picture.height})


async def question(at: Here, key: str) -> dict[str, Any]:
    """What the page of a question shows besides its form: its number, and how many there are."""
    found = await queries.steps_of(at.project, at.campaign)
    return {"step": next((one for one in found if one.key == key), None), "total": len(rules.QUESTIONS)}


async def show(request: Request, template: str, at: Here, status: int = 200, **context: Any) -> Response:
    """A page about a project."""
    given = {
        "here": at,
        "group": at.group,
        "project": at.project,
        "campaign": at.campaign,
        "meaning": words.meaning(at.campaign.status) if at.campaign else None,
        "officer": await queries.officer_of(at.group.id),
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if at.project.generated or at.group.generated else None,
        **context,
    }
    return render(request, f"projects/{template}", given, status)
