"""Drafts that nobody goes on with, and what was refused: counted, then emptied. Their rows stay as numbers."""

from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now, london_day
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.personal.retention import YEAR, Rule
from crowdfund_kent.settings import get_settings
from projects import letters, queries
from projects.models import Campaign, Evidence, Project
from projects.states import Campaign as Status

WARNED_BEFORE: Final = timedelta(days=30)
AT_ONCE: Final = 50
FORGOTTEN: Final = "A project that was not put up"
# words and moves
_LAST: Final = "(SELECT max(a.at) FROM audit_row a WHERE a.subject IN ('project:' || p.id, 'campaign:' || c.id))"
# projects that never had another campaign than this one
_ONLY: Final = "NOT EXISTS (SELECT 1 FROM campaign o WHERE o.project_id = p.id AND o.id <> c.id)"
_DRAFTS: Final = (
    "SELECT c.id FROM campaign c JOIN project p ON p.id = c.project_id WHERE c.status IN ('draft', 'changes requested')"
    f" AND p.forgotten_at IS NULL AND {_ONLY} AND coalesce({_LAST}, c.created_at) <= $1 ORDER BY c.id"
)
_ENDED: Final = (
    "SELECT c.id FROM campaign c JOIN project p ON p.id = c.project_id WHERE c.status IN ('refused', 'withdrawn')"
    f" AND p.forgotten_at IS NULL AND c.version_id IS NULL AND {_ONLY} AND (SELECT max(e.effective_at)"
    " FROM campaign_event e WHERE e.subject_id = c.id) <= $1 ORDER BY c.id"
)


def _draft_age() -> timedelta:
    return timedelta(days=get_settings().draft_keep_days)


def _ended_age() -> timedelta:
    return YEAR * get_settings().refused_keep_years


async def drafts_due(now: datetime) -> int:
    """Drafts without a change for a year."""
    return len(await fetch(_DRAFTS, now - _draft_age()))


async def ended_due(now: datetime) -> int:
    """Refused or withdrawn two years ago, without a campaign before or after."""
    return len(await fetch(_ENDED, now - _ended_age()))


async def forget_drafts(now: datetime) -> int:
    """Withdraw, count and empty the next drafts."""
    return await _forget(_DRAFTS, now - _draft_age(), now)


async def forget_ended(now: datetime) -> int:
    """Count and empty the next that were refused or withdrawn."""
    return await _forget(_ENDED, now - _ended_age(), now)


async def _forget(sql: str, before: datetime, now: datetime) -> int:
    rows = await fetch(f"{sql} LIMIT {AT_ONCE}", before)
    gone = 0
    for row in rows:
        async with transaction():
            campaign = await queries.campaign_for_update(row["id"])
            # once more, under the lock: its group may have gone on with it, or another worker may have been here
            if not await fetch(f"SELECT 1 FROM ({sql}) due WHERE due.id = $2", before, campaign.id):
                continue
            project = await queries.project_with_group(campaign.project_id)
            await _count(project, campaign, london_day(now))
            if campaign.status in {Status.DRAFT, Status.CHANGES_REQUESTED}:
                await events.move(campaign, "withdrawn", SYSTEM)
                await audit.record("campaign withdrawn", f"campaign:{campaign.id}", SYSTEM, status=campaign.status)
            await _empty(project, campaign, now)
            gone += 1
    return gone


async def _count(project: Project, campaign: Campaign, today: date) -> None:
    steps = await queries.steps_of(project, campaign)
    await execute(
        "INSERT INTO draft_count (month, district_code, legal_form, tasks_done, last_step, let_go_on, count)"
        " VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (month, district_code, legal_form, tasks_done, last_step, let_go_on)"
        " DO UPDATE SET count = draft_count.count + 1",
        london_day(campaign.created_at).replace(day=1),
        project.district_code,
        project.group.legal_form,
        sum(step.done for step in steps),
        next((step.key for step in reversed(steps) if step.done), ""),
        today,
    )


async def _empty(project: Project, campaign: Campaign, now: datetime) -> None:
    for table in ("cost_line", "other_funding", "in_kind", "extra"):
        await execute(f"DELETE FROM {table} WHERE project_id = $1", project.id)
    await Project.filter(id=project.id).update(
        title=FORGOTTEN,
        slug=f"forgotten-{project.id}",
        summary="",
        story="",
        place="",
        who="",
        permission_words="",
        passed="",
        picture_id=None,
        forgotten_at=now,
    )
    for paper in await Evidence.filter(project_id=project.id, file_gone_at=None):
        await Evidence.filter(id=paper.id, removed_at=None).update(removed_at=now)
        await Evidence.filter(id=paper.id).update(
            words="", shown_name="", referee_name="", referee_relation="", referee_phone="", referee_email=""
        )
        await outbox.job("forget_paper", paper.id, unique_key=f"forget_paper:{paper.id}:draft")
    await execute("UPDATE campaign_message SET text = '' WHERE campaign_id = $1", campaign.id)
    await execute("UPDATE check_question SET text = '' WHERE campaign_id = $1", campaign.id)
    await audit.record("project forgotten", f"project:{project.id}", SYSTEM)


async def warn() -> int:
    """Tell owners, 30 days before, that a draft is let go unless they go on with it. Once each."""
    rows = await fetch(_DRAFTS, business_now() - _draft_age() + WARNED_BEFORE)
    for row in rows:
        async with transaction():
            campaign = await Campaign.get(id=row["id"])
            newest = await queries.newest_event_id(campaign.id)
            await letters.tell_owners("draft_ends", campaign, about=f"draft-ends-{newest}")
    return len(rows)


RULES: Final = (
    Rule(
        "abandoned drafts", "Drafts that nobody went on with", "1 year after the last change", drafts_due, forget_drafts
    ),
    Rule("refused projects", "Projects refused or taken back", "2 years after that", ended_due, forget_ended),
)
