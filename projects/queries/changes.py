"""Changes of running campaigns: for their groups, for officers, and for the public page."""

from crowdfund_kent.errors import NotFound
from projects import change_rules
from projects.models import CampaignChange, ProjectVersion
from projects.states import Change as Status


async def changes_of(campaign_id: int) -> list[CampaignChange]:
    """Everything that was asked or written for a campaign, the newest first."""
    return await CampaignChange.filter(campaign_id=campaign_id).order_by("-id")


async def change_of_campaign(campaign_id: int, change_id: int) -> CampaignChange:
    """One of them; another campaign's is NotFound."""
    found = await CampaignChange.get_or_none(id=change_id, campaign_id=campaign_id)
    if found is None:
        raise NotFound
    return found


async def change_with_project(change_id: int) -> CampaignChange:
    """A change that was sent, with campaign, project and group, for officers; drafts are the group's own."""
    found = await CampaignChange.get_or_none(id=change_id).select_related("campaign__project__group")
    if found is None or found.asked_at is None:
        raise NotFound
    return found


async def changes_asked() -> list[CampaignChange]:
    """What waits for an officer, the oldest first, with project and group."""
    waiting = CampaignChange.filter(status=Status.ASKED).select_related("campaign__project__group")
    return await waiting.order_by("asked_at", "id")


async def changes_answered(limit: int = 20) -> list[CampaignChange]:
    """What officers answered last, with project and group."""
    answered = CampaignChange.filter(answered_at__isnull=False).select_related("campaign__project__group")
    return await answered.order_by("-answered_at").limit(limit)


async def changes_waiting_count() -> int:
    """How many wait for an officer."""
    return await CampaignChange.filter(status=Status.ASKED).count()


async def differences_of(change: CampaignChange) -> change_rules.Differences | None:
    """What a change of the plan changes; None for a later day. Of an agreed one, between its two frozen versions."""
    if change.content is None or change.old_version_id is None:
        return None
    before = await ProjectVersion.get(id=change.old_version_id)
    after = change.content
    if change.new_version_id is not None:
        after = (await ProjectVersion.get(id=change.new_version_id)).content
    return change_rules.differences(before.content, after)
