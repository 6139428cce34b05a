"""What a group writes about a project, while nobody checks it: words and lines. Each step is saved on its own."""

from datetime import date
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, day_ends, real_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.geography import is_district
from projects import match_days, queries, rules
from projects.access import require_member
from projects.kinds import Addressed, CostKind, Permission, YesNo
from projects.models import Campaign, CostLine, InKind, OtherFunding, Project, ProjectVersion
from projects.services import addresses
from projects.services.groups import SAME_CLICK
from projects.states import EDITABLE, FINISHED
from projects.states import Campaign as Status

MOST_LINES: Final = 40
MOST_LINE_PENCE: Final = 1_000_000_00
MOST_WANTED_PENCE: Final = 100_000_000
_WORDS: Final = {
    "title",
    "summary",
    "story",
    "place",
    "district_code",
    "objective_id",
    "who",
    "permission",
    "permission_words",
    "with_children",
}


async def create_project(group_id: int, title: str, by: Actor) -> Project:
    """A project of the group with the draft of its first campaign.

    The same title in the same group a moment ago is a second click: that project comes back.
    """
    async with transaction():
        await require_member(by, group_id)
        await execute("SELECT id FROM community_group WHERE id = $1 FOR UPDATE", group_id)
        clicked = await Project.filter(group_id=group_id, title=title, created_at__gt=real_now() - SAME_CLICK).first()
        if clicked is not None:
            return clicked
        project = await Project.create(
            group_id=group_id,
            slug=await addresses.free_slug(Addressed.PROJECT, title),
            title=title,
            created_at=real_now(),
        )
        await audit.record("create project", f"project:{project.id}", by)
        await _begin_campaign(project.id, by)
    return project


async def new_campaign(project_id: int, by: Actor) -> Campaign:
    """Another try for a project whose last campaign is over. Refused for one that was funded, or has one unfinished."""
    async with transaction():
        project = await _project(project_id)
        await require_member(by, project.group_id)
        await execute("SELECT id FROM project WHERE id = $1 FOR UPDATE", project_id)  # two clicks begin one
        if await queries.unfinished_campaign(project_id):
            raise Refused("This project already has a campaign that is not over.", rule="one unfinished campaign")
        if await queries.was_funded(project_id):
            raise Refused(
                "This project met its target before. Start a new project for something different.",
                rule="never the same project twice",
            )
        return await _begin_campaign(project_id, by)


async def save_project(project_id: int, by: Actor, **words: str | int | None) -> Project:
    """Save some of the words of a project (_WORDS). Refused while an officer has it, or later."""
    unknown = set(words) - _WORDS
    if unknown:
        raise ValueError(f"not words of a project: {unknown}")
    async with transaction():
        project = await editable(project_id, by)
        await _check_choices(words)
        for name, value in words.items():
            setattr(project, name, value)
        if "title" in words and not await ProjectVersion.filter(project_id=project_id).exists():
            await addresses.move(project, project.title)
        await project.save()
        await audit.record("change project", f"project:{project_id}", by)
    return project


async def _check_choices(words: dict[str, str | int | None]) -> None:
    code = words.get("district_code")
    if code and not is_district(str(code)):
        raise Refused("Choose one of the twelve districts.", rule="district")
    if words.get("objective_id") is not None:
        offered = {one.id for one in await queries.objectives()}
        if words["objective_id"] not in offered:
            raise Refused("Choose one of the answers offered.", rule="objective")
    for name, kind in (("permission", Permission), ("with_children", YesNo)):
        if words.get(name) and words[name] not in set(kind):
            raise Refused("Choose one of the answers offered.", rule=name)


async def pass_question(project_id: int, key: str, by: Actor) -> None:
    """The group has nothing for this question (rules.MAY_PASS): it is not asked again."""
    if key not in rules.MAY_PASS:
        raise NotFound
    async with transaction():
        project = await editable(project_id, by)
        project.passed = " ".join(sorted({*project.passed.split(), key}))
        await project.save(update_fields=["passed"])


_WITHOUT_MATCH: Final = {"last_day", "match_wanted_pence"}


async def save_plan(project_id: int, by: Actor, **plan: object) -> Campaign:
    """Save last_day (a date), if_too_much (words) or match_wanted_pence on the unfinished campaign.

    The last day may also change between approval and opening, and a match no longer wanted with it: nobody has pledged
    yet. Refused for a day that is too near or over a year ahead, for one before any fund that fits could decide (unless
    no match is wanted), and once the campaign is with an officer or open.
    """
    async with transaction():
        project = await _project(project_id)
        await require_member(by, project.group_id)
        campaign = await _locked_campaign(project_id)
        days_only = set(plan) == {"last_day"} or (set(plan) == _WITHOUT_MATCH and plan["match_wanted_pence"] == 0)
        may_change = EDITABLE | ({Status.APPROVED} if days_only else frozenset())
        if campaign is None or campaign.status not in may_change:
            raise Refused(_why_not(campaign), rule="not editable")
        if "match_wanted_pence" in plan:
            campaign.match_wanted_pence = _wanted(plan["match_wanted_pence"])
        if "last_day" in plan:
            await _set_last_day(campaign, plan["last_day"])
        if "if_too_much" in plan:
            campaign.if_too_much = str(plan["if_too_much"])
        await campaign.save(update_fields=["last_day", "deadline_at", "if_too_much", "match_wanted_pence"])
        await audit.record("plan campaign", f"campaign:{campaign.id}", by)
    return campaign


