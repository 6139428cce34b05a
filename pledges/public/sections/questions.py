"""Questions with the group's answers, and the way to ask: on a project's page while somebody of the group can answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pledges.public.project_queries import Page
from projects.kinds import PostKind
from projects.queries.posts import PublicPost, public_posts, public_project, stamp_of

LISTED: Final = 3
# whether somebody can answer is told too
STAMP: Final = (
    f"{stamp_of('j.id', [PostKind.QUESTION])} || '|' || (SELECT count(*) || ':' || count(m.ended_at)"
    " FROM group_member m WHERE m.group_id = j.group_id)"
)


@dataclass(frozen=True, slots=True)
class Questions:
    """What the part shows. `may_ask`: somebody can answer."""

    slug: str
    group_name: str
    posts: Sequence[PublicPost]
    total: int
    may_ask: bool


async def load(page: Page) -> Questions | None:
    """Nothing where nobody asked and nobody could answer, as for records of the past."""
    project = await public_project(page.slug)
    posts, total = await public_posts(PostKind.QUESTION, page.project_id, LISTED)
    if not posts and not project.answers:
        return None
    return Questions(page.slug, project.group_name, posts, total, project.answers)
