"""How a round's pitches stand to each other, and what the pot says to their order. Pure; amounts are pence.

The published tie rule (domain.md, ruling 17): the higher score; of equal ones the more backers, counted fairly; then
whoever was submitted first. Who clicked first, or the order of the rows, decides nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.money import BASIS_POINTS
from panel.rules import Ask, run_down

MOST_POINTS: Final = 5
TIE_RULE: Final = (
    "Pitches stand in the order of their scores. Of equal scores the one with more backers, counted fairly, stands"
    " first; of equal ones then whichever was sent in first."
)
Sources = Sequence[tuple[int, bool, int]]  # (id, has a purpose, left), as run_down takes them


def needs_reason(points: int) -> bool:
    """The ends of the scale are explained: 0, 1 and 5."""
    return points <= 1 or points == MOST_POINTS


def score_bp(sheets: Iterable[Sequence[int]]) -> int | None:
    """The mean of the sheets as a share of all points, in basis points, rounded down once. None where nobody scored.

    Each sheet holds the points for every criterion, 0 to 5: [5, 4, 3] of 15 is 8000.
    """
    given = [list(sheet) for sheet in sheets]
    possible = sum(len(sheet) for sheet in given) * MOST_POINTS
    if not possible:
        return None
    if len({len(sheet) for sheet in given}) > 1:
        raise ValueError("every sheet of one round has the same criteria")
    if any(not 0 <= points <= MOST_POINTS for sheet in given for points in sheet):
        raise ValueError("points are 0 to 5")
    return sum(map(sum, given)) * BASIS_POINTS // possible


def passes(score: int | None, pass_bp: int) -> bool:
    """At or above the pass mark. What nobody scored did not pass."""
    return score is not None and score >= pass_bp


@dataclass(frozen=True, slots=True)
class Entry:
    """What decides on a place: `score` in basis points or None, `backers` by the fair count (0 without a crowd)."""

    pitch_id: int
    score: int | None
    backers: int
    submitted_at: datetime


def ranked(entries: Iterable[Entry]) -> list[Entry]:
    """The entries in order, the first one first. What nobody scored comes last; the last word has the older pitch."""
    return sorted(
        entries,
        key=lambda one: (-(-1 if one.score is None else one.score), -one.backers, one.submitted_at, one.pitch_id),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """One pitch of the order as the pot sees it: how much (0 for none), and which sources with a purpose it fits."""

    pitch_id: int
    amount_pence: int
    fitting: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A row beside the pot.

    `left_pence`: in the whole pot once this one and all above that fit were given. `fits`: it can be given whole.
    `together_pence`: given down to here, should the line be drawn under this row. `short_pence`: what is missing.
    `makes_room`: pitches further down that would fit if this one got nothing. `fits_without`: the lowest one above
    that has to get nothing so that this one fits; None where it fits already or no single one is enough.
    """

    pitch_id: int
    amount_pence: int
    left_pence: int
    fits: bool
    together_pence: int
    short_pence: int
    makes_room: tuple[int, ...]
    fits_without: int | None


def beside_the_pot(sources: Sources, order: Sequence[Wanted]) -> list[Beside]:
    """What fits, what does not, and what changes if the line moves. `order`: best first; a row of 0 takes nothing."""
    now = _fitting(sources, order)
    without = {
        one.pitch_id: _fitting(sources, order, leave_out=one.pitch_id)
        for at, one in enumerate(order)
        if one.amount_pence and now[one.pitch_id] and not all(now[below.pitch_id] for below in order[at + 1 :])
    }
    rows, together = [], 0
    drawn = run_down(sources, [Ask(one.amount_pence, one.fitting) for one in order])
    for at, (one, after) in enumerate(zip(order, drawn, strict=True)):
        together += one.amount_pence if after.fits else 0
        freed = without.get(one.pitch_id, {})
        above = [other.pitch_id for other in order[:at] if without.get(other.pitch_id, {}).get(one.pitch_id)]
        rows.append(
            Beside(
                pitch_id=one.pitch_id,
                amount_pence=one.amount_pence,
                left_pence=after.left_pence,
                fits=after.fits,
                together_pence=together,
                short_pence=max(0, one.amount_pence - after.room_pence),
                makes_room=tuple(
                    below.pitch_id for below in order[at + 1 :] if freed.get(below.pitch_id) and not now[below.pitch_id]
                ),
                fits_without=above[-1] if above and not after.fits else None,
            )
        )
    return rows


def _fitting(sources: Sources, order: Sequence[Wanted], leave_out: int | None = None) -> Mapping[int, bool]:
    asks = [Ask(0 if one.pitch_id == leave_out else one.amount_pence, one.fitting) for one in order]
    return {one.pitch_id: after.fits for one, after in zip(order, run_down(sources, asks), strict=True)}
