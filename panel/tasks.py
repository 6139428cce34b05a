"""What the timetable asks of panels. Each may run twice, late or never: the rows say what is due."""

from panel.services.rounds import move_due_rounds


async def move_rounds() -> None:
    """Open, close and publish what is due, and remind those who must act."""
    await move_due_rounds()
