"""Working days of England, by tables: the special days of 2022 and 2023, Christmas at a weekend, the clock's changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowdfund_kent.working_days import (
    add_working_days,
    bank_holiday,
    end_of_working_day,
    is_working_day,
    same_time_after,
    working_days_between,
)

# as published at gov.uk/bank-holidays for England and Wales
HOLIDAYS = {
    2021: ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2022: ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"],
    2023: ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"],
    2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_weekdays_on_which_nobody_works_are_the_published_bank_holidays(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    found = [f"{one:%m-%d}" for one in days if one.year == year and one.weekday() < 5 and not is_working_day(one)]
    assert found == HOLIDAYS[year]


@pytest.mark.parametrize(
    ("on", "working"),
    [
        ("2022-05-30", True),  # the spring bank holiday of 2022 was moved to 2 June
        ("2022-06-02", False),
        ("2022-06-03", False),  # the jubilee
        ("2022-09-19", False),  # the state funeral
        ("2023-05-08", False),  # the coronation
        ("2021-12-24", True),
        ("2021-12-25", False),  # a Saturday
        ("2021-12-29", True),
        ("2026-12-26", False),  # a Saturday; Monday stands in
        ("2026-12-28", False),
        ("2021-01-04", True),  # Scotland's 2 January is none of England's
        ("2026-03-17", True),
    ],
)
def test_a_day_is_a_working_day_or_not(on: str, working: bool) -> None:
    assert is_working_day(day(on)) is working


def test_a_bank_holiday_has_a_name() -> None:
    assert bank_holiday(day("2026-12-25")) == "Christmas Day"
    assert bank_holiday(day("2026-12-24")) == ""


@pytest.mark.parametrize(
    ("begin", "number", "end"),
    [
        ("2026-11-20", 0, "2026-11-20"),  # a Friday
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-22", 1, "2026-11-23"),
        ("2026-11-20", 5, "2026-11-27"),
        ("2021-12-24", 1, "2021-12-29"),
        ("2022-12-23", 1, "2022-12-28"),
        ("2022-06-01", 1, "2022-06-06"),
        ("2023-04-06", 1, "2023-04-11"),  # over Easter
        ("2026-12-24", 5, "2027-01-05"),  # over Christmas and New Year
    ],
)
def test_so_many_working_days_later_it_is(begin: str, number: int, end: str) -> None:
    assert add_working_days(day(begin), number) == day(end)
    if number and is_working_day(day(begin)):
        assert working_days_between(day(begin), day(end)) == number


def test_less_than_no_working_days_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        add_working_days(day("2026-11-20"), -1)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 40))
def test_what_was_added_is_what_lies_between(begin: date, number: int) -> None:
    end = add_working_days(begin, number)
    assert is_working_day(end)
    assert end >= begin
    # from a weekend, no working days later is the next working day already
    assert working_days_between(begin, end) == (number or int(not is_working_day(begin)))
    assert working_days_between(end, begin) == -working_days_between(begin, end)


@pytest.mark.parametrize(
    ("asked", "number", "due"),
    [
        ("2026-11-18T10:15", 2, "2026-11-20T10:15"),  # Wednesday to Friday
        ("2026-11-20T16:00", 2, "2026-11-24T16:00"),  # Friday to Tuesday
        ("2026-11-21T16:00", 2, "2026-11-25T00:00"),  # from Saturday, until Tuesday is over
        ("2026-11-22T23:59", 2, "2026-11-25T00:00"),
        ("2021-12-24T09:00", 2, "2021-12-30T09:00"),  # over Christmas
        ("2026-03-27T12:00", 2, "2026-03-31T11:00"),  # noon in London before and after the clocks go forward
        ("2026-10-23T11:00", 2, "2026-10-27T12:00"),  # and back
        ("2026-07-03T23:30", 2, "2026-07-07T23:00"),  # already Saturday in London
    ],
)
def test_forty_eight_hours_leave_out_weekends_and_bank_holidays(asked: str, number: int, due: str) -> None:
    assert same_time_after(moment(asked), number) == moment(due)


@pytest.mark.parametrize(
    ("asked", "number", "due"),
    [
        ("2026-11-20T16:00", 1, "2026-11-24T00:00"),  # all of Monday
        ("2026-06-30T23:30", 1, "2026-07-02T23:00"),  # in London it is 1 July already
    ],
)
def test_a_working_day_to_answer_in_is_the_whole_of_the_next(asked: str, number: int, due: str) -> None:
    assert end_of_working_day(moment(asked), number) == moment(due)
