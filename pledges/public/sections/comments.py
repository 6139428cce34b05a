"""Messages of support by backers on a project's page, never beside an amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pledges.public.project_queries import Page
from projects.kinds import PostKind
from projects.queries.posts import PublicPost, public_posts, stamp_of

LISTED: Final = 4
STAMP: Final = stamp_of("j.id", [PostKind.SUPPORT])


@dataclass(frozen=True, slots=True)
class Messages:
    """What the part shows."""

    slug: str
    posts: Sequence[PublicPost]
    total: int


async def load(page: Page) -> Messages | None:
    """Nothing before the first."""
    posts, total = await public_posts(PostKind.SUPPORT, page.project_id, LISTED)
    return Messages(page.slug, posts, total) if posts else None
