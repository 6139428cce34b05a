"""Whose money it is: a match pledge or an award belongs to a campaign, or to a project where its fund works without a crowd."""

from typing import Any, Final, Protocol

from crowdfund_kent.errors import NotFound
from projects.models import Campaign, Project
from projects.queries import group_id_of

# what the functions below read of a row, for select_related
WITH: Final = ("campaign__project__group", "campaign__version", "project__group")


class Given(Protocol):
    """A match pledge or an award: exactly one of the two is set (the database holds it)."""

    @property
    def campaign_id(self) -> int | None: ...
    @property
    def project_id(self) -> int | None: ...
    @property
    def campaign(self) -> Any: ...
    @property
    def project(self) -> Any: ...


def project_of(row: Given) -> Project:
    """The project that it is for. `row` comes with WITH."""
    found: Project = row.campaign.project if row.campaign_id is not None else row.project
    return found


def title_of(campaign: Campaign) -> str:
    """The project's title as it was approved. `campaign` comes with its version and project."""
    return str(campaign.version.content["title"]) if campaign.version is not None else campaign.project.title


def title_for(row: Given) -> str:
    """The title of the project that it is for, as it was approved. `row` comes with WITH."""
    return title_of(row.campaign) if row.campaign_id is not None else str(row.project.title)


def recipient_of(row: Given) -> Campaign | Project:
    """The campaign or the project itself. `row` comes with WITH."""
    found: Campaign | Project = row.campaign if row.campaign_id is not None else row.project
    return found


async def group_id_for(row: Given) -> int:
    """The group that it is for, read by ids alone; NotFound for a row that was never saved."""
    if row.campaign_id is not None:
        return await group_id_of(row.campaign_id)
    found = await Project.get_or_none(id=row.project_id)
    if found is None:
        raise NotFound
    return int(found.group_id)
