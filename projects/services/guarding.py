"""Who may check a campaign: a fund officer who has no part in it. Nobody checks what they wrote or helped with."""

from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden
from projects import queries
from projects.access import was_ever_member
from projects.models import Campaign, Evidence, SignedPaper
from projects.services.groups import take_on


async def conflict_of(person_id: int | None, campaign: Campaign, group_id: int) -> str | None:
    """Why this person does not check the campaign, in a sentence; None where nothing is against it."""
    if await was_ever_member(person_id, group_id):
        return "You are or were a member of this group, or helped it. Another officer must do this."
    if await SignedPaper.filter(campaign_id=campaign.id, recorded_by_id=person_id).exists():
        return "You recorded a signed paper of this campaign. Another officer must do this."
    if await Evidence.filter(project_id=campaign.project_id, uploaded_by_id=person_id).exists():
        return "You gave a paper for this campaign. Another officer must do this."
    return None


async def for_officer(campaign_id: int, by: Actor) -> Campaign:
    """The campaign, locked, for a fund officer without a part in it; the group's pages name the first who comes."""
    await require_role(by, Role.FUND_OFFICER)
    campaign = await queries.campaign_for_update(campaign_id)
    group_id = await queries.group_id_of(campaign_id)
    conflict = await conflict_of(by.person_id, campaign, group_id)
    if conflict:
        raise Forbidden(conflict)
    await take_on(group_id, by)
    return campaign
