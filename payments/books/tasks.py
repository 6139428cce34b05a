"""What the timetable does for the books."""

from payments.books import daily


async def keep_days() -> None:
    """The statement of every day that is over, once each."""
    await daily.keep_days()
