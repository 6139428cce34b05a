"""What a group reads of a decision before everybody does: outcome, means of the scores, reasons, and its public entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crowdfund_kent.clock import business_today, london_day
from crowdfund_kent.errors import NotFound
from crowdfund_kent.working_days import add_working_days
from panel import ranking
from panel.kinds import Outcome, Shown
from panel.models import Criterion, Decision, Pitch, Recommendation, Review, Score
from panel.queries.scoring import criteria_of

ASK_WITHIN = 20
"""Working days in England after the decision in which a group may ask for a review of process."""
OUTCOMES = {
    Outcome.AWARD: "Money is offered",
    Outcome.PART: "A part of the money is offered",
    Outcome.DEFER: "Put off to a later round",
    Outcome.DECLINE: "Not this time",
}


@dataclass(frozen=True, slots=True)
class Mean:
    """What the panel gave for one criterion: the mean of its members in hundredths of a point, None where nobody scored.

    `points`: of all members together; `most`: what they could have given together.
    """

    name: str
    about: str
    hundredths: int | None
    points: int = 0
    most: int = 0

    @property
    def words(self) -> str:
        """3.67 of 5"""
        if self.hundredths is None:
            return "Nobody scored it"
        return f"{self.hundredths // 100}.{self.hundredths % 100:02d} of 5"


def mean_hundredths(points: Sequence[int]) -> int | None:
    """The mean in hundredths, half up; None of nothing."""
    return (2 * 100 * sum(points) + len(points)) // (2 * len(points)) if points else None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything that a group reads of its decision. No name and no single score is in it."""

    pitch: Pitch
    decision: Decision
    recommendation: Recommendation
    means: Sequence[Mean]
    scorers: int
    review: Review | None
    ask_by: date

    @property
    def outcome_words(self) -> str:
        """The outcome in words for a group."""
        return OUTCOMES[Outcome(self.decision.outcome)]

    @property
    def may_ask(self) -> bool:
        """Whether a review can still be asked for."""
        return self.review is None and business_today() <= self.ask_by

    @property
    def entry_is_public(self) -> bool:
        """Whether the public record of the round names this request: always where money is given, else by its setting."""
        return self.decision.amount_pence is not None or self.pitch.round.declined_shown == Shown.ENTRY


def ask_by(decision: Decision) -> date:
    """The last day on which a review can be asked for."""
    return add_working_days(london_day(decision.decided_at), ASK_WITHIN)


async def means_of(
    decisions: Sequence[Decision], criteria: Sequence[Criterion]
) -> dict[int, tuple[Sequence[Mean], int]]:
    """By decision, the means of the sheets that counted when it was signed, and how many those are."""
    ids = {one.id: list(one.calculation.get("sheets") or ()) for one in decisions}
    given: dict[int, dict[int, int]] = {}
    for score in await Score.filter(sheet_id__in=[sheet for found in ids.values() for sheet in found]):
        given.setdefault(score.sheet_id, {})[score.criterion_id] = score.points
    made: dict[int, tuple[Sequence[Mean], int]] = {}
    for decision_id, sheets in ids.items():
        means = []
        for one in criteria:
            points = [given[sheet][one.id] for sheet in sheets if one.id in given.get(sheet, {})]
            means.append(
                Mean(one.name, one.about, mean_hundredths(points), sum(points), len(points) * ranking.MOST_POINTS)
            )
        made[decision_id] = (means, len(sheets))
    return made


async def feedback_of(pitch: Pitch) -> Feedback:
    """What was decided; NotFound before the list is signed. `pitch` comes with all that belongs to it."""
    decision = await Decision.get_or_none(pitch_id=pitch.id).select_related("recommendation")
    if decision is None:
        raise NotFound
    means, scorers = (await means_of([decision], await criteria_of(pitch.round_id)))[decision.id]
    return Feedback(
        pitch=pitch,
        decision=decision,
        recommendation=decision.recommendation,
        means=means,
        scorers=scorers,
        review=await Review.get_or_none(pitch_id=pitch.id),
        ask_by=ask_by(decision),
    )
