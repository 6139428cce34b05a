"""Decisions of a signed list, as their written records say them; also single awards that belong to no list."""

from collections.abc import Sequence
from dataclasses import dataclass

from crowdfund_kent.errors import NotFound
from panel import access
from panel.kinds import Outcome
from panel.models import Decision, Round
from panel.queries.meeting import Told, interests_told, title
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
    told = await interests_told([one.pitch_id for one in found], await access.seats_of(round_))
    return [Written(one, title(one.pitch), told[one.pitch_id]) for one in found]
