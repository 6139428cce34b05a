"""What a group does with its campaign, and what the clock does with it."""

from typing import Final

from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, Refused
from projects import letters, match_days, queries, rules
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole
from projects.models import Campaign, CampaignEvent, Member
from projects.services import addresses
from projects.services.moving import move, refuse_after_deadline, write_message
from projects.states import Campaign as Status

OFFICERS_CAUSES: Final = ("changes requested", "approved", "refused", "suspended", "resumed")


async def submit(campaign_id: int, by: Actor) -> Campaign:
    """Hand the campaign to an officer. Owners only. Refused while something is missing: the message lists what."""
    async with transaction():
        campaign = await _for_owner(campaign_id, by)
        await submit_now(campaign, by)
    return campaign


async def submit_now(campaign: Campaign, by: Actor, cause: str = "submitted") -> None:
    """The same of a campaign that is locked, once it is known whose decision it is: an owner's, or one on a signed paper."""
    left = await missing_of(campaign)
    if left:
        listed = "; ".join(f"{step.problem}" for step in left)
        raise Refused(f"Complete these tasks first: {listed}.", rule="complete")
    await move(campaign, cause, by)
    await letters.tell_owners("submitted", campaign)


async def missing_of(campaign: Campaign) -> list[rules.Step]:
    """The tasks that keep the campaign from being submitted today."""
    project = await queries.project_with_group(campaign.project_id)
    return rules.missing(await queries.whole_draft(project, campaign), business_today(), queries.limits())


async def withdraw(campaign_id: int, by: Actor) -> Campaign:
    """Take the campaign back before it was ever open. Owners only."""
    async with transaction():
        campaign = await _for_owner(campaign_id, by)
        await withdraw_now(campaign, by)
    return campaign


async def withdraw_now(campaign: Campaign, by: Actor, cause: str = "withdrawn") -> None:
    """The same of a locked campaign, once it is known whose decision it is."""
    await move(campaign, cause, by)


async def open_campaign(campaign_id: int, by: Actor) -> Campaign:
    """Make an approved campaign live. Owners only. Refused when its last day is not 6 to 12 weeks ahead any more."""
    async with transaction():
        campaign = await _for_owner(campaign_id, by)
        await open_now(campaign, by)
    return campaign


async def open_now(campaign: Campaign, by: Actor, cause: str = "opened") -> None:
    """The same of a locked campaign, once it is known whose decision it is."""
    if campaign.status == Status.APPROVED and campaign.last_day is not None:
        problem = rules.opening_problem(campaign.last_day, business_today(), queries.limits())
        if problem:
            raise Refused(f"{problem}.", rule="6 to 12 weeks")
        if waits := await match_days.end_problem_of(campaign, campaign.last_day):
            raise Refused(f"{waits}.", rule="decision day")
        await _refuse_without_account(campaign)
    await move(campaign, cause, by, amount_pence=campaign.target_pence, opened_at=business_now())
    await addresses.follow_title(campaign)
    await letters.tell_owners("opened", campaign)


async def _refuse_without_account(campaign: Campaign) -> None:
    """Backers pledge only to a group that can receive: then no payout waits for papers when all is collected."""
    problem = await queries.receiving_problem(await queries.group_id_of(campaign.id))
    if problem:
        raise Refused(f"{problem}.", rule="account ready")


async def cancel(campaign_id: int, by: Actor, message: str) -> Campaign:
    """End a campaign without a verdict, by an owner of the group or a fund officer; `message` is shown to everybody.

    Nothing is taken from anybody: downstream releases pledges and match on "campaign_moved".
    """
    async with transaction():
        campaign = await queries.campaign_for_update(campaign_id)
        await _owner_or_officer(campaign, by)
        await cancel_now(campaign, by, message)
    return campaign


async def cancel_now(campaign: Campaign, by: Actor, message: str, cause: str = "cancelled") -> None:
    """The same of a locked campaign, once it is known whose decision it is."""
    refuse_after_deadline(campaign)
    await write_message(campaign, "cancelled", message, by, public=True)
    await move(campaign, cause, by)
    await letters.tell_owners("cancelled", campaign, message=message.strip(), too_long=False)


async def end_early(campaign_id: int, by: Actor, *, raised_pence: int) -> Campaign:
    """Close a live campaign before its deadline, once the target is met. Owners only.

    `raised_pence` is what the caller reads by ruling 2 in the same transaction, after campaign_for_update(): this
    package does not know pledges.
    """
    async with transaction():
        campaign = await _for_owner(campaign_id, by)
        refuse_after_deadline(campaign)
        if raised_pence < (campaign.target_pence or 0):
            raise Refused("A campaign can end early only once its target is met.", rule="target met")
        await begin_closing(campaign_id, "ended early", by)
    return await Campaign.get(id=campaign_id)


async def begin_closing(campaign_id: int, cause: str = "deadline", by: Actor = SYSTEM) -> bool:
    """live -> closing, the first of two steps and the only way there. False when there is nothing to do.

    Safe to run twice: it locks the row, and for the deadline looks at the clock again. `closing_at` is when we began;
    the event is effective at the deadline itself, also when the worker came late.
    """
    async with transaction():
        campaign = await queries.campaign_for_update(campaign_id)
        now = business_now()
        if campaign.status != Status.LIVE or campaign.deadline_at is None:
            return False
        if cause == "deadline" and campaign.deadline_at > now:
            return False
        await move(campaign, cause, by, effective_at=min(now, campaign.deadline_at), closing_at=now)
    return True


async def cancel_when_suspended_too_long(campaign_id: int) -> bool:
    """suspended -> cancelled after 28 days. False when there is nothing to do."""
    async with transaction():
        campaign = await queries.campaign_for_update(campaign_id)
        if campaign.status != Status.SUSPENDED or campaign.suspended_at is None:
            return False
        if not rules.suspended_too_long(campaign.suspended_at, business_now()):
            return False
        text = "The campaign was paused for more than 28 days, so it was cancelled."
        await write_message(campaign, "suspended too long", text, SYSTEM, public=True)
        await move(campaign, "suspended too long", SYSTEM)
        await letters.tell_owners("cancelled", campaign, message=text, too_long=True)
    return True


async def _for_owner(campaign_id: int, by: Actor) -> Campaign:
    """The campaign, locked, for an owner of its group who did not check it as an officer before."""
    campaign = await queries.campaign_for_update(campaign_id)
    await require_member(by, await queries.group_id_of(campaign_id), MemberRole.OWNER)
    await refuse_officer_of(campaign_id, by)
    return campaign


async def refuse_officer_of(campaign_id: int, by: Actor) -> None:
    """Forbidden for somebody who checked this campaign as an officer: nobody acts on both sides of it."""
    if await CampaignEvent.filter(subject_id=campaign_id, by_id=by.person_id, cause__in=OFFICERS_CAUSES).exists():
        raise Forbidden("You have checked this campaign as an officer. Another owner of the group must do this.")


async def _owner_or_officer(campaign: Campaign, by: Actor) -> None:
    group_id = await queries.group_id_of(campaign.id)
    owner = await Member.filter(
        group_id=group_id, person_id=by.person_id, role=MemberRole.OWNER, ended_at=None
    ).exists()
    if by.person_id is not None and owner:
        return
    await require_role(by, Role.FUND_OFFICER)
    if await was_ever_member(by.person_id, group_id):
        raise Forbidden("You are or were a member of this group. Ask another officer.")
