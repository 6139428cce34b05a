"""Reads for officers about posts: what waits for them, what was reported, what is hidden."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.cases.models import Case
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.database import fetch
from projects.kinds import PostKind
from projects.models import Post, PostHiding
from projects.states import Post as Status

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that an officer has to look at, with since when and how many reports there are."""

    post: Post
    since: datetime
    reports: int = 0


async def held() -> list[Post]:
    """What waits in the time before an election, the oldest first."""
    return await Post.filter(status=Status.HELD).order_by("id").select_related("project").limit(MOST)


async def reported() -> list[Waiting]:
    """Posts with reports that nobody has answered, the oldest report first."""
    rows = await fetch(
        "SELECT subject, min(opened_at) AS since, count(*) AS reports FROM care_case"
        " WHERE kind = $1 AND subject LIKE 'post:%' AND status = ANY($2::text[])"
        " GROUP BY subject ORDER BY min(opened_at) LIMIT $3",
        str(Kind.REPORT),
        [str(one) for one in WAITS_FOR_US],
        MOST,
    )
    ids = {int(row["subject"].removeprefix("post:")): row for row in rows}
    posts = {post.id: post for post in await Post.filter(id__in=list(ids)).select_related("project")} if ids else {}
    return [Waiting(posts[one], row["since"], row["reports"]) for one, row in ids.items() if one in posts]


async def appealed() -> list[PostHiding]:
    """Appeals that nobody has decided, the oldest first."""
    waiting = PostHiding.filter(appealed_at__isnull=False, decided_at=None, over_at=None, post__status=Status.HIDDEN)
    return await waiting.order_by("appealed_at").select_related("post__project").limit(MOST)


async def newest(limit: int) -> list[Post]:
    """What was written last in public, for a look now and then."""
    public = [str(PostKind.UPDATE), str(PostKind.QUESTION), str(PostKind.SUPPORT)]
    found = Post.filter(kind__in=public, status__in=[str(Status.SHOWN), str(Status.HIDDEN)])
    return await found.order_by("-id").select_related("project").limit(limit)


async def hidings_of(post_id: int) -> list[PostHiding]:
    """Each time it was hidden, newest first."""
    return await PostHiding.filter(post_id=post_id).order_by("-id")


async def cases_of(post_id: int, person_id: int | None) -> list[Case]:
    """Reports and appeals about a post, newest first, but for those that this officer must not see."""
    found = await Case.filter(subject=f"post:{post_id}").order_by("-id")
    return [case for case in found if case.about_id is None or case.about_id != person_id]


async def waiting_count() -> int:
    """How many posts wait for an officer: held, reported, appealed."""
    return len({one.id for one in await held()} | {one.post.id for one in await reported()}) + len(await appealed())
