"""What /api/v1 answers, as plain rows: campaigns, awards, figures. Amounts in pence, days as YYYY-MM-DD. No person is in it.

A row is the same in JSON and in CSV. What is added later gets a name of its own; what is taken away makes it /api/v2.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from crowdfund_kent.previews import whole
from crowdfund_kent.settings import get_settings
from crowdfund_kent.table_files import Table, Value
from evaluation.asking import FIRST_LINE
from evaluation.open_data.campaigns import Listed, campaigns_as_at
from evaluation.open_data.grants import Grant, grants_as_at
from evaluation.open_data.rules import LICENCE, LICENCE_NAME, district_name, funder_id, grant_id, recipient_id
from evaluation.report import report_of
from evaluation.report.building import Line, part_words
from evaluation.scope import Records, Scope

VERSION: Final = "v1"
Row = Mapping[str, Any]
Read = Callable[[Scope], Awaitable[Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing to ask for. `fields`: every name of a row with what it means; the page and the columns are made of it."""

    name: str
    about: str
    read: Read
    fields: Mapping[str, str]


async def _campaigns(scope: Scope) -> Sequence[Row]:
    return [_campaign(one) for one in await campaigns_as_at(scope)]


def _campaign(one: Listed) -> Row:
    return {
        "id": one.id,
        "title": one.title,
        "summary": one.summary,
        "group": one.group,
        "legal_form": one.legal_form,
        "place": one.place,
        "district_code": one.district_code,
        "district": district_name(one.district_code),
        "objective": one.objective,
        "status": one.status,
        "opened_on": _iso(one.opened_on),
        "last_day": _iso(one.last_day),
        "decided_on": _iso(one.decided_on),
        "target_pence": one.target_pence,
        "project_value_pence": one.value_pence,
        "match_pledged_pence": one.match_pence,
        "crowd_pledged_pence": one.given_pence,
        "backers": one.backers,
        "url": whole(f"/projects/{one.slug}"),
        "generated": one.generated,
    }


async def _awards(scope: Scope) -> Sequence[Row]:
    return [_award(one) for one in await grants_as_at(scope)]


def _award(one: Grant) -> Row:
    prefix, hidden = get_settings().open_data_prefix, one.recipient.is_individual
    return {
        "id": grant_id(one.reference, prefix),
        "campaign_id": None if hidden else one.campaign_id,
        "with_crowd": one.has_crowd,
        "title": one.title,
        "purpose": one.purpose,
        "funder_id": funder_id(one.organisation_id, one.funder_slug, prefix),
        "funder": one.funder,
        "funds": "; ".join(fund.name for fund in one.programmes),
        "recipient_id": recipient_id(one.recipient, prefix),
        "recipient": one.recipient.public_name,
        "registration_number": one.recipient.registration_number,
        "district_code": one.district,
        "district": district_name(one.district),
        "awarded_on": one.awarded_on.isoformat(),
        "asked_pence": one.asked_pence,
        "awarded_pence": one.awarded_pence,
        "paid_pence": one.paid_pence,
        "changed_at": one.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "url": whole(f"/projects/{one.slug}") if one.slug else "",
        "generated": one.generated,
    }


async def _figures(scope: Scope) -> Sequence[Row]:
    report = await report_of(scope, exact=False)
    return [row for key, line in report.lines.items() for row in _figure(key, line, report.records)]


def _figure(key: str, line: Line, records: Records) -> Sequence[Row]:
    """The whole, then its parts."""
    about, found = line.about, line.found
    same = {"key": key, "name": about.name}
    last = {"unit": str(about.unit), "definition": about.definition, "generated": records is Records.GENERATED}
    rows = [{**same, "by": "", "part": "", "value": found.value, "words": line.words, **last}]
    rows += [
        {**same, "by": way, "part": part.name, "value": part.value, "words": part_words(line, part), **last}
        for way, parts in found.parts.items()
        for part in parts
    ]
    return rows


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


