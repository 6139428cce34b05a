"""Two clocks, both aware and in UTC.

business_now() decides deadlines, retries, validity and figures; in local mode an officer may move it forward.
real_now() is for sessions, links, tokens, signatures, limits, leases and recorded_at; nobody moves it.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crowdfund_kent.errors import Refused
from crowdfund_kent.models import ClockOffset
from crowdfund_kent.settings import get_settings

LONDON = ZoneInfo("Europe/London")
_offset = timedelta()
_playing: timedelta | None = None


def real_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def business_now() -> datetime:
    """The time by which the scheme runs: real time plus the offset last read by refresh()."""
    return datetime.now(UTC) + _offset


def business_today() -> date:
    """Today in London by the business clock."""
    return london_day(business_now())


async def refresh() -> None:
    """Read the offset. Called before each request and job; production has no offset and no query."""
    global _offset  # noqa: PLW0603 - one clock a process is the point
    if get_settings().is_production:
        _offset = timedelta()
        return
    if _playing is not None:
        _offset = _playing
        return
    row = await ClockOffset.get_or_none(id=1)
    _offset = timedelta(seconds=row.offset_seconds if row else 0)


async def play(offset: timedelta | None) -> None:
    """Run this process's business clock behind the real one, so that the demo's past is made by the real services.

    None ends it. Never in production; no row is written, and no other process notices.
    """
    global _playing  # noqa: PLW0603 - as above
    if get_settings().is_production:
        raise Refused("The clock can't be moved here.")
    _playing = offset
    await refresh()


async def advance(by: timedelta) -> datetime:
    """Move the business clock forward, in local and test mode only. Returns the new business time."""
    if get_settings().is_production:
        raise Refused("The clock can't be moved here.")
    if by <= timedelta():
        raise Refused("The clock only goes forward: choose a later time.")
    row, _ = await ClockOffset.get_or_create(id=1, defaults={"offset_seconds": 0})
    row.offset_seconds += round(by.total_seconds())
    await row.save()
    await refresh()
    return business_now()


def london_day(moment: datetime) -> date:
    """The day on London's calendar at `moment`."""
    return moment.astimezone(LONDON).date()


def day_begins(day: date) -> datetime:
    """00:00 in London on `day`, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """00:00 in London after `day`: half-open, so `moment < day_ends(day)` is on or before the day."""
    return day_begins(day + timedelta(days=1))
