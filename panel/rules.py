"""When a fund may come in at all, and what a list of proposals leaves in the pot. Pure; amounts are pence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.money import BASIS_POINTS, pounds
from pledges.calculator import share_by_left


@dataclass(frozen=True, slots=True)
class NotYet:
    """Why a fund can't come in yet: the rule by name, and in words that say what is missing."""

    rule: str
    words: str


NOBODY_LOOKED: Final = NotYet(
    "look", "No officer has checked this project and heard its referee yet. Check it first: its words are frozen then."
)


def trigger_amount(target_pence: int, least_raised_bp: int) -> int:
    """The least that the crowd must have pledged, rounded up to a penny."""
    return -(-target_pence * least_raised_bp // BASIS_POINTS)


def not_yet(
    *, least_backers: int, least_raised_bp: int, backers: int, crowd_pence: int, target_pence: int
) -> NotYet | None:
    """None once the crowd has done what the fund asks for. The council is never the first to pledge, whatever it asks.

    `backers`: the fair count (ruling 10). `crowd_pence`: pledged by the crowd, without any match.
    """
    if backers == 0 or crowd_pence == 0:
        return NotYet("never first", "Nobody has pledged yet, and a fund is never the first to pledge.")
    if backers < least_backers:
        return NotYet(
            "least backers",
            f"{backers:,} of the {least_backers:,} different backers that this fund asks for have pledged.",
        )
    needed = trigger_amount(target_pence, least_raised_bp)
    if crowd_pence < needed:
        return NotYet(
            "least raised",
            f"The crowd has pledged {pounds(crowd_pence)} of the {pounds(needed)} that this fund asks for first.",
        )
    return None


@dataclass(frozen=True, slots=True)
class Ask:
    """A proposal as the pot sees it: how much, and which sources with a purpose it fits."""

    amount_pence: int
    fitting: Collection[int]


@dataclass(frozen=True, slots=True)
class After:
    """What is left in the whole pot once a proposal and all above it were signed. `fits`: it can be given whole.

    `room_pence`: what the sources that it may draw held before it.
    """

    left_pence: int
    fits: bool
    room_pence: int


def run_down(sources: Iterable[tuple[int, bool, int]], asks: Sequence[Ask]) -> list[After]:
    """What each proposal leaves if all are signed in this order. `sources`: (id, has a purpose, left) by id.

    A proposal that does not fit takes nothing, and the next one is tried.
    """
    places = sorted(sources)
    left = {source_id: pence for source_id, _, pence in places}
    found: list[After] = []
    for ask in asks:
        drawn = [source_id for source_id, purpose, _ in places if not purpose or source_id in ask.fitting]
        room = sum(left[source_id] for source_id in drawn)
        parts = share_by_left([left[source_id] for source_id in drawn], ask.amount_pence)
        for source_id, part in zip(drawn, parts or [0] * len(drawn), strict=True):
            left[source_id] -= part
        found.append(After(sum(left.values()), parts is not None, room))
    return found
