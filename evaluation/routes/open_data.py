"""Open data: the page that explains it, its files, and the interface for programs, /api/v1. All public and read only."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import wraps
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crowdfund_kent import etags, limits
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.clock import LONDON, business_today, day_ends, real_now
from crowdfund_kent.errors import BadRequest, NotFound, SiteError
from crowdfund_kent.limits import TooOften, network_of
from crowdfund_kent.settings import get_settings
from crowdfund_kent.table_files import ODS, csv_of
from crowdfund_kent.templating import render
from evaluation import asking, cache
from evaluation.asking import FIRST_LINE
from evaluation.open_data import api, services, transparency
from evaluation.open_data.grants import grants_as_at, records_of_grants
from evaluation.open_data.rules import LICENCE, LICENCE_NAME
from evaluation.scope import FIRST_DAY, Records, Scope

USUAL_SIZE: Final = 100
MOST_SIZE: Final = 500
WAIT_SECONDS: Final = 60
_DAY_LETTERS: Final = len("2021-06-24")
_TYPES: Final = {"json": "application/json", "csv": "text/csv; charset=utf-8", "ods": ODS}
_ASKED: Final = frozenset({"as-at", "records"})
_KNOWN: Final = frozenset({"known-on"})
_PAGED: Final = _KNOWN | {"page", "per-page"}
Answer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Question:
    """What an address asks for. `known_before`: only what was recorded before it; None: everything."""

    day: date
    wanted: Records | None
    known_before: datetime | None
    page: int
    size: int


def _question(query: QueryParams, also: frozenset[str] = frozenset()) -> Question:
    """BadRequest for what can't be read, also for a name that nothing is asked by."""
    unknown = sorted(set(query) - _ASKED - also)
    if unknown:
        raise BadRequest(f"Nothing is asked by {unknown[0]!r}. Names are: {', '.join(sorted(_ASKED | also))}.")
    try:
        day = date.fromisoformat(query["as-at"]) if "as-at" in query else business_today()
    except ValueError:
        raise BadRequest("as-at is a day, like 2021-06-24.") from None
    if not FIRST_DAY <= day <= business_today():
        raise BadRequest("as-at is a day from 1 March 2021 to today.")
    records = query.get("records", "")
    if records and records not in set(Records):
        raise BadRequest("records is real or generated.")
    page, size = _number(query, "page", 1, 1_000_000), _number(query, "per-page", USUAL_SIZE, MOST_SIZE)
    return Question(day, Records(records) if records else None, _known(query.get("known-on", "")), page, size)


def _known(text: str) -> datetime | None:
    """The end of a day in London, or a moment as the address of a next page has it."""
    if not text:
        return None
    try:
        found = day_ends(date.fromisoformat(text)) if len(text) == _DAY_LETTERS else datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min  # noqa: DTZ901 - told below, like one without its offset
    begins = datetime.combine(FIRST_DAY, time(), LONDON)
    if found.tzinfo is None or not begins <= found <= max(day_ends(business_today()), real_now()):
        raise BadRequest(
            "known-on is a day from 1 March 2021 to today, or a moment as the address of a next page has it."
        )
    return found


def _number(query: QueryParams, name: str, usual: int, most: int) -> int:
    text = query.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise BadRequest(f"{name} is a whole number from 1 to {most}.")
    return int(text)


