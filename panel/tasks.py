"""What the timetable asks of panels. Each may run twice, late or never: the rows say what is due."""

from panel.services.pitches import end_over
from panel.services.rounds import move_due_rounds


async def move_rounds() -> None:
    """Open, close and publish what is due, remind those who must act, take back what was asked for campaigns that ended."""
    await move_due_rounds()
    await end_over()
