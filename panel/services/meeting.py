"""What happens at the meeting beside recommendations and votes: the list sent back, and the draft minutes."""

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Refused
from crowdfund_kent.templating import day
from panel.models import Round
from panel.services.rounds import lock_round, require_officer_or_chair
from panel.states import Round as RoundStatus
from pledges.models import DecisionAuthority


async def send_back(round_id: int, words: str, by: Actor) -> Round:
    """Whoever could sign sends the list back to the panel, with words for the minutes. Nothing moves.

    The panel puts new recommendations to the vote where it agrees; the list can be signed afterwards, or as it is.
    """
    async with transaction():
        round_ = await lock_round(round_id)
        await require_role(by, Role.SIGNATORY, fund_id=round_.fund_id)
        if round_.status != RoundStatus.MEETING:
            raise Conflict("Only a list that waits for a signature can be sent back.")
        if not words.strip():
            raise Refused("Enter what the panel should look at again.", rule="words")
        post = await _post_of(round_, by)
        line = f"Sent back on {day(business_now())} by {post}: {words.strip()}"
        minutes = f"{round_.minutes}\n\n{line}" if round_.minutes else line
        await Round.filter(id=round_id).update(minutes=minutes)
        await events.note(round_, "sent back", by)
        await audit.record("list sent back", f"panel_round:{round_id}", by)
    return round_


async def _post_of(round_: Round, by: Actor) -> str:
    """The post under which somebody signs for the fund today: minutes name no person."""
    today = business_today()
    held_now = await DecisionAuthority.filter(
        fund_id=round_.fund_id, person_id=by.person_id, from_day__lte=today, to_day__gte=today
    ).first()
    if held_now is None:
        raise Refused("No decision in force lets you sign for this fund today. Ask a fund officer.", rule="authority")
    return str(held_now.post)


async def write_minutes(round_id: int, text: str, by: Actor) -> None:
    """Who chairs, or an officer of the fund, writes the draft minutes: from the meeting on, until the record is public."""
    async with transaction():
        round_ = await lock_round(round_id)
        await require_officer_or_chair(round_, by)
        if round_.status not in (RoundStatus.MEETING, RoundStatus.SIGNED):
            raise Conflict("Minutes are written from the meeting on, until the record of the round is public.")
        await Round.filter(id=round_id).update(minutes=text)
        await audit.record("minutes written", f"panel_round:{round_id}", by)