_GENERATED: Final = "true for a record that was made up to fit published totals"
RESOURCES: Final = (
    Resource(
        "campaigns",
        "Every campaign that had a page at the end of the day: what, where, its target and how it ended.",
        _campaigns,
        {
            "id": "our number of the campaign",
            "title": "what the project is called",
            "summary": "what it is, in one sentence",
            "group": "who runs it; “Individual Recipient” where that is one or two people",
            "legal_form": "what the group is in law",
            "place": "town or village",
            "district_code": "code of the district, from the Office for National Statistics",
            "district": "its name",
            "objective": "the objective that the project serves",
            "status": "live, suspended, closing, successful, unsuccessful, collecting, settled, collapsed or cancelled",
            "opened_on": "the day on which it opened",
            "last_day": "its last day, as known now",
            "decided_on": "the day on which its target was met or missed",
            "target_pence": "what it had to raise",
            "project_value_pence": "the whole cost, with what is given in kind",
            "match_pledged_pence": "what funds added, to the penny",
            "crowd_pledged_pence": "what people pledged, to the nearest £100; empty where it would tell of few people",
            "backers": "how many, to the nearest ten; empty for fewer than five, and where it would give them away",
            "url": "its page",
            "generated": _GENERATED,
        },
    ),
    Resource(
        "awards",
        "What each funder gave to each campaign, or to a project without a campaign: the grants of the 360Giving file.",
        _awards,
        {
            "id": "the grant’s identifier, the same in the 360Giving file",
            "campaign_id": "the campaign it was given to; empty for money without a crowd, and for one or two people",
            "with_crowd": "true where it was given to a campaign",
            "title": "what the project is called",
            "purpose": "what the money is for",
            "funder_id": "identifier of the organisation that gives",
            "funder": "its name",
            "funds": "the fund, or funds, that it is from",
            "recipient_id": "identifier of the group: its charity or company number, else one of ours",
            "recipient": "its name; “Individual Recipient” for one or two people",
            "registration_number": "its charity or company number",
            "district_code": "code of the district",
            "district": "its name",
            "awarded_on": "the day of the decision",
            "asked_pence": "what the group asked for, where it asked for an amount",
            "awarded_pence": "what it was given",
            "paid_pence": "what was paid, less what came back; empty until the first payment",
            "changed_at": "when the newest fact in it was recorded",
            "url": "the project’s page",
            "generated": _GENERATED,
        },
    ),
    Resource(
        "figures",
        "Every figure of the evaluation with its definition, as a whole and in its parts.",
        _figures,
        {
            "key": "short name of the figure",
            "name": "its name",
            "by": "how it is broken down: district, legal form and so on; empty for the whole",
            "part": "which part",
            "value": "a whole number in the unit; empty without evidence or where it would tell of few people",
            "words": "the same as pages print it",
            "unit": "count, pence, basis points (10000 = all, or £1.00 for each £1), days, minutes, tenths, hundredths",
            "definition": "what it means",
            "generated": _GENERATED,
        },
    ),
)


def page_of(
    resource: Resource,
    rows: Sequence[Row],
    scope: Scope,
    page: int,
    size: int,
    address: str,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """One page of JSON: about it, then the rows. `address`: of the same question, without a page. `known_at`: if not now."""
    assert scope.records is not None
    pages = max(1, -(-len(rows) // size))
    return {
        "records": scope.records,
        "about": FIRST_LINE[scope.records],
        "licence": {"name": LICENCE_NAME, "url": LICENCE},
        "version": VERSION,
        "as_at": scope.as_at.isoformat(),
        "known_before": scope.known_before.isoformat() if scope.known_before else None,
        **({"known_at": told_moment(known_at)} if known_at else {}),
        "total": len(rows),
        "page": page,
        "pages": pages,
        "next": whole(f"{address}page={page + 1}") if page < pages else None,
        resource.name: list(rows[(page - 1) * size : page * size]),
    }


def told_moment(moment: datetime) -> str:
    """2026-11-30T10:05:00Z"""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def table_of(resource: Resource, rows: Sequence[Row]) -> Table:
    """All of it as a table. Amounts are in pence here too, as the names of the columns say."""
    return Table(
        resource.name, tuple(resource.fields), [[_cell(row[name]) for name in resource.fields] for row in rows]
    )


def _cell(value: Any) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else value if isinstance(value, int) else str(value)
