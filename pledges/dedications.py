"""Dedications under the eye of an officer: hidden with a reason that the backer is told, and shown again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from pledges import letters, pledging
from pledges.models import Pledge

MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class Written:
    """One dedication as officers see it: no amount here either."""

    id: int
    dedication: str
    title: str
    slug: str
    written_at: datetime
    hidden_at: datetime | None
    why: str


async def written() -> list[Written]:
    """The newest dedications, hidden ones too; those of pledges that no card was saved for are seen by nobody."""
    rows = await fetch(
        "SELECT p.id, p.dedication, coalesce(v.content->>'title', j.title) AS title, j.slug,"
        " coalesce(p.activated_at, p.created_at) AS written_at, p.dedication_hidden_at AS hidden_at,"
        " p.dedication_hidden_why AS why FROM pledge p JOIN campaign c ON c.id = p.campaign_id"
        " JOIN project j ON j.id = c.project_id LEFT JOIN project_version v ON v.id = c.version_id"
        f" WHERE p.dedication <> '' AND p.status NOT IN ('pending', 'expired') ORDER BY p.id DESC LIMIT {MOST_LISTED}"
    )
    return [Written(**row) for row in rows]


async def hide(pledge_id: int, by: Actor, why: str) -> None:
    """Take a dedication off the public page; the backer is told why. Twice is no error. Refused without a reason."""
    await require_role(by, Role.FUND_OFFICER)
    if not why.strip():
        raise Refused("Enter why it is hidden: the backer is told.")
    async with transaction():
        pledge = await _with_dedication(pledge_id)
        if pledge.dedication_hidden_at is not None:
            return
        pledge.dedication_hidden_at = business_now()
        pledge.dedication_hidden_by_id = by.person_id
        pledge.dedication_hidden_why = why.strip()
        await pledge.save(update_fields=["dedication_hidden_at", "dedication_hidden_by_id", "dedication_hidden_why"])
        await audit.record("dedication hidden", f"pledge:{pledge.id}", by)
        key = f"dedication-hidden-{pledge.id}-{pledge.dedication_hidden_at.isoformat()}"
        await letters.send("dedication_hidden", pledge, key, why=why.strip())


async def show_again(pledge_id: int, by: Actor) -> None:
    """Put it back on the public page. Twice is no error."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        pledge = await _with_dedication(pledge_id)
        if pledge.dedication_hidden_at is None:
            return
        await Pledge.filter(id=pledge.id).update(
            dedication_hidden_at=None, dedication_hidden_by_id=None, dedication_hidden_why=""
        )
        await audit.record("dedication shown again", f"pledge:{pledge.id}", by)


async def one(pledge_id: int) -> Pledge:
    """The pledge of a dedication; NotFound where nobody wrote one."""
    found = await Pledge.get_or_none(id=pledge_id)
    if found is None or not found.dedication:
        raise NotFound
    return found


async def _with_dedication(pledge_id: int) -> Pledge:
    await one(pledge_id)
    return await pledging.lock(pledge_id)
