"""A link to what helps to tell others: nothing of anybody else's is on the page."""

from typing import Any

from pledges.public.project_queries import Page
from pledges.public.sharing import ways
from projects.states import Campaign as Status

SPREAD = frozenset({Status.LIVE, Status.SUSPENDED, Status.CLOSING})


async def load(found: Page) -> dict[str, Any] | None:
    """While the campaign runs."""
    if found.status not in SPREAD:
        return None
    return {"slug": found.slug, "ways": ways(found.slug, str(found.content["title"]))}
