"""Decisions of a signed list, as their written records say them; also single awards that belong to no list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.errors import NotFound
from panel.kinds import Bar, Outcome
from panel.models import Attendance, Decision, PitchInterest, Round, Seat
from panel.queries.meeting import Told, title
from panel.queries.pitches import WITH

_WITH = (
    "recommendation",
    "authority",
    "award__match_pledge",
    "pitch__campaign__project",
    *(f"pitch__{one}" for one in WITH),
)


@dataclass(frozen=True, slots=True)
class Written:
    """The written record of one decision: everything that the paper says, nothing that names a member."""

    decision: Decision
    title: str
    interests: Sequence[Told]

    @property
    def outcome(self) -> Outcome:
        """What was decided."""
        return Outcome(self.decision.outcome)

    @property
    def votes(self) -> str:
        """2 for, 1 against, 0 abstained"""
        one = self.decision
        return f"{one.votes_for} for, {one.votes_against} against, {one.votes_abstained} abstained"


async def decisions_of(round_: Round) -> list[Written]:
    """The decisions of a signed round in rank order."""
    found = await Decision.filter(pitch__round_id=round_.id).order_by("rank").select_related(*_WITH)
    return await _written(round_, found)


async def decision_in(round_: Round, reference: str) -> Written:
    """The decision on one pitch of a round; NotFound before the signature."""
    found = await Decision.get_or_none(pitch__round_id=round_.id, pitch__reference=reference).select_related(*_WITH)
    if found is None:
        raise NotFound
    return (await _written(round_, [found]))[0]


async def decision_of_match(match_id: int) -> Written | None:
    """The decision from which a match pledge comes; None where a single signature made it."""
    found = await Decision.get_or_none(award__match_pledge_id=match_id).select_related(*_WITH)
    if found is None:
        return None
    return (await _written(found.pitch.round, [found]))[0]


async def _written(round_: Round, found: Sequence[Decision]) -> list[Written]:
    told = await interests_recorded(round_, [one.pitch_id for one in found])
    return [Written(one, title(one.pitch), told[one.pitch_id]) for one in found]


OFFICER: Final = "An officer"


async def posts_of(round_: Round) -> dict[int, str]:
    """By person, the post of whoever had a place on the fund's panel; of several that one under which they sat."""
    posts = {seat.person_id: seat.post for seat in await Seat.filter(fund_id=round_.fund_id).order_by("id")}
    rows = await Attendance.filter(round_id=round_.id).order_by("id").select_related("seat")
    return posts | {row.seat.person_id: row.seat.post for row in rows}


async def interests_recorded(round_: Round, pitch_ids: Collection[int]) -> dict[int, list[Told]]:
    """Interests in each pitch as they were on record when the list was signed, by post, the strictest of each person.

    What anybody joins or gives to later changes no record of a decision. Before the signature: as on record now.
    """
    posts = await posts_of(round_)
    rows = PitchInterest.filter(pitch_id__in=list(pitch_ids))
    if round_.signed_at is not None:
        rows = rows.filter(recorded_at__lte=round_.signed_at)
    told: dict[int, dict[int, Told]] = {pitch_id: {} for pitch_id in pitch_ids}
    for row in sorted(await rows.order_by("id"), key=lambda one: one.bar != Bar.BARRED):
        found = Told(posts.get(row.person_id, OFFICER), row.nature, bars=row.bar == Bar.BARRED)
        told[row.pitch_id].setdefault(row.person_id, found)
    return {
        pitch_id: sorted(found.values(), key=lambda one: (one.post, one.nature)) for pitch_id, found in told.items()
    }
