"""Reads of reviews of process: which wait, how old they are, and who may answer."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.clock import business_today, london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.working_days import working_days_between
from panel.models import Pitch, Review
from panel.queries.pitches import title_of
from panel.states import Review as Status

_WITH: Final = ("pitch__round__fund__funder", "pitch__project__group", "pitch__campaign__version")
# everything by which somebody sat, recommended, signed or handled the pitch ($1) of a round ($2); $3: the person
_PART: Final = """
SELECT 'sat on the panel that decided' AS words FROM panel_attendance a JOIN panel_seat s ON s.id = a.seat_id
    WHERE a.round_id = $2 AND s.person_id = $3 AND a.present
UNION ALL SELECT 'scored it' FROM score_sheet WHERE pitch_id = $1 AND person_id = $3
UNION ALL SELECT 'recommended it' FROM panel_recommendation WHERE pitch_id = $1 AND made_by_id = $3
UNION ALL SELECT 'voted on it' FROM panel_vote v JOIN panel_recommendation r ON r.id = v.recommendation_id
    WHERE r.pitch_id = $1 AND v.person_id = $3
UNION ALL SELECT 'signed it' FROM panel_round WHERE id = $2 AND signed_by_id = $3
UNION ALL SELECT 'signed it' FROM panel_decision WHERE pitch_id = $1 AND signed_by_id = $3
UNION ALL SELECT 'prepared it' FROM pitch WHERE id = $1 AND place_by_id = $3
UNION ALL SELECT 'held it' FROM pitch_hold WHERE pitch_id = $1 AND $3 IN (placed_by_id, released_by_id)
UNION ALL SELECT 'recorded it' FROM signed_paper WHERE subject LIKE 'pitch:' || $1 || ':%' AND recorded_by_id = $3
UNION ALL SELECT 'handled it' FROM audit_row WHERE subject = 'pitch:' || $1 AND person_id = $3
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A review in the list of staff. `left`: working days up to its last day, below 0 when late."""

    review: Review
    title: str
    age: int
    left: int

    @property
    def clock(self) -> str:
        """How the clock stands, in words."""
        if self.review.status == Status.ANSWERED:
            return "answered"
        if self.left < 0:
            return f"{-self.left} working day{'' if self.left == -1 else 's'} late"
        return f"{self.left} working day{'' if self.left == 1 else 's'} left"


async def review_by_reference(reference: str) -> Review:
    """The review of the pitch with this reference, with pitch, round, fund, funder, project and group; NotFound for none."""
    found = await Review.get_or_none(pitch__reference=reference).select_related(*_WITH)
    if found is None:
        raise NotFound
    return found


async def reviews() -> list[Waiting]:
    """Every review: those that wait first, the oldest at the top, then those answered, the newest first."""
    found = await Review.all().order_by("id").select_related(*_WITH)
    today = business_today()
    listed = [
        Waiting(
            one,
            title_of(one.pitch),
            working_days_between(london_day(one.asked_at), london_day(one.answered_at) if one.answered_at else today),
            _left(one, today),
        )
        for one in found
    ]
    waiting = [one for one in listed if one.review.status == Status.ASKED]
    return waiting + [one for one in reversed(listed) if one.review.status != Status.ASKED]


def _left(review: Review, today: date) -> int:
    left = working_days_between(today, review.answer_by)
    return min(left, -1) if today > review.answer_by else left


async def waiting_count() -> int:
    """Reviews that nobody has answered."""
    return await Review.filter(status=Status.ASKED).count()


async def part_of(pitch: Pitch, person_id: int) -> str:
    """By what this person took part in the decision, to stand after "You"; empty for somebody who did not."""
    rows = await fetch(_PART, pitch.id, pitch.round_id, person_id)
    return str(rows[0]["words"]) if rows else ""