async def _set_last_day(campaign: Campaign, last_day: object) -> None:
    if not isinstance(last_day, date):
        raise ValueError("last_day is a date")
    problem = rules.last_day_problem(last_day, business_today(), queries.limits())
    if problem:
        raise Refused(problem, rule="last day")
    if waits := await match_days.end_problem_of(campaign, last_day):
        raise Refused(waits, rule="decision day")
    campaign.last_day = last_day
    if campaign.status == Status.APPROVED:
        campaign.deadline_at = day_ends(last_day)


def _wanted(pence: object) -> int:
    if not isinstance(pence, int) or not 0 <= pence <= MOST_WANTED_PENCE:
        raise Refused("Choose one of the answers offered.", rule="match wanted")
    return pence


async def add_line(
    project_id: int,
    which: str,
    by: Actor,
    *,
    words: str,
    amount_pence: int,
    kind: CostKind | None = None,
    form_key: str | None = None,
) -> CostLine | OtherFunding | InKind:
    """One more line of "costs" (with its kind), "other-funding" or "in-kind".

    `form_key` is of the page it was typed on: sent a second time, the line of the first time comes back.
    """
    table = _table(which)
    async with transaction():
        await editable(project_id, by)
        clicked = await table.get_or_none(project_id=project_id, form_key=form_key) if form_key else None
        if clicked is not None:
            return clicked
        position = await table.filter(project_id=project_id).count()
        if position >= MOST_LINES:
            raise Refused(f"A list holds up to {MOST_LINES} lines: put small amounts together.", rule="lines")
        _check_amount(amount_pence)
        line = table(
            project_id=project_id, words=words, amount_pence=amount_pence, position=position, form_key=form_key or None
        )
        if isinstance(line, CostLine):
            line.kind = kind or CostKind.REVENUE
        await line.save()
        await audit.record(f"add {which}", f"project:{project_id}", by, amount_pence=amount_pence)
    return line


async def change_line(
    project_id: int, which: str, line_id: int, by: Actor, *, words: str, amount_pence: int, kind: CostKind | None = None
) -> None:
    """Other words or another amount."""
    async with transaction():
        await editable(project_id, by)
        line = await line_of(project_id, which, line_id)
        _check_amount(amount_pence)
        line.words, line.amount_pence = words, amount_pence
        if isinstance(line, CostLine) and kind is not None:
            line.kind = kind
        await line.save()
        await audit.record(f"change {which}", f"project:{project_id}", by, amount_pence=amount_pence)


async def remove_line(project_id: int, which: str, line_id: int, by: Actor) -> None:
    """Take a line out of a draft."""
    async with transaction():
        await editable(project_id, by)
        line = await line_of(project_id, which, line_id)
        await line.delete()
        await audit.record(f"remove {which}", f"project:{project_id}", by, amount_pence=line.amount_pence)


async def line_of(project_id: int, which: str, line_id: int) -> CostLine | OtherFunding | InKind:
    """A line of this project; another project's is NotFound."""
    found = await _table(which).get_or_none(id=line_id, project_id=project_id)
    if found is None:
        raise NotFound
    return found


async def attach_picture(project_id: int, picture_id: int | None, by: Actor) -> None:
    """Show this picture, or none."""
    async with transaction():
        project = await editable(project_id, by)
        project.picture_id = picture_id
        await project.save(update_fields=["picture_id"])
        await audit.record("change picture", f"project:{project_id}", by, picture_id=picture_id)


def _table(which: str) -> type[CostLine] | type[OtherFunding] | type[InKind]:
    try:
        return queries.LISTS[which]
    except KeyError:
        raise NotFound from None


def _check_amount(amount_pence: int) -> None:
    if not 0 < amount_pence <= MOST_LINE_PENCE:
        raise Refused("Enter an amount from 1p to £1,000,000.", rule="amount")


async def _begin_campaign(project_id: int, by: Actor) -> Campaign:
    campaign = await Campaign.create(project_id=project_id, status=Status.DRAFT, created_at=real_now())
    await events.begin(campaign, by)
    await audit.record("begin campaign", f"campaign:{campaign.id}", by, project_id=project_id)
    return campaign


async def _project(project_id: int) -> Project:
    found = await Project.get_or_none(id=project_id)
    if found is None:
        raise NotFound
    return found


async def _locked_campaign(project_id: int) -> Campaign | None:
    """The unfinished campaign, locked: submitting and approving wait for this save, and this save for them."""
    return await Campaign.select_for_update().filter(project_id=project_id).exclude(status__in=list(FINISHED)).first()


async def editable(project_id: int, by: Actor) -> Project:
    """The project for a member who may change it now."""
    project = await _project(project_id)
    await require_member(by, project.group_id)
    campaign = await _locked_campaign(project_id)
    if campaign is None or campaign.status not in EDITABLE:
        raise Refused(_why_not(campaign), rule="not editable")
    return await Project.get(id=project_id)


def _why_not(campaign: Campaign | None) -> str:
    if campaign is None:
        return "The last campaign of this project is over. Start a new campaign to change it."
    if campaign.status == Status.SUBMITTED:
        return "An officer is checking this campaign. Withdraw it, or wait for the answer, to change it."
    return "This project was approved as it stands. Ask us if something has to change."