def gently(endpoint: Answer) -> Answer:
    """Counted by network; what goes wrong is told to a program as JSON: {"error": "..."}."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        network = network_of(request)
        try:
            if not await limits.allows(f"{get_settings().open_data_a_minute}/minute", "open data", network):
                raise TooOften("That is often. Wait a minute, then go on; ask with If-None-Match for what you have.")
            return await endpoint(request)
        except SiteError as error:
            wait = {"Retry-After": str(WAIT_SECONDS)} if isinstance(error, TooOften) else {}
            return JSONResponse({"error": error.message}, error.status, {**wait, "Cache-Control": "no-store"})

    return answer


def _resource(resource: api.Resource, kind: str) -> Answer:
    """GET /api/v1/{name}.json, a page of rows, and .csv, all of them."""

    @gently
    async def answer(request: Request) -> Response:
        asked, now = _question(request.query_params, _PAGED if kind == "json" else _KNOWN), real_now()
        scope = Scope(asked.day, asked.known_before, await asking.shown(asked.day, asked.wanted))
        tag = etags.etag(request, await cache.stamp(scope), resource.name, kind, scope, asked.page, asked.size)
        if same := etags.unchanged(request, tag):
            return same
        rows, known_at = await resource.read(scope), await cache.shown_since(scope)
        headers = {**etags.headers(tag), "Access-Control-Allow-Origin": "*", "Link": f'<{LICENCE}>; rel="license"'}
        headers |= {"X-Known-At": api.told_moment(known_at)} if known_at else {}
        if kind == "csv":
            headers |= _as_file(f"crowdfund-kent-{resource.name}-{asked.day.isoformat()}-{scope.records}.csv")
            return etags.answer(request, csv_of(api.table_of(resource, rows)), headers=headers, media_type=_TYPES[kind])
        # the next page is of what was known at this one, so that nothing that is recorded meanwhile moves a row
        known = (asked.known_before or known_at or now).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        asks = f"as-at={asked.day.isoformat()}&records={scope.records}&known-on={known}&per-page={asked.size}"
        address = f"/api/{api.VERSION}/{resource.name}.json?{asks}&"
        found = api.page_of(resource, rows, scope, asked.page, asked.size, address, known_at)
        return etags.answer(request, _json(found), headers=headers, media_type=_TYPES[kind])

    return answer


def _json(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@gently
async def threesixty_file(request: Request) -> Response:
    """GET /open-data/360giving.{kind}: json or csv, of today or ?as-at=…"""
    kind = str(request.path_params["kind"])
    if kind not in ("json", "csv"):
        raise NotFound
    asked = _question(request.query_params)
    return await _file(
        request, f"360giving-grants.{kind}", lambda: services.threesixty_file(asked.day, kind, asked.wanted)
    )


@gently
async def transparency_file(request: Request) -> Response:
    """GET /open-data/transparency-{year}.{kind}: csv or ods; ?funder=… for one alone."""
    year, kind = str(request.path_params["year"]), str(request.path_params["kind"])
    if kind not in ("csv", "ods"):
        raise NotFound
    asked = _question(request.query_params, frozenset({"funder"}))
    if "as-at" in request.query_params:
        raise BadRequest("The table of a year is as known now.")
    funder = request.query_params.get("funder", "")
    made = lambda: services.transparency_file(year, kind, asked.wanted, funder)  # noqa: E731 - one use, named for the eye
    return await _file(request, f"grants-{year}.{kind}", made)


async def _file(request: Request, name: str, make: Callable[[], Awaitable[services.Exported]]) -> Response:
    # as the lists of today are shown, whatever day is asked for: the tag changes with them
    today = [await cache.shown_since(Scope.of(business_today(), records=records)) for records in Records]
    tag = etags.etag(request, await cache.number(), *today, name, request.url.query)
    if same := etags.unchanged(request, tag):
        return same
    made = await make()
    first, end = name.rsplit(".", 1)
    headers = {**etags.headers(tag), **_as_file(f"{first}-{made.records}.{end}"), "Link": f'<{LICENCE}>; rel="license"'}
    if end in ("json", "csv"):
        return etags.answer(request, made.content.decode(), headers=headers, media_type=_TYPES[end])
    return Response(made.content, headers=headers, media_type=_TYPES[end])


async def open_data(request: Request) -> Response:
    """GET /open-data: what there is, how to ask for it, what is left out."""
    today = business_today()
    records = await records_of_grants(today)
    scope = Scope.of(today, records=records)
    grants = await grants_as_at(scope)
    context = {
        "grants": grants,
        "total_pence": sum(one.awarded_pence for one in grants),
        "without_crowd_pence": sum(one.awarded_pence for one in grants if not one.has_crowd),
        "today": today,
        "known_at": await cache.shown_since(scope),
        "years": [(year, await transparency.grants_of_year(year)) for year in transparency.years()],
        "resources": api.RESOURCES,
        "columns": transparency.COLUMNS,
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
        "usual_size": USUAL_SIZE,
        "most_size": MOST_SIZE,
        "a_minute": get_settings().open_data_a_minute,
        "address": get_settings().site_url.rstrip("/"),
        "generated_notice": FIRST_LINE[records] if records is Records.GENERATED else None,
    }
    return render(request, "evaluation/open_data.html", context)


ROUTES: Final = [
    page("/open-data", open_data, public, name="open_data"),
    page("/open-data/360giving.{kind}", threesixty_file, public, name="open_data_360giving"),
    page("/open-data/transparency-{year}.{kind}", transparency_file, public, name="open_data_transparency"),
    *(
        page(f"/api/v1/{one.name}.{kind}", _resource(one, kind), public, name=f"api_{one.name}_{kind}")
        for one in api.RESOURCES
        for kind in ("json", "csv")
    ),
]
