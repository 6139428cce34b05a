"""Updates and thanks to backers: one row in the outbox each, made some hundred at a time.

The job asks for itself again with where it is, in the transaction that wrote the rows: a job that runs twice or is cut
off writes to nobody twice (the key of each row), and misses nobody.
"""

from dataclasses import dataclass
from typing import Any, Final

from crowdfund_kent import mail, outbox
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.invariants import listed
from crowdfund_kent.mail import Topic, choices
from crowdfund_kent.settings import get_settings
from pledges.states import Pledge as PledgeStatus
from projects.kinds import PostKind
from projects.models import Campaign, Post
from projects.post_rules import MAILED
from projects.queries.posts import newest_event_id
from projects.services.posts import MAIL_JOB
from projects.states import Campaign as CampaignStatus
from projects.states import Post as Status

AT_ONCE: Final = 200
TOPICS: Final = {PostKind.UPDATE: Topic.UPDATES, PostKind.THANKS: Topic.THANKS}
# whoever never came as far as a pledge, or went back on it, hears no more
_NOT: Final = [str(one) for one in (PledgeStatus.PENDING, PledgeStatus.EXPIRED, PledgeStatus.CANCELLED)]
# nothing was, or will be, taken
_LET_GO: Final = {PledgeStatus.RELEASED, PledgeStatus.DROPPED, PledgeStatus.CHARGED_BACK}
# one for each person, at the address given last
_BACKERS: Final = (
    "SELECT DISTINCT ON (email_key) email_key, email, (sum(pence) OVER (PARTITION BY email_key))::bigint AS pence FROM ("
    f"SELECT id, email_key, email, CASE WHEN status IN ({listed(_LET_GO)}) THEN 0 ELSE amount_pence - refunded_pence END"
    " AS pence FROM pledge WHERE campaign_id = $1 AND email IS NOT NULL AND NOT generated AND NOT status = ANY($2::text[])"
    # who gave by hand; their own row has a number below nothing, so that the newest card pledge names the address
    " UNION ALL SELECT -id, email_key, email, amount_pence FROM offline_gift WHERE campaign_id = $1 AND email IS NOT NULL"
    " AND status <> 'returned') gave WHERE true"
)


@dataclass(frozen=True, slots=True)
class Backer:
    """Whom to write to, and what they pledged to this campaign and was not let go, in all."""

    email_key: str
    email: str
    pence: int


async def backers_after(campaign_id: int, after: str, limit: int | None = AT_ONCE) -> list[Backer]:
    """The next backers in the order of their keys."""
    rows = await fetch(
        f"{_BACKERS} AND email_key > $3 ORDER BY email_key, id DESC LIMIT $4", campaign_id, _NOT, after, limit
    )
    return [Backer(**row) for row in rows]


async def how_many(campaign_id: int, topic: Topic) -> int:
    """How many backers of the campaign would get an e-mail of this topic now."""
    found = await backers_after(campaign_id, "", None)
    return len(await choices.who_wants([one.email for one in found], topic))


async def mail_post(post_id: int, after: str) -> None:
    """The job: the next rows, and the job again where there are more. Nothing for a post that is not shown (any more)."""
    async with transaction():
        post = await Post.select_for_update().get(id=post_id)
        if post.status != Status.SHOWN or post.kind not in MAILED or post.mailed_at is not None:
            return
        found = await backers_after(post.campaign_id, after)
        kind = PostKind(post.kind)
        given = await _given(post)
        for one in found:
            written = mail.write(f"posts/{kind}.txt", **given, yours_pence=one.pence)
            await outbox.email(
                f"posts/{kind}",
                to=one.email,
                subject=written.subject,
                text=written.text,
                topic=TOPICS[kind],
                unique_key=f"post:{post.id}:{one.email_key[:32]}",
            )
        if len(found) < AT_ONCE:
            await Post.filter(id=post.id).update(mailed_at=business_now())
        else:
            last, now = found[-1].email_key, await newest_event_id(post.id)
            await outbox.job(MAIL_JOB, post.id, last, unique_key=f"{MAIL_JOB}:{post.id}:{now}:{last[:32]}")


async def _given(post: Post) -> dict[str, Any]:
    campaign = await Campaign.get(id=post.campaign_id).select_related("project__group", "version")
    project = campaign.project
    public_page = f"{get_settings().site_url.rstrip('/')}/projects/{project.slug}"
    return {
        "post": post,
        "title": campaign.version.content["title"] if campaign.version else project.title,
        "group_name": project.group.name,
        "public_page": public_page,
        "is_funded": campaign.status == CampaignStatus.SETTLED,
        "update_page": f"{public_page}/updates#{post.reference}",
    }
