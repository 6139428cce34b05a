"""Help wanted: hours and things that the group needs, and how much is promised. Counts only, never who."""

from dataclasses import dataclass
from typing import Final

from pledges.help_offers import TAKES_HELP
from pledges.help_queries import HelpLine, lines_of
from pledges.public.project_queries import Page

# words and numbers change without a move, promises with one
STAMP: Final = (
    "SELECT concat((SELECT md5(string_agg(concat(w.words, '|', w.how_many, w.closed_at IS NULL), '|' ORDER BY w.id))"
    " FROM help_wanted w WHERE w.project_id = j.id), (SELECT count(*) FROM help_offer_event e"
    " JOIN help_offer o ON o.id = e.subject_id JOIN help_wanted w ON w.id = o.wanted_id WHERE w.project_id = j.id))"
)


@dataclass(frozen=True, slots=True)
class HelpPart:
    """What is shown. `open`: help may be offered now; `path`: the lines' addresses begin with it."""

    lines: list[HelpLine]
    open: bool
    path: str


async def load(found: Page) -> HelpPart | None:
    """What is asked for, and what was promised of what is asked for no more; None where there is neither."""
    lines = [line for line in await lines_of(found.project_id) if line.is_open or line.promised]
    if not lines:
        return None
    return HelpPart(lines, found.status in TAKES_HELP, f"/projects/{found.slug}/help")
