"""What came of a funded project: its accepted report in words, numbers and pictures. Receipts are never shown."""

from typing import Any

from pledges.public.project_queries import Page
from projects import pictures
from projects.reports.queries import public_of


async def load(page: Page) -> Any:
    """None before a report was accepted, and while an officer holds or hides it. Its stamp is that of the delivery."""
    found = await public_of(page.id)
    if found is None:
        return None
    shown = [
        pictures.shown(
            {"key": one.picture.key, "alt": one.picture.alt, "width": one.picture.width, "height": one.picture.height}
        )
        for one in found.pictures
    ]
    rows = [
        {
            "words": line.words,
            "value": line.spent_pence or 0,
            "planned": line.planned_pence,
        }
        for line in found.lines
    ]
    return {"report": found.report, "rows": rows, "pictures": shown}
