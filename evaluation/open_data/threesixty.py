"""Grants by the 360Giving Data Standard 1.4, as a JSON package and as CSV with the standard's headings. Pure but for settings.

Days are written as the moment at which they begin in London: the standard takes a day or a moment, but its schema takes a plain
day only from a reader that checks moments too, and refuses it from any other. In CSV they are plain days.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from crowdfund_kent.clock import LONDON
from crowdfund_kent.csv_files import pounds_cell
from crowdfund_kent.previews import whole
from crowdfund_kent.settings import Settings, get_settings
from crowdfund_kent.table_files import Table, Value
from evaluation.asking import FIRST_LINE
from evaluation.open_data.grants import Grant, marked
from evaluation.open_data.rules import GENERATED, LICENCE, district_name, funder_id, grant_id, recipient_id
from evaluation.scope import Records

VERSION: Final = "1.4"
DISTRICTS_CODE: Final = "NMD"  # of the standard's list geoCodeType: non-metropolitan districts
PAGE: Final = "/open-data"
JSON_FILE: Final = f"{PAGE}/360giving.json"
_COLUMNS: Final = (
    "Identifier", "Title", "Description", "Currency", "Amount Applied For", "Amount Awarded", "Amount Disbursed", "Award Date",
    "URL", "Planned Dates:Start Date", "Planned Dates:End Date", "Planned Dates:Description", "Recipient Org:Identifier",
    "Recipient Org:Name", "Recipient Org:Charity Number", "Recipient Org:Company Number", "Recipient Ind:Identifier",
    "Recipient Ind:Name", "Beneficiary Location:Name", "Beneficiary Location:Country Code",
    "Beneficiary Location:Geographic Code", "Beneficiary Location:Geographic Code Type", "Funding Org:Identifier",
    "Funding Org:Name", "Grant Programme:Code", "Grant Programme:Title", "Grant Programme:URL", "Last modified",
    "Data Source",
)  # fmt: skip


def package(grants: Sequence[Grant], as_at: date, records: Records) -> dict[str, Any]:
    """The whole file. The same grants give the same file, whenever it is written."""
    settings = get_settings()
    prefix = settings.open_data_prefix
    publisher = {"name": settings.council_name, "website": settings.site_url}
    own = next((one.organisation_id for one in grants if one.funder == settings.council_name), "")
    modified = max((one.changed_at for one in grants), default=None)
    return {
        "version": VERSION,
        "title": f"{settings.programme_name}: grants as at {as_at.isoformat()}",
        "description": f"{FIRST_LINE[records]} One grant for each funder and campaign, or project where there was no campaign.",
        "identifier": f"{prefix}-grants",
        "publisher": publisher | ({"identifier": own} if own else {}),
        **({"modified": _moment(modified)} if modified else {}),
        "accessURL": whole(PAGE),
        "downloadURL": whole(JSON_FILE),
        "license": LICENCE,
        "grants": [_grant(one, settings) for one in marked(grants, GENERATED)],
    }


def _grant(one: Grant, settings: Settings) -> dict[str, Any]:
    prefix, who = settings.open_data_prefix, one.recipient
    recipient: dict[str, Any] = {"id": recipient_id(who, prefix), "name": who.public_name}
    if who.is_individual:
        to: dict[str, Any] = {"recipientIndividual": recipient}
    else:
        numbers = {"charityNumber": who.charity_number, "companyNumber": who.company_number}
        to = {"recipientOrganization": [recipient | {name: number for name, number in numbers.items() if number}]}
    plain: dict[str, Any] = {
        "id": grant_id(one.reference, prefix),
        "title": one.title,
        "description": one.purpose,
        "currency": "GBP",
        "amountAwarded": _pounds(one.awarded_pence),
        "awardDate": _day(one.awarded_on),
        **to,
        "fundingOrganization": [{"id": funder_id(one.organisation_id, one.funder_slug, prefix), "name": one.funder}],
        "grantProgramme": [
            {"code": fund.slug, "title": fund.name, "url": whole(f"/funds/{fund.slug}")} for fund in one.programmes
        ],
        "dateModified": _moment(one.changed_at),
        "dataSource": whole(PAGE),
    }
    if one.asked_pence is not None:
        plain["amountAppliedFor"] = _pounds(one.asked_pence)
    if one.paid_pence is not None:
        plain["amountDisbursed"] = _pounds(one.paid_pence)
    if one.slug:
        plain["url"] = whole(f"/projects/{one.slug}")
    if one.planned is not None:
        first, last = _day(one.planned.first), _day(one.planned.last)
        plain["plannedDates"] = [{"startDate": first, "endDate": last, "description": one.planned.words}]
    if name := district_name(one.district):
        location = {"name": name, "countryCode": "GB", "geoCode": one.district, "geoCodeType": DISTRICTS_CODE}
        plain["beneficiaryLocation"] = [location]
    return plain


def _pounds(pence: int) -> int | float:
    """As a number of the file: whole pounds without pence. Under 10 billion pounds a float holds every penny."""
    return pence // 100 if pence % 100 == 0 else pence / 100


def _day(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).isoformat()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def table(found: Mapping[str, Any]) -> Table:
    """The package as a table with the standard's headings, a line a grant."""
    return Table("Grants", _COLUMNS, [_line(one) for one in found["grants"]])


def _line(one: Mapping[str, Any]) -> list[Value]:
    organisation = one.get("recipientOrganization", [{}])[0]
    individual = one.get("recipientIndividual", {})
    planned, place = one.get("plannedDates", [{}])[0], one.get("beneficiaryLocation", [{}])[0]
    funder, programmes = one["fundingOrganization"][0], one["grantProgramme"]
    return [
        one["id"], one["title"], one["description"], one["currency"], _cell(one.get("amountAppliedFor")),
        _cell(one["amountAwarded"]), _cell(one.get("amountDisbursed")), one["awardDate"][:10], one.get("url"),
        planned.get("startDate", "")[:10], planned.get("endDate", "")[:10], planned.get("description"),
        organisation.get("id"), organisation.get("name"), organisation.get("charityNumber"), organisation.get("companyNumber"),
        individual.get("id"), individual.get("name"), place.get("name"), place.get("countryCode"), place.get("geoCode"),
        place.get("geoCodeType"), funder["id"], funder["name"], *(
            "; ".join(fund[part] for fund in programmes) for part in ("code", "title", "url")
        ), one["dateModified"], one["dataSource"],
    ]  # fmt: skip


def _cell(pounds: float | None) -> str | None:
    return None if pounds is None else pounds_cell(round(pounds * 100))
