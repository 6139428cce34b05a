"""The yearly table of the Local Government Transparency Code 2015: grants to community organisations. Pure but for settings.

Seven columns, as the Code names them. Beside the council that runs the site other funders have grants here; the column
"department" then names them, and each may take its own alone.
"""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.settings import get_settings
from crowdfund_kent.table_files import Table, Value
from evaluation.open_data.grants import Grant, grants_as_at, marked, records_of_grants
from evaluation.open_data.rules import GENERATED, FinancialYear, YearError
from evaluation.scope import FIRST_DAY, Records, Scope

COLUMNS: Final = (
    "Date awarded", "Time period", "Department", "Beneficiary", "Registration number", "Summary of purpose", "Amount",
)  # fmt: skip
_NOT_CERTAIN: Final = "From when its target is met, within {months} months"
_NO_NUMBER: Final = "none"


def year_of(text: str) -> FinancialYear:
    """The year that was asked for; Refused for text that is none, NotFound for one without records."""
    try:
        year = FinancialYear.of(text)
    except YearError as error:
        raise Refused(error.message, rule="year") from None
    if year not in years():
        raise NotFound(f"There are years from {years()[-1].name} to {years()[0].name}.")
    return year


def years() -> list[FinancialYear]:
    """Every financial year of the programme until today, the newest first."""
    first, last = FinancialYear.at(FIRST_DAY), FinancialYear.at(business_today())
    return [FinancialYear(begins) for begins in range(last.begins, first.begins - 1, -1)]


async def records_of_year(year: FinancialYear, wanted: Records | None = None) -> Records:
    """Those that were asked for; else real ones, or generated ones where there are no others by the year's end."""
    return await records_of_grants(min(year.last_day, business_today()), wanted)


async def grants_of_year(year: FinancialYear, wanted: Records | None = None) -> list[Grant]:
    """Grants decided in that year, as known now."""
    scope = Scope.of(business_today(), records=await records_of_year(year, wanted))
    return [one for one in await grants_as_at(scope) if year.has(one.awarded_on)]


async def table_of_year(year: FinancialYear, wanted: Records | None = None, funder: str = "") -> Table:
    """The table of a year; `funder` (its short address) alone, or all. Money in pence."""
    grants = await grants_of_year(year, wanted)
    if funder and funder not in {one.funder_slug for one in grants}:
        raise NotFound(f"No funder {funder} has given a grant in that year.")
    return table([one for one in grants if funder in ("", one.funder_slug)], year)


def table(grants: Sequence[Grant], year: FinancialYear) -> Table:
    """The seven columns, in the order of the decisions."""
    listed = sorted(marked(grants, GENERATED), key=lambda one: (one.awarded_on, one.reference))
    rows: list[list[Value]] = [
        [
            one.awarded_on.isoformat(),
            _period(one),
            _department(one),
            one.recipient.public_name,
            one.recipient.registration_number or _NO_NUMBER,
            one.purpose,
            one.awarded_pence,
        ]
        for one in listed
    ]
    return Table(f"Grants {year.name}", COLUMNS, rows, money=frozenset({"Amount"}))


def _period(one: Grant) -> str:
    if one.planned is None:
        return _NOT_CERTAIN.format(months=get_settings().delivery_finish_months)
    return f"{one.planned.first.isoformat()} to {one.planned.last.isoformat()}"


def _department(one: Grant) -> str:
    settings = get_settings()
    return settings.grants_department if one.funder == settings.council_name else one.funder
