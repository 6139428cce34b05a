"""Campaigns: for services, for their groups and for officers."""

from datetime import datetime

from tortoise.expressions import Q

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from projects.models import (
    Campaign,
    CampaignCheck,
    CampaignMessage,
    ProjectVersion,
)
from projects.states import EDITABLE, FINISHED
from projects.states import Campaign as Status


async def campaign_for_update(campaign_id: int) -> Campaign:
    """The campaign, locked until the transaction ends. Locks come in this order: campaign, fund, sources by id."""
    found = await Campaign.select_for_update().get_or_none(id=campaign_id)
    if found is None:
        raise NotFound
    return found


async def unfinished_campaign(project_id: int) -> Campaign | None:
    """The one campaign of a project that is not over, if any."""
    return await Campaign.filter(project_id=project_id).exclude(status__in=list(FINISHED)).first()


async def newest_campaign(project_id: int) -> Campaign | None:
    """The campaign begun last."""
    return await Campaign.filter(project_id=project_id).order_by("-id").first()


async def current_version(campaign: Campaign) -> ProjectVersion:
    """What was approved; NotFound before that."""
    found = await ProjectVersion.get_or_none(id=campaign.version_id) if campaign.version_id else None
    if found is None:
        raise NotFound
    return found


async def newest_event_id(campaign_id: int) -> int:
    """The number of the campaign's newest status event, for keys that must differ from one move to the next."""
    found = await fetch("SELECT coalesce(max(id), 0) AS id FROM campaign_event WHERE subject_id = $1", campaign_id)
    return int(found[0]["id"])


async def messages_of(campaign_id: int, public: bool | None = None) -> list[CampaignMessage]:
    """What was written about a campaign, newest first."""
    found = CampaignMessage.filter(campaign_id=campaign_id)
    return await (found if public is None else found.filter(public=public)).order_by("-id")


async def checks_of(campaign_id: int) -> list[CampaignCheck]:
    """What was checked and what was not, in the order of the list."""
    return await CampaignCheck.filter(campaign_id=campaign_id).order_by("id")


async def due_to_close(now: datetime) -> list[int]:
    """Live campaigns whose deadline has come."""
    found = await Campaign.filter(status=Status.LIVE, deadline_at__lte=now).order_by("deadline_at").values_list("id")
    return [row[0] for row in found]


async def suspended_before(moment: datetime) -> list[int]:
    """Campaigns suspended since before `moment`."""
    found = await Campaign.filter(status=Status.SUSPENDED, suspended_at__lt=moment).values_list("id")
    return [row[0] for row in found]


async def was_funded(project_id: int) -> bool:
    """Whether a campaign of this project met its target: the same project is not funded twice (domain.md, section 2)."""
    met = Q(status__in=[str(one) for one in (Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED)])
    return await Campaign.filter(met, project_id=project_id).exists()


def is_editable(campaign: Campaign | None) -> bool:
    """Whether the group may change the project's words and lines now."""
    return campaign is not None and campaign.status in EDITABLE
