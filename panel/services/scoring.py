"""Score sheets: what one member gave one pitch. Changed as a new sheet until the meeting begins; the newest counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from crowdfund_kent import audit
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from panel import access, ranking
from panel.models import Criterion, Score, ScoreSheet
from panel.services.holds import refuse_sealed
from panel.services.locking import pitch_locked
from panel.states import Round as RoundStatus


@dataclass(frozen=True, slots=True)
class Points:
    """0 to 5 for one criterion, and why: needed at 0, 1 and 5."""

    points: int
    reason: str = ""


async def give_sheet(pitch_id: int, points: Mapping[int, Points], reason: str, by: Actor) -> ScoreSheet:
    """A member scores a pitch, or scores it again. `points` by the id of each criterion of the round: all of them.

    `reason` may be released to the public. Raises Forbidden without a seat or where an interest bars, Refused before
    the member declared (rule "declaration"), outside the days of scoring ("scoring") and for what is not complete.
    """
    async with transaction():
        round_, pitch = await pitch_locked(pitch_id)
        await access.require_reader(pitch, by)
        if round_.status != RoundStatus.SCORING:
            raise Refused(
                "Scores are given after the last day to pitch and until the meeting begins. Nothing was saved.",
                rule="scoring",
            )
        await refuse_sealed(pitch)
        _refuse_incomplete({row.id for row in await Criterion.filter(round_id=round_.id)}, points, reason)
        last = await ScoreSheet.filter(pitch_id=pitch.id, person_id=by.person_id).order_by("-number").first()
        sheet = await ScoreSheet.create(
            pitch_id=pitch.id,
            person_id=by.person_id,
            number=last.number + 1 if last else 1,
            reason=reason,
            given_at=business_now(),
        )
        await Score.bulk_create(
            Score(sheet_id=sheet.id, criterion_id=criterion_id, points=one.points, reason=one.reason)
            for criterion_id, one in sorted(points.items())
        )
        await audit.record("scores given", f"pitch:{pitch.id}", by, sheet_id=sheet.id, number=sheet.number)
    return sheet


def _refuse_incomplete(criteria: set[int], points: Mapping[int, Points], reason: str) -> None:
    if set(points) != criteria:
        raise Refused("Give points for every criterion of this round.", rule="criteria")
    if not reason.strip():
        raise Refused("Enter a reason for your scores.", rule="reason")
    for one in points.values():
        if not 0 <= one.points <= ranking.MOST_POINTS:
            raise Refused("Points are 0 to 5.", rule="points")
        if ranking.needs_reason(one.points) and not one.reason.strip():
            raise Refused("Enter a reason for each criterion that you gave 0, 1 or 5 points.", rule="reason")
