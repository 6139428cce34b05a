"""Reads of holds: what a pitch was held for, by whom, and who let go."""

from collections.abc import Sequence
from dataclasses import dataclass

from crowdfund_kent.accounts.queries import names_of
from panel.kinds import HoldKind
from panel.models import Hold, Pitch
from panel.queries.pitches import title_of


@dataclass(frozen=True, slots=True)
class Held:
    """A hold with the names of those who acted, for staff."""

    row: Hold
    placed_by: str
    agreed_by: str
    released_by: str

    @property
    def sealed(self) -> bool:
        """Whether it is with auditors, so that nothing may be written."""
        return self.row.kind == HoldKind.AUDIT


async def holds_of(pitch: Pitch) -> Sequence[Held]:
    """Every hold of a pitch, the newest first: the first is in force where nobody released it."""
    rows = await Hold.filter(pitch_id=pitch.id).order_by("-id")
    ids = [one for row in rows for one in (row.placed_by_id, row.agreed_by_id, row.released_by_id)]
    names = await names_of(ids)

    def name(person_id: int | None) -> str:
        return names[person_id] if person_id is not None else ""

    return [Held(row, name(row.placed_by_id), name(row.agreed_by_id), name(row.released_by_id)) for row in rows]


@dataclass(frozen=True, slots=True)
class InForce:
    """A pitch that is held now."""

    hold: Held
    pitch: Pitch
    title: str


async def in_force(fund_ids: Sequence[int]) -> Sequence[InForce]:
    """Every hold of these funds that nobody has let go of, the oldest first."""
    rows = (
        await Hold.filter(released_at=None, pitch__round__fund_id__in=list(fund_ids))
        .order_by("id")
        .select_related("pitch__round__fund__funder", "pitch__project__group", "pitch__campaign__version")
    )
    names = await names_of([one for row in rows for one in (row.placed_by_id, row.agreed_by_id)])
    return [
        InForce(
            Held(
                row,
                names[row.placed_by_id],
                names[row.agreed_by_id] if row.agreed_by_id else "",
                "",
            ),
            row.pitch,
            title_of(row.pitch),
        )
        for row in rows
    ]
