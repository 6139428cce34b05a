"""What an officer decides about a campaign. Nobody checks what they wrote."""

from collections.abc import Mapping
from typing import Any

from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, day_ends
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.geography import district
from crowdfund_kent.settings import get_settings
from projects import letters, queries, rules
from projects.access import was_ever_member
from projects.kinds import MUST_BE_CHECKED, CheckAnswer, CheckItem
from projects.models import Campaign, CampaignCheck, Project, ProjectVersion
from projects.services.campaigns import missing_of
from projects.services.moving import move, refuse_after_deadline, write_message
from projects.states import Campaign as Status


async def request_changes(campaign_id: int, by: Actor, message: str) -> Campaign:
    """Give a submitted campaign back to its group, with what to change."""
    return await _answer(campaign_id, by, "changes requested", message)


async def refuse(campaign_id: int, by: Actor, reason: str) -> Campaign:
    """Say no to a submitted campaign, with the reason."""
    return await _answer(campaign_id, by, "refused", reason)


async def _answer(campaign_id: int, by: Actor, cause: str, message: str) -> Campaign:
    async with transaction():
        campaign = await _for_officer(campaign_id, by)
        await write_message(campaign, cause, message, by)
        await move(campaign, cause, by)
        await letters.tell_owners(cause.replace(" ", "_"), campaign, message=message.strip())
    return campaign


async def approve(campaign_id: int, by: Actor, checks: Mapping[CheckItem, bool]) -> Campaign:
    """Freeze what was checked and let the group open its campaign.

    `checks` says of every item whether it was checked; four of them must be (kinds.MUST_BE_CHECKED). Target and
    value are computed here once more from the lines (ruling 1); the pay-out threshold is copied (ruling 7).
    """
    async with transaction():
        campaign = await _for_officer(campaign_id, by)
        _refuse_incomplete(checks)
        # a last day that came too near while it waited is the group's to change before it opens
        left = [step for step in await missing_of(campaign) if step.key != "last-day" or campaign.last_day is None]
        if left or campaign.last_day is None:
            listed = ", ".join(step.title.lower() for step in left)
            raise Refused(f"Something is missing: {listed}. Ask for changes.", rule="complete")
        version = await _freeze(campaign.project_id)
        await move(
            campaign,
            "approved",
            by,
            amount_pence=version.target_pence,
            version_id=version.id,
            target_pence=version.target_pence,
            threshold_bp=get_settings().payout_threshold_bp,
            deadline_at=day_ends(campaign.last_day),
        )
        now = business_now()
        for item in CheckItem:
            await CampaignCheck.create(
                campaign_id=campaign.id,
                item=item,
                checked=checks[item],
                answer=CheckAnswer.CHECKED if checks[item] else CheckAnswer.NOT_CHECKED,
                evidence=[],
                by_id=by.person_id,
                role=by.role,
                at=now,
            )
        await letters.tell_owners("approved", campaign, target_pence=version.target_pence)
    return campaign


async def suspend(campaign_id: int, by: Actor, message: str) -> Campaign:
    """Pause a live campaign: no new pledge, and the deadline waits, at most 28 days."""
    async with transaction():
        campaign = await _for_officer(campaign_id, by)
        refuse_after_deadline(campaign)
        await write_message(campaign, "suspended", message, by)
        await move(campaign, "suspended", by, suspended_at=business_now())
        await letters.tell_owners("suspended", campaign, message=message.strip())
    return campaign


async def resume(campaign_id: int, by: Actor) -> Campaign:
    """Let a suspended campaign go on. Its last day moves by the time it was suspended, in whole days rounded up."""
    async with transaction():
        campaign = await _for_officer(campaign_id, by)
        now = business_now()
        if campaign.status == Status.SUSPENDED and campaign.suspended_at and campaign.last_day:
            if rules.suspended_too_long(campaign.suspended_at, now):
                raise Refused("It was suspended for more than 28 days: it will be cancelled.", rule="28 days")
            last_day = rules.last_day_after(campaign.last_day, campaign.suspended_at, now)
            changes: dict[str, Any] = {"last_day": last_day, "deadline_at": day_ends(last_day), "suspended_at": None}
        else:
            changes = {}
        await move(campaign, "resumed", by, **changes)
        await letters.tell_owners("resumed", campaign)
    return campaign


def _refuse_incomplete(checks: Mapping[CheckItem, bool]) -> None:
    unanswered = [item for item in CheckItem if item not in checks]
    if unanswered:
        raise Refused(f"Say of each item whether it was checked: {'; '.join(unanswered)}.", rule="checklist")
    unchecked = [item for item in CheckItem if item in MUST_BE_CHECKED and not checks[item]]
    if unchecked:
        raise Refused(f"Check these before approving: {'; '.join(unchecked)}.", rule="checklist")


async def _for_officer(campaign_id: int, by: Actor) -> Campaign:
    """The campaign, locked, for a fund officer who never had a place in its group."""
    await require_role(by, Role.FUND_OFFICER)
    campaign = await queries.campaign_for_update(campaign_id)
    if await was_ever_member(by.person_id, await queries.group_id_of(campaign_id)):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")
    return campaign


async def _freeze(project_id: int) -> ProjectVersion:
    """The project as it stands, in a row that nobody changes. Called under the lock on its unfinished campaign."""
    project = await queries.project_with_group(project_id)
    lines = await queries.lines_of(project_id)
    found = lines.figures
    number = await ProjectVersion.filter(project_id=project_id).count() + 1
    return await ProjectVersion.create(
        project_id=project_id,
        number=number,
        content=content_of(project, lines),
        cost_pence=found.cost_pence,
        revenue_pence=found.revenue_pence,
        other_funding_pence=found.other_funding_pence,
        in_kind_pence=found.in_kind_pence,
        project_value_pence=found.project_value_pence,
        target_pence=found.target_pence,
        frozen_at=business_now(),
    )


def content_of(project: Project, lines: queries.Lines) -> dict[str, Any]:
    """Every public word and line, as JSON. Names of private people are not in it.

    {title, summary, story, place, district_code, district, objective, picture: {key, alt, width, height} or null,
    group: {name, slug, legal_form, charity_number, company_number, about},
    costs: [{words, kind, amount_pence}], other_funding: [{words, amount_pence}], in_kind: [{words, amount_pence}]}
    """
    picture, group = project.picture, project.group
    return {
        "title": project.title,
        "summary": project.summary,
        "story": project.story,
        "place": project.place,
        "district_code": project.district_code,
        "district": district(project.district_code).name,
        "objective": project.objective.name if project.objective else "",
        "picture": {"key": picture.key, "alt": picture.alt, "width": picture.width, "height": picture.height}
        if picture
        else None,
        "group": {
            "name": group.name,
            "slug": group.slug,
            "legal_form": group.legal_form,
            "charity_number": group.charity_number,
            "company_number": group.company_number,
            "about": group.about,
        },
        "costs": [{"words": one.words, "kind": one.kind, "amount_pence": one.amount_pence} for one in lines.costs],
        "other_funding": [{"words": one.words, "amount_pence": one.amount_pence} for one in lines.other_funding],
        "in_kind": [{"words": one.words, "amount_pence": one.amount_pence} for one in lines.in_kind],
    }
