"""Messages of support: a backer writes one from the private page of a pledge. Shown without any amount."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.audit import Actor
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.mail import bounces
from pledges.models import Pledge, SupportMessage
from pledges.states import Pledge as PledgeStatus
from projects import written
from projects.kinds import PostKind
from projects.models import Campaign, Post
from projects.queries.posts import public_campaign_of
from projects.services import posts
from projects.states import Post as Status

# who never came as far as a pledge, or went back on it, is no backer
_NOT: Final = (PledgeStatus.PENDING, PledgeStatus.EXPIRED, PledgeStatus.CANCELLED)


async def support_of(pledge_id: int) -> Post | None:
    """The message of this pledge, unless it was taken back."""
    found = (
        await SupportMessage.filter(pledge_id=pledge_id)
        .exclude(post__status=Status.TAKEN_BACK)
        .order_by("-id")
        .select_related("post")
        .first()
    )
    return found.post if found else None


async def may_write(pledge: Pledge) -> bool:
    """Whether the page of this pledge offers it: a backer of a public campaign who has not written yet."""
    if pledge.status in _NOT or await support_of(pledge.id) is not None:
        return False
    campaign = await Campaign.get(id=pledge.campaign_id)
    return await public_campaign_of(campaign.project_id) is not None


async def write_support(pledge_id: int, by: Actor, *, text: str, name: str, name_shown: bool) -> Post:
    """Show the message on the project's page; in the time before an election an officer looks at it first.

    One a pledge: a second click finds the first. Refused for who is no backer (any more).
    """
    async with transaction():
        await execute("SELECT id FROM pledge WHERE id = $1 FOR UPDATE", pledge_id)
        pledge = await Pledge.get_or_none(id=pledge_id).select_related("campaign")
        if pledge is None:
            raise NotFound
        known = await support_of(pledge_id)
        if known is not None:
            return known
        if not await may_write(pledge):
            raise Refused("Only backers of a project can write a message of support.", rule="backer")
        post = await posts.write(
            PostKind.SUPPORT,
            pledge.campaign.project_id,
            pledge.campaign_id,
            by,
            text=text,
            name=name,
            email=pledge.email,
            name_shown=name_shown,
        )
        await SupportMessage.create(pledge_id=pledge.id, post_id=post.id)
    return post


@dataclass(frozen=True, slots=True)
class OnPrivatePage:
    """What the private page says about messages and mail. `address`: so much of it that its owner knows which it is."""

    message_path: str
    may_write: bool
    address: str
    bounced_on: datetime | None


async def on_private_page(pledge: Pledge) -> OnPrivatePage:
    """For the page of this pledge."""
    post = await support_of(pledge.id)
    gone = await bounces.came_back([pledge.email]) if pledge.email else {}
    local, _, domain = (pledge.email or "").partition("@")
    return OnPrivatePage(
        message_path=written.private_path(post.reference) if post else "",
        may_write=post is None and await may_write(pledge),
        address=f"{local[:1]}…@{domain}" if domain else "",
        bounced_on=next(iter(gone.values()), None),
    )
