"""Holds: why a pitch is not decided for now, and what is sealed while it is referred to audit."""

from crowdfund_kent.errors import Refused
from panel.kinds import HoldKind
from panel.models import Hold, Pitch


async def held(pitch_id: int) -> Hold | None:
    """The hold on a pitch that nobody has let go of; None where there is none."""
    return await Hold.get_or_none(pitch_id=pitch_id, released_at=None)


async def refuse_sealed(pitch: Pitch | int) -> None:
    """Refused (rule "sealed") while the pitch (or the one of this id) is with auditors: nothing on its record changes."""
    found = await held(pitch if isinstance(pitch, int) else pitch.id)
    if found is not None and found.kind == HoldKind.AUDIT:
        raise Refused("This record is sealed while auditors look at it. Nothing was changed.", rule="sealed")
