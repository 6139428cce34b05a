"""Material changes of a running campaign (ruling 15): a group asks, an officer agrees or refuses, backers are told.

take_effect() is called by pledges.changing.agree(), which also asks each backer: nobody else may call it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, day_ends
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.settings import get_settings
from projects import change_rules, letters, queries
from projects.access import require_member, was_ever_member
from projects.kinds import ChangeKind, CostKind, MemberRole
from projects.models import Campaign, CampaignChange, CostLine, OtherFunding, Project, ProjectVersion
from projects.services.campaigns import refuse_officer_of
from projects.services.moving import refuse_after_deadline
from projects.states import Campaign as CampaignStatus
from projects.states import Change as Status

OPEN: Final = (Status.DRAFT, Status.ASKED)
LISTS: Final = ("costs", "other_funding")
# the last day moves only while pledges come in; a plan may also be mended while the campaign is paused
CHANGEABLE: Final = {
    ChangeKind.LAST_DAY: frozenset({CampaignStatus.LIVE}),
    ChangeKind.PLAN: frozenset({CampaignStatus.LIVE, CampaignStatus.SUSPENDED}),
}


async def begin_change(campaign_id: int, kind: ChangeKind, by: Actor) -> CampaignChange:
    """A change to write, by an owner; the one of this kind that is being written already, if there is one.

    Refused while another change is open, when the last day was moved before, and once the deadline has passed.
    """
    async with transaction():
        campaign = await _running(campaign_id, kind)
        await _as_owner(campaign, by)
        begun = await CampaignChange.filter(campaign_id=campaign_id, status__in=OPEN).first()
        if begun is not None and (begun.kind, begun.status) == (kind, Status.DRAFT):
            return begun
        if begun is not None:
            raise Refused("One change at a time: send or take back the one that you began before.", rule="one change")
        if kind is ChangeKind.LAST_DAY:
            await _refuse_second_extension(campaign_id)
        version = await queries.current_version(campaign)
        change = await CampaignChange.create(
            status=Status.DRAFT,
            campaign_id=campaign_id,
            kind=kind,
            old_last_day=campaign.last_day if kind is ChangeKind.LAST_DAY else None,
            old_version_id=version.id if kind is ChangeKind.PLAN else None,
            content=dict(version.content) if kind is ChangeKind.PLAN else None,
            begun_by_id=by.person_id,
            begun_at=business_now(),
        )
        await events.begin(change, by, cause="begun")
        await audit.record("change begun", f"campaign_change:{change.id}", by, campaign_id=campaign_id)
    return change


async def write_change(
    change_id: int,
    by: Actor,
    *,
    reason: str | None = None,
    new_last_day: date | None = None,
    words: Mapping[str, str] | None = None,
) -> CampaignChange:
    """Keep what was written: why, the day that is asked for, or the summary and story of the plan. Drafts only."""
    async with transaction():
        change, campaign = await _draft(change_id, by)
        if reason is not None:
            change.reason = reason.strip()
        if new_last_day is not None:
            _refuse_day(campaign, new_last_day)
            change.new_last_day = new_last_day
        if words is not None:
            change.content = {**change.content, **{key: words[key].strip() for key, _ in change_rules.WORDS}}
        await change.save()
        await audit.record("change written", f"campaign_change:{change.id}", by)
    return change


async def put_line(
    change_id: int,
    which: str,
    number: int | None,
    by: Actor,
    *,
    words: str,
    amount_pence: int,
    kind: CostKind | None = None,
    was: str | None = None,
) -> None:
    """A line of the plan's "costs" or "other_funding": the one at `number` (from 0) is replaced, without one it is new.

    `was`: the words of the line that the page showed; Refused where another one is there by now.
    """
    line: dict[str, Any] = {"words": words, "amount_pence": amount_pence}
    if which == "costs":
        line["kind"] = str(kind or CostKind.REVENUE)
    async with transaction():
        change, _ = await _draft(change_id, by)
        lines = _lines(change, which)
        if number is None:
            if len(lines) >= change_rules.MOST_LINES:
                raise Refused("A list holds up to 40 lines: put small amounts together.", rule="lines")
            lines.append(line)
        else:
            _refuse_moved(lines, number, was)
            lines[number] = line
        change.content = {**change.content, which: lines}
        await change.save(update_fields=["content"])
        await audit.record("change written", f"campaign_change:{change.id}", by, amount_pence=amount_pence)


async def drop_line(change_id: int, which: str, number: int, by: Actor, *, was: str) -> None:
    """Take a line out of the plan."""
    async with transaction():
        change, _ = await _draft(change_id, by)
        lines = _lines(change, which)
        _refuse_moved(lines, number, was)
        del lines[number]
        change.content = {**change.content, which: lines}
        await change.save(update_fields=["content"])
        await audit.record("change written", f"campaign_change:{change.id}", by)


def _lines(change: CampaignChange, which: str) -> list[dict[str, Any]]:
    if which not in LISTS or change.content is None:
        raise NotFound
    return list(change.content.get(which, ()))


def _refuse_moved(lines: list[dict[str, Any]], number: int, was: str | None) -> None:
    if not 0 <= number < len(lines) or lines[number]["words"] != was:
        raise Refused("The list has changed meanwhile. Go back to it and choose the line again.", rule="line")


async def ask_change(change_id: int, by: Actor) -> CampaignChange:
    """Send it to an officer. Refused while the reason or what changes is missing, or breaks a rule."""
    async with transaction():
        change, campaign = await _draft(change_id, by)
        problem = await change_problem(change, campaign)
        if problem:
            raise Refused(problem, rule="complete")
        await events.move(change, "asked", by, asked_by_id=by.person_id, asked_at=business_now())
        await audit.record("change asked", f"campaign_change:{change.id}", by, campaign_id=campaign.id)
    return change


async def change_problem(change: CampaignChange, campaign: Campaign) -> str | None:
    """What keeps a change from being sent or agreed to, as a sentence; None for nothing."""
    if change.kind == ChangeKind.LAST_DAY:
        if change.new_last_day is None:
            return "Enter the new last day."
        if campaign.last_day is None or change.old_last_day != campaign.last_day:
            return "The last day has moved since this was begun. Take it back and begin again."
        problem = change_rules.later_day_problem(
            change.new_last_day, campaign.last_day, get_settings().extension_longest_days
        )
        problem = f"{problem}." if problem else None
    else:
        if change.old_version_id != campaign.version_id:
            return "The plan has changed since this was begun. Take it back and begin again."
        version = await queries.current_version(campaign)
        problem = change_rules.plan_problem(version.content, change.content, queries.limits())
    return problem or (None if change.reason.strip() else "Enter why this changes.")


async def withdraw_change(change_id: int, by: Actor) -> CampaignChange:
    """An owner takes a change back, written or sent. Nothing has happened then."""
    async with transaction():
        change, campaign = await _locked(change_id)
        await _as_owner(campaign, by)
        await events.move(change, "withdrawn", by)
        await audit.record("change withdrawn", f"campaign_change:{change.id}", by)
    return change


async def refuse_change(change_id: int, by: Actor, answer: str) -> CampaignChange:
    """An officer, who is not of the group, says no, with the reason for its owners."""
    if not answer.strip():
        raise Refused("Enter a message that says why.", rule="message")
    async with transaction():
        change, campaign = await _for_officer(change_id, by)
        await events.move(
            change, "refused", by, answered_by_id=by.person_id, answered_at=business_now(), answer=answer.strip()
        )
        await audit.record("change refused", f"campaign_change:{change.id}", by, campaign_id=campaign.id)
        await letters.tell_owners("change_refused", campaign, change=change, about=f"change-{change.id}")
    return change


async def take_effect(change_id: int, by: Actor) -> CampaignChange:
    """An officer, who is not of the group, agrees: the later day or the new frozen version counts from now on.

    Call inside the transaction that also asks backers: see pledges.changing.agree().
    """
    change, campaign = await _for_officer(change_id, by)
    problem = await change_problem(change, campaign)
    if problem:
        raise Refused(problem, rule="complete")
    kept: dict[str, Any] = {"answered_by_id": by.person_id, "answered_at": business_now()}
    if change.kind == ChangeKind.LAST_DAY:
        await _refuse_second_extension(campaign.id)
        assert change.new_last_day is not None
        kept["old_deadline_at"] = campaign.deadline_at
        campaign.last_day, campaign.deadline_at = change.new_last_day, day_ends(change.new_last_day)
        await campaign.save(update_fields=["last_day", "deadline_at"])
        await events.note(campaign, "last day moved", by)
        await audit.record("campaign last day moved", f"campaign:{campaign.id}", by, change_id=change.id)
    else:
        version = await _freeze_plan(campaign, change)
        kept["new_version_id"] = version.id
        campaign.version_id, campaign.target_pence = version.id, version.target_pence
        await campaign.save(update_fields=["version_id", "target_pence"])
        await events.note(campaign, "plan changed", by, amount_pence=version.target_pence)
        await audit.record(
            "campaign plan changed",
            f"campaign:{campaign.id}",
            by,
            change_id=change.id,
            version_id=version.id,
            target_pence=version.target_pence,
        )
    await events.move(change, "agreed", by, **kept)
    await audit.record("change agreed", f"campaign_change:{change.id}", by, campaign_id=campaign.id)
    await letters.tell_owners("change_agreed", campaign, change=change, about=f"change-{change.id}")
    return change


async def _freeze_plan(campaign: Campaign, change: CampaignChange) -> ProjectVersion:
    """The next version of the project; its working text follows, so that a later campaign begins with it."""
    before = await queries.current_version(campaign)
    content, found = dict(change.content), change_rules.figures_of(change.content)
    number = await ProjectVersion.filter(project_id=campaign.project_id).count() + 1
    version = await ProjectVersion.create(
        project_id=campaign.project_id,
        number=number,
        # group, place and picture may have been mended meanwhile by a version of its own: only the plan is the change's
        content={**before.content, **{key: content[key] for key in ("summary", "story", *LISTS)}},
        cost_pence=found.cost_pence,
        revenue_pence=found.revenue_pence,
        other_funding_pence=found.other_funding_pence,
        in_kind_pence=found.in_kind_pence,
        project_value_pence=found.project_value_pence,
        target_pence=found.target_pence,
        frozen_at=business_now(),
    )
    await Project.filter(id=campaign.project_id).update(summary=content["summary"], story=content["story"])
    await CostLine.filter(project_id=campaign.project_id).delete()
    await OtherFunding.filter(project_id=campaign.project_id).delete()
    for place, line in enumerate(content["costs"]):
        await CostLine.create(project_id=campaign.project_id, position=place, **line)
    for place, line in enumerate(content["other_funding"]):
        await OtherFunding.create(project_id=campaign.project_id, position=place, **line)
    return version


async def _refuse_second_extension(campaign_id: int) -> None:
    if await CampaignChange.filter(campaign_id=campaign_id, kind=ChangeKind.LAST_DAY, status=Status.AGREED).exists():
        raise Refused("The last day was moved once already. A campaign can be made longer once.", rule="once")


def _refuse_day(campaign: Campaign, wanted: date) -> None:
    assert campaign.last_day is not None
    problem = change_rules.later_day_problem(wanted, campaign.last_day, get_settings().extension_longest_days)
    if problem:
        raise Refused(problem, rule="last day")


async def _running(campaign_id: int, kind: ChangeKind) -> Campaign:
    """The campaign, locked, while a change of this kind can be made."""
    campaign = await queries.campaign_for_update(campaign_id)
    if campaign.status not in CHANGEABLE[kind]:
        if campaign.status == CampaignStatus.SUSPENDED:
            raise Refused("Your campaign is paused: its last day moves with the pause.", rule="running")
        raise Refused("Only a campaign that is open can be changed.", rule="running")
    refuse_after_deadline(campaign)
    return campaign


async def _locked(change_id: int) -> tuple[CampaignChange, Campaign]:
    """Locks come in this order: campaign, change."""
    found = await CampaignChange.get_or_none(id=change_id)
    if found is None:
        raise NotFound
    campaign = await queries.campaign_for_update(found.campaign_id)
    return await CampaignChange.filter(id=change_id).select_for_update().get(), campaign


async def _as_owner(campaign: Campaign, by: Actor) -> None:
    await require_member(by, await queries.group_id_of(campaign.id), MemberRole.OWNER)
    await refuse_officer_of(campaign.id, by)


async def _draft(change_id: int, by: Actor) -> tuple[CampaignChange, Campaign]:
    change, campaign = await _locked(change_id)
    await _as_owner(campaign, by)
    await _running(campaign.id, ChangeKind(change.kind))
    if change.status != Status.DRAFT:
        raise Refused("This was sent already. Take it back to change it.", rule="draft")
    return change, campaign


async def _for_officer(change_id: int, by: Actor) -> tuple[CampaignChange, Campaign]:
    await require_role(by, Role.FUND_OFFICER)
    change, campaign = await _locked(change_id)
    await _running(campaign.id, ChangeKind(change.kind))
    if await was_ever_member(by.person_id, await queries.group_id_of(campaign.id)):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")
    refuse_same_person(by, change.begun_by_id, change.asked_by_id, what="ask for a change and agree to it")
    if change.status != Status.ASKED:
        raise InvalidMove(change.status, "answered")
    return change, campaign
