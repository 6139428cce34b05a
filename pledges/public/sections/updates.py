"""Updates on a project's page: the newest in full, the ones before by title."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pledges.public.project_queries import Page
from projects.kinds import PostKind
from projects.queries.posts import PublicPost, public_posts, stamp_of

LISTED: Final = 4
STAMP: Final = stamp_of("j.id", [PostKind.UPDATE])


@dataclass(frozen=True, slots=True)
class Updates:
    """What the part shows. `total` counts those on the page of updates."""

    slug: str
    newest: PublicPost
    before: Sequence[PublicPost]
    total: int


async def load(page: Page) -> Updates | None:
    """Nothing before the first."""
    posts, total = await public_posts(PostKind.UPDATE, page.project_id, LISTED)
    return Updates(page.slug, posts[0], posts[1:], total) if posts else None
