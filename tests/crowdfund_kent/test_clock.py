"""Two clocks: the business clock goes forward only, and days are London's."""

from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest

from crowdfund_kent import clock
from crowdfund_kent.errors import Refused


def test_a_day_in_summer_begins_an_hour_earlier_in_utc() -> None:
    assert clock.day_begins(date(2021, 6, 24)) == datetime(2021, 6, 23, 23, tzinfo=UTC)
    assert clock.day_begins(date(2021, 12, 24)) == datetime(2021, 12, 24, tzinfo=UTC)


def test_the_days_on_which_clocks_change_are_23_and_25_hours_long() -> None:
    assert clock.day_ends(date(2026, 3, 29)) - clock.day_begins(date(2026, 3, 29)) == timedelta(hours=23)
    assert clock.day_ends(date(2026, 10, 25)) - clock.day_begins(date(2026, 10, 25)) == timedelta(hours=25)


def test_the_day_ends_where_the_next_begins() -> None:
    assert clock.day_ends(date(2026, 3, 28)) == clock.day_begins(date(2026, 3, 29))
    assert clock.london_day(clock.day_ends(date(2026, 3, 28)) - timedelta(microseconds=1)) == date(2026, 3, 28)


@pytest.mark.usefixtures("db")
async def test_the_business_clock_moves_and_the_real_one_does_not() -> None:
    before = clock.real_now()
    moved = await clock.advance(timedelta(days=30))
    assert moved - before >= timedelta(days=30)
    assert clock.real_now() - before < timedelta(minutes=1)
    assert clock.business_now() - clock.real_now() > timedelta(days=29, hours=23)


class HourAhead(datetime):
    """A machine whose clock is an hour fast."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "HourAhead":
        return super().now(tz) + timedelta(hours=1)


@pytest.mark.usefixtures("db")
async def test_a_machine_whose_clock_is_wrong_goes_by_the_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_skew", timedelta())
    monkeypatch.setattr(clock, "_compared", None)
    monkeypatch.setattr(clock, "datetime", HourAhead)
    assert clock.real_now() - datetime.now(UTC) > timedelta(minutes=59)
    await clock.refresh()
    assert abs(clock.real_now() - datetime.now(UTC)) < timedelta(seconds=1)
    monkeypatch.setattr(clock, "datetime", datetime)  # somebody sets it right: noticed within a minute
    monkeypatch.setattr(clock, "_compared", None)
    await clock.refresh()
    assert abs(clock.real_now() - datetime.now(UTC)) < timedelta(milliseconds=50)


@pytest.mark.usefixtures("db")
async def test_it_never_goes_back() -> None:
    with pytest.raises(Refused, match="only goes forward"):
        await clock.advance(timedelta(seconds=-1))
