"""What every write of a post shares: showing or holding it, its record, and the job that writes to backers."""

from datetime import timedelta
from typing import Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound, Refused
from projects.access import require_member
from projects.models import Post, Project
from projects.post_rules import MAIL_AFTER, MAILED
from projects.queries import posts as queries
from projects.states import Post as Status

# pledges know who the backers are: their task of this name writes to them
MAIL_JOB: Final = "mail_post"
# what becomes visible, by where it was
_SHOWN_BY: Final = {Status.WRITTEN: "posted", Status.WAITING: "answered in public", Status.HELD: "let through"}


async def locked_by_group(post_id: int, by: Actor) -> Post:
    """The post, locked, for somebody who writes for its group; NotFound for everybody else."""
    post = await queries.post_for_update(post_id)
    project = await Project.get(id=post.project_id)
    await require_member(by, project.group_id, *queries.WRITERS)
    return post


async def project_for_writing(project_id: int, by: Actor) -> Project:
    """The project, locked, so that two clicks are one after the other, for somebody who writes for its group."""
    project = await Project.select_for_update().get_or_none(id=project_id)
    if project is None:
        raise NotFound
    await require_member(by, project.group_id, *queries.WRITERS)
    return project


async def public_campaign(project_id: int) -> int:
    """The campaign that everybody can see; Refused before there is one."""
    campaign_id = await queries.public_campaign_of(project_id)
    if campaign_id is None:
        raise Refused("You can write to everybody once your campaign is open.", rule="public")
    return campaign_id


def needed(text: str, message: str) -> str:
    """The text without space around it; Refused where nothing is left."""
    if not text.strip():
        raise Refused(message, rule="words")
    return text.strip()


async def show_or_hold(post: Post, by: Actor) -> None:
    """Show a post that was just written or answered; in the time before an election hold it for an officer."""
    if await queries.quiet_now() is not None:
        await events.move(post, "held for review", by)
        await record(post, "held for review", by)
    else:
        await show(post, by, delay=MAIL_AFTER)


async def show(post: Post, by: Actor, *, cause: str = "", delay: timedelta = timedelta()) -> None:
    """Show it, and let those know by e-mail who want to know of its kind, once for each post."""
    now = business_now()
    why = cause or _SHOWN_BY[Status(post.status)]
    mails = post.kind in MAILED and post.mailed_at is None
    await events.move(
        post, why, by, shown_at=post.shown_at or now, mail_from_at=now + delay if mails else post.mail_from_at
    )
    await record(post, why, by)
    if mails:
        event_id = await queries.newest_event_id(post.id)
        await outbox.job(MAIL_JOB, post.id, "", unique_key=f"{MAIL_JOB}:{post.id}:{event_id}", delay=delay)


async def record(post: Post, cause: str, by: Actor) -> None:
    """What members and officers do is on record; what visitors ask is not a decision."""
    if by.person_id is not None:
        await audit.record(f"post {cause}", f"post:{post.id}", by, kind=post.kind)
