"""The public page of a project is taken down, for a reason that everybody is told, or put back. By a fund officer."""

from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from projects import letters, queries
from projects.access import was_ever_member
from projects.kinds import TakenDown
from projects.models import Campaign, Project
from projects.states import Campaign as Status

# people pledge, or their cards are charged: they must be able to see what for
RUNS: Final = frozenset({Status.LIVE, Status.CLOSING, Status.SUCCESSFUL, Status.COLLECTING})


async def take_down(project_id: int, kind: TakenDown, note: str, by: Actor) -> Project:
    """From now on its public pages answer 410 and no list has it. `note` is for officers; the owners are told the kind.

    Refused while people can pledge or cards are charged, for a project that was never public, and a second time.
    """
    async with transaction():
        project, campaign = await _locked(project_id, by)
        if campaign is None or await queries.public_project_of(project.slug) is None:
            raise Refused("This project has no public page.", rule="public")
        if problem := what_hinders(project, campaign):
            raise Refused(problem, rule="nobody pays unseen")
        project.taken_down_at, project.taken_down_kind = business_now(), kind
        project.taken_down_note = note.strip()
        await _save(project)
        await audit.record("take down page", f"project:{project_id}", by, kind=str(kind))
        await letters.tell_owners("taken_down", campaign, about=_once(project), kind=kind)
    return project


def what_hinders(project: Project, campaign: Campaign) -> str:
    """Why the page can't be taken down now, or nothing. `campaign`: the project's newest."""
    if project.taken_down_at is not None:
        return "This page is taken down already."
    if campaign.status in RUNS:
        return (
            "People pledge to this campaign, or their cards are being charged. Pause or cancel it first, or wait until it"
            " is settled."
        )
    return ""


async def put_back(project_id: int, by: Actor) -> Project:
    """The page is there again, as it was. Refused for one that is not taken down."""
    async with transaction():
        project, campaign = await _locked(project_id, by)
        if project.taken_down_at is None or campaign is None:
            raise Refused("This page is not taken down.", rule="taken down")
        once = _once(project)
        project.taken_down_at, project.taken_down_kind, project.taken_down_note = None, "", ""
        await _save(project)
        await audit.record("put back page", f"project:{project_id}", by)
        await letters.tell_owners("put_back", campaign, about=once)
    return project


async def _locked(project_id: int, by: Actor) -> tuple[Project, Campaign | None]:
    """The project and its newest campaign, locked in the order of campaigns' own moves; for an officer outside the group."""
    await require_role(by, Role.FUND_OFFICER)
    campaign = await Campaign.select_for_update().filter(project_id=project_id).order_by("-id").first()
    project = await Project.select_for_update().get_or_none(id=project_id)
    if project is None:
        raise NotFound
    if await was_ever_member(by.person_id, project.group_id):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")
    return project, campaign


async def _save(project: Project) -> None:
    await project.save(update_fields=["taken_down_at", "taken_down_kind", "taken_down_note"])


def _once(project: Project) -> str:
    """Tells one time that a page was taken down from the next."""
    assert project.taken_down_at is not None
    return f"down-{project.id}-{int(project.taken_down_at.timestamp())}"
