"""The locks of a meeting: scores, recommendations, votes and the signature wait for each other on the round's row.

Always in this order: round, pitches, campaigns by id (projects where there is no crowd), fund, sources.
"""

from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Conflict, NotFound
from panel.models import Pitch, Round
from panel.services.rounds import lock_round
from panel.states import Pitch as PitchStatus

WITH: Final = ("project__group", "campaign__version", "campaign__project__group", "round__fund__funder")


async def pitch_locked(pitch_id: int) -> tuple[Round, Pitch]:
    """The round under its lock, and one of its submitted pitches with project, group, campaign, version and round.

    Raises Conflict where the pitch is with the panel no more.
    """
    rows = await fetch("SELECT round_id FROM pitch WHERE id = $1", pitch_id)
    if not rows:
        raise NotFound
    await lock_round(rows[0]["round_id"])
    pitch = await Pitch.get(id=pitch_id).select_related(*WITH)
    if pitch.status != PitchStatus.SUBMITTED:
        raise Conflict("This pitch is not with the panel any more. Go back and look at the list again.")
    return pitch.round, pitch
