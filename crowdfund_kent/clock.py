"""Two clocks, both aware and in UTC, and the same on every machine: PostgreSQL's, as near as a round trip tells.

A machine whose clock is wrong would close a campaign or take another worker's lease too early. So each process compares
itself with the database once a minute, and goes by the database where they differ by more than SAME.

business_now() decides deadlines, retries, validity and figures; in local mode an officer may move it forward.
real_now() is for sessions, links, tokens, signatures, limits, leases and recorded_at; nobody moves it.
"""

from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import structlog

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import ClockOffset
from crowdfund_kent.settings import get_settings

LONDON = ZoneInfo("Europe/London")
SAME = timedelta(seconds=2)
COMPARE_EVERY = 60.0  # seconds
log = structlog.get_logger()
_offset = timedelta()
_skew = timedelta()  # how far the database's clock is ahead of this machine's
_compared: float | None = None
_playing: timedelta | None = None


def real_now() -> datetime:
    """What time it is."""
    return datetime.now(UTC) + _skew


def business_now() -> datetime:
    """The time by which the scheme runs: real time plus the offset last read by refresh()."""
    return real_now() + _offset


def business_today() -> date:
    """Today in London by the business clock."""
    return london_day(business_now())


async def refresh() -> None:
    """Read the offset, and once a minute the database's clock. Called before each request and job.

    Production has no offset, and no query but the one a minute.
    """
    global _offset  # noqa: PLW0603 - one clock a process is the point
    await _compare()
    if get_settings().is_production:
        _offset = timedelta()
        return
    if _playing is not None:
        _offset = _playing
        return
    # by SQL: before each request, a query put together by the ORM would cost as much as finding the session
    rows = await fetch("SELECT offset_seconds FROM clock_offset WHERE id = 1")
    _offset = timedelta(seconds=rows[0]["offset_seconds"] if rows else 0)


async def _compare() -> None:
    """Learn how far this machine's clock is from the database's. Without an answer what was learned last stays."""
    global _skew, _compared  # noqa: PLW0603 - as above
    if _compared is not None and monotonic() - _compared < COMPARE_EVERY:
        return
    before = datetime.now(UTC)
    try:
        theirs: datetime = (await fetch("SELECT clock_timestamp() AS now"))[0]["now"]
    except Exception as error:
        log.warning("the clock is not compared", error=type(error).__name__)
        return
    after = datetime.now(UTC)
    _compared = monotonic()
    found = theirs - before - (after - before) / 2
    was = _skew
    _skew = found if abs(found) > SAME + (after - before) else timedelta()
    if abs(_skew - was) > SAME:
        log.warning("this machine's clock is wrong; going by the database's", seconds=round(_skew.total_seconds()))


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
