"""Working days in England: Monday to Friday without bank holidays. Days are London's. Pure.

The bank holidays come from the `holidays` library (docs/dependencies.md), with the special days of 2022 and 2023 and
the days that stand in for a holiday at a weekend.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from holidays import country_holidays

from crowdfund_kent.clock import LONDON, day_ends, london_day

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> dict[date, str]:
    return dict(country_holidays("GB", subdiv="ENG", years=year).items())


def bank_holiday(day: date) -> str:
    """What the bank holiday is called, in the library's words; empty on any other day."""
    return _bank_holidays(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Neither Saturday nor Sunday nor a bank holiday in England."""
    return day.weekday() < _SATURDAY and not bank_holiday(day)


def add_working_days(day: date, number: int) -> date:
    """The working day that comes `number` working days after `day`. With 0: `day` itself, or the next working day.

    Friday and 1 -> Monday; Saturday and 1 -> Monday; Saturday and 0 -> Monday. ValueError below 0.
    """
    if number < 0:
        raise ValueError(f"{number} working days: give 0 or more")
    found, left = day, number
    while left:
        found += _DAY
        left -= is_working_day(found)
    while not is_working_day(found):
        found += _DAY
    return found


def working_days_between(first: date, last: date) -> int:
    """Working days after `first`, up to and including `last`. Friday to the Monday after: 1. Below 0 when `last` is earlier."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + _DAY * number) for number in range(1, (last - first).days + 1))


def end_of_working_day(moment: datetime, number: int) -> datetime:
    """00:00 in London after the day `number` working days after `moment`, in UTC: `now < it` is in time."""
    return day_ends(add_working_days(london_day(moment), number))


def same_time_after(moment: datetime, number: int) -> datetime:
    """The same time in London `number` working days after `moment`, in UTC: "48 hours, weekends not counted" with 2.

    From a day that is no working day, the end of that many working days: from any time on Saturday, 2 end with Tuesday.
    """
    here = moment.astimezone(LONDON)
    if not is_working_day(here.date()):
        return end_of_working_day(moment, number)
    # the clocks change on Sundays, so this time is there once on every working day
    return datetime.combine(add_working_days(here.date(), number), here.time(), LONDON).astimezone(UTC)
