"""What the timetable asks of panels. Each may run twice, late or never: the rows say what is due."""

from collections.abc import Awaitable, Callable
from typing import Final

from panel.services import closed_funds
from panel.services.pitches import end_over
from panel.services.rounds import move_due_rounds
from pledges.pot_moving import CLOSED_JOB

TASKS: Final[dict[str, Callable[..., Awaitable[None]]]] = {CLOSED_JOB: closed_funds.tell}


async def move_rounds() -> None:
    """Open, close and publish what is due, remind those who must act, take back what was asked for campaigns that ended."""
    await move_due_rounds()
    await end_over()
