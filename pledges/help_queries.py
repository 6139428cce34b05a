"""Reads about help that is no money: what is asked for, what was promised, and what waits for an answer."""

from dataclasses import dataclass
from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from pledges.models import HelpOffer
from pledges.states import PROMISED_HELP
from pledges.states import Help as Status
from projects.kinds import HelpKind
from projects.models import HelpWanted


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One kind of help. `promised`: what the group accepted, given or still to come; `waiting`: offers to answer."""

    id: int
    kind: str
    words: str
    how_many: int
    is_open: bool
    promised: int
    waiting: int

    @property
    def counts(self) -> str:
        """12 hours promised of 40 · 3 promised of 5"""
        unit = "" if self.kind != HelpKind.HOURS else " hour" if self.promised == 1 else " hours"
        return f"{self.promised:,}{unit} promised of {self.how_many:,}"

    @property
    def is_wanted(self) -> bool:
        """Asked for, and not promised in full yet."""
        return self.is_open and self.promised < self.how_many


_LINES: Final = """
SELECT w.id, w.kind, w.words, w.how_many, w.closed_at IS NULL AS is_open,
       coalesce(sum(o.how_many) FILTER (WHERE o.status IN ('accepted', 'given')), 0)::bigint AS promised,
       count(o.id) FILTER (WHERE o.status = 'offered') AS waiting
FROM help_wanted w LEFT JOIN help_offer o ON o.wanted_id = w.id
"""


async def lines_of(project_id: int) -> list[HelpLine]:
    """What a project asks for, what is closed last."""
    rows = await fetch(
        _LINES + "WHERE w.project_id = $1 GROUP BY w.id ORDER BY w.closed_at IS NOT NULL, w.id", project_id
    )
    return [HelpLine(**row) for row in rows]


async def line_of_project(slug: str, wanted_id: int) -> tuple[HelpLine, dict[str, Any]]:
    """One line of the project with this address, and the project's id, slug, title and group's name; NotFound."""
    rows = await fetch(
        "SELECT p.id, p.slug, p.title, g.name AS group_name FROM help_wanted w JOIN project p ON p.id = w.project_id"
        " JOIN community_group g ON g.id = p.group_id WHERE w.id = $1 AND p.slug = $2 AND p.taken_down_at IS NULL",
        wanted_id,
        slug,
    )
    if not rows:
        raise NotFound
    line = await fetch(_LINES + "WHERE w.id = $1 GROUP BY w.id", wanted_id)
    return HelpLine(**line[0]), rows[0]


async def of_group(project_id: int, wanted_id: int) -> HelpWanted:
    """One line of the group's own project; NotFound."""
    found = await HelpWanted.get_or_none(id=wanted_id, project_id=project_id)
    if found is None:
        raise NotFound
    return found


async def offers_of(project_id: int) -> dict[int, list[HelpOffer]]:
    """Confirmed offers by line, those that wait for an answer first. Declined and withdrawn ones are left out."""
    shown = [Status.OFFERED, *PROMISED_HELP]
    found: dict[int, list[HelpOffer]] = {}
    for one in await HelpOffer.filter(wanted__project_id=project_id, status__in=shown).order_by("id"):
        found.setdefault(one.wanted_id, []).append(one)
    for offers in found.values():
        offers.sort(key=lambda one: (one.status != Status.OFFERED, one.id))
    return found


async def offer_of_group(project_id: int, offer_id: int) -> HelpOffer:
    """A confirmed offer to the group's own project; NotFound."""
    found = await HelpOffer.get_or_none(id=offer_id, wanted__project_id=project_id).select_related("wanted")
    if found is None or found.confirmed_at is None:
        raise NotFound
    return found


async def waiting_count(project_id: int) -> int:
    """Offers that the group has not answered."""
    return await HelpOffer.filter(wanted__project_id=project_id, status=Status.OFFERED).count()
