"""What more money than the target pays for, as the group declared it before the campaign opened."""

from typing import Any

from pledges.public.project_queries import Page
from projects.change_rules import extras_reached


async def load(found: Page) -> list[dict[str, Any]] | None:
    """Each with whether so much more is raised; None where nothing was declared."""
    return extras_reached(found.content.get("extras") or [], found.totals.raised_pence, found.target_pence) or None
