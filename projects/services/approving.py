"""What an officer decides about a campaign. Nobody checks what they wrote."""

from collections.abc import Mapping
from typing import Any

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, day_ends
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.geography import district
from crowdfund_kent.money import pounds
from crowdfund_kent.settings import get_settings
from projects import checklist, letters, queries, rules
from projects.checklist import Said
from projects.kinds import MUST_BE_CHECKED, CheckAnswer, CheckItem
from projects.models import Campaign, CampaignCheck, Project, ProjectVersion
from projects.queries.desk import Desk
from projects.services import desk
from projects.services.campaigns import missing_of
from projects.services.groups import end_helping
from projects.services.guarding import for_officer
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
        campaign = await for_officer(campaign_id, by)
        await desk.refuse_taken_by_another(campaign_id, by)
        await write_message(campaign, cause, message, by)
        await move(campaign, cause, by)
        await desk.end_open_look(campaign_id, by)
        await desk.end_takes(campaign_id, by)
        await letters.tell_owners(cause.replace(" ", "_"), campaign, message=message.strip())
    return campaign


async def approve(campaign_id: int, by: Actor, checks: Mapping[CheckItem, bool] | None = None) -> Campaign:
    """Freeze what was checked and let the group open its campaign.

    The answers are those saved at the desk, each needed item with one that still holds; `checks` gives them all at once
    instead. Four must be checked (kinds.MUST_BE_CHECKED). From settings.second_look_pence on, another officer has
    recommended it first, and their answers count. Target and value are computed here once more from the lines
    (ruling 1); the pay-out threshold is copied (ruling 7).
    """
    async with transaction():
        campaign = await for_officer(campaign_id, by)
        if campaign.status == Status.SUBMITTED:
            await desk.refuse_taken_by_another(campaign_id, by)
        found = await desk.desk(campaign, by)
        _refuse_own_recommendation(found, by)
        checked = _complete(found, checks)
        # a last day that came too near while it waited is the group's to change before it opens
        left = [step for step in await missing_of(campaign) if step.key != "last-day" or campaign.last_day is None]
        if left or campaign.last_day is None:
            listed = ", ".join(step.title.lower() for step in left)
            raise Refused(f"Something is missing: {listed}. Ask for changes.", rule="complete")
        version = await freeze(campaign.project_id)
        await move(
            campaign,
            "approved",
            by,
            amount_pence=version.target_pence,
            version_id=version.id,
            target_pence=version.target_pence,
            threshold_bp=get_settings().payout_threshold_bp,
            card_cost_borne_by=get_settings().card_cost_borne_by,
            deadline_at=day_ends(campaign.last_day),
        )
        await _keep_checks(campaign, found, checked, by)
        if found.look is not None:
            await desk.end_look(found.look, by, agreed=True)
        await desk.end_takes(campaign_id, by)
        await end_helping(await queries.group_id_of(campaign_id), by)
        await letters.tell_owners("approved", campaign, target_pence=version.target_pence)
    return campaign


def _refuse_own_recommendation(found: Desk, by: Actor) -> None:
    if found.look is None:
        if found.needs_second:
            raise Refused(
                f"A target of {pounds(get_settings().second_look_pence)} or more needs two officers. Recommend it;"
                " another officer then decides.",
                rule="second look",
            )
    elif found.look.recommended_by_id == by.person_id:
        raise Forbidden("You recommended this one. Another officer must decide.")


def _complete(found: Desk, checks: Mapping[CheckItem, bool] | None) -> dict[CheckItem, Said]:
    """An answer to every item; what no rule asks for and nobody answered is not needed. Refused where one is missing."""
    now = business_now()
    if checks is None:
        desk.refuse_problems(found)
        held = found.held
    else:
        held = {
            item: Said(CheckAnswer.CHECKED if yes else CheckAnswer.NOT_CHECKED, "", now) for item, yes in checks.items()
        }
    unanswered = checklist.unanswered([line.entry for line in found.lines], held)
    if unanswered:
        raise Refused(f"Say of each item whether it was checked: {'; '.join(unanswered)}.", rule="checklist")
    unchecked = [item for item in MUST_BE_CHECKED if held[item].answer is not CheckAnswer.CHECKED]
    if unchecked:
        raise Refused(f"Check these before approving: {'; '.join(sorted(unchecked))}.", rule="checklist")
    return {item: held.get(item, Said(CheckAnswer.NOT_NEEDED, "", now)) for item in CheckItem}


async def _keep_checks(campaign: Campaign, found: Desk, checked: Mapping[CheckItem, Said], by: Actor) -> None:
    """What was checked, when and by which role, with the papers that stood for it: for ever (trigger)."""
    checker = found.look.recommended_by_id if found.look else by.person_id
    papers = {line.entry.item: line.papers for line in found.lines}
    for item, said in checked.items():
        await CampaignCheck.create(
            campaign_id=campaign.id,
            item=item,
            checked=said.answer is CheckAnswer.CHECKED,
            answer=said.answer,
            evidence=queries.evidence_for(papers.get(item, []), item),
            by_id=checker,
            role=Role.FUND_OFFICER,
            at=said.at,
        )


async def suspend(campaign_id: int, by: Actor, message: str) -> Campaign:
    """Pause a live campaign: no new pledge, and the deadline waits, at most 28 days."""
    async with transaction():
        campaign = await for_officer(campaign_id, by)
        refuse_after_deadline(campaign)
        await write_message(campaign, "suspended", message, by)
        await move(campaign, "suspended", by, suspended_at=business_now())
        await letters.tell_owners("suspended", campaign, message=message.strip())
    return campaign


async def resume(campaign_id: int, by: Actor) -> Campaign:
    """Let a suspended campaign go on. Its last day moves by the time it was suspended, in whole days rounded up."""
    async with transaction():
        campaign = await for_officer(campaign_id, by)
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


async def freeze(project_id: int, *, looked: Mapping[str, Any] | None = None) -> ProjectVersion:
    """The project as it stands, in a row that nobody changes. Called under the lock on its unfinished campaign, or on it.

    `looked`: what an officer checked, where no campaign keeps it (looking.py).
    """
    project = await queries.project_with_group(project_id)
    lines = await queries.lines_of(project_id)
    found = lines.figures
    number = await ProjectVersion.filter(project_id=project_id).count() + 1
    return await ProjectVersion.create(
        project_id=project_id,
        number=number,
        content=content_of(project, lines) | ({"looked": dict(looked)} if looked is not None else {}),
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

    {title, summary, story, place, district_code, district, who, objective, picture: {key, alt, width, height} or null,
    group: {name, slug, legal_form, charity_number, company_number, about},
    costs: [{words, kind, amount_pence}], other_funding: [{words, amount_pence}], in_kind: [{words, amount_pence}],
    extras: [{words, amount_pence}]}
    """
    picture, group = project.picture, project.group
    return {
        "title": project.title,
        "summary": project.summary,
        "story": project.story,
        "place": project.place,
        "district_code": project.district_code,
        "district": district(project.district_code).name,
        "who": project.who,
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
        "extras": [{"words": one.words, "amount_pence": one.amount_pence} for one in lines.extras],
    }
