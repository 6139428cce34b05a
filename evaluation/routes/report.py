"""The report: as at today, of an edition, or as at any day; its figures for programs; the registry as a page and as CSV."""

from datetime import date
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.answering import to
from crowdfund_kent.clock import business_today
from crowdfund_kent.csv_files import csv_response
from crowdfund_kent.errors import NotFound
from crowdfund_kent.table_files import csv_of
from crowdfund_kent.templating import render
from evaluation import cache, published
from evaluation.asking import records_at
from evaluation.forms import ReportDayForm
from evaluation.indicators import all_indicators
from evaluation.indicators.kinds import Shown
from evaluation.kinds import EDITIONS, OBJECTIVES, Edition
from evaluation.pack.tables import as_json, dictionary
from evaluation.report import Report, report_of
from evaluation.report.drawing import context_of
from evaluation.report.words import newest
from evaluation.scope import FIRST_DAY, Records, Scope

SHOWN_WORDS: Final = {
    Shown.OPEN: "as it is",
    Shown.PEOPLE: "rounded to the nearest ten people; fewer than five are left out",
    Shown.GIVEN: "rounded to the nearest £100; left out where it would tell of fewer than five people",
    Shown.UNSEEN: "projects that had a page as they are, with the others to the nearest ten; left out where those are fewer"
    " than five",
    Shown.ASKED: "only of rounds that are over; rounded to the nearest ten; fewer than five are left out",
    Shown.ANSWERS: "only of rounds that are over, ten answers or more at once; rounded to the nearest ten; fewer than five are"
    " left out, and so is nobody",
}


async def report(request: Request) -> Response:
    """GET /evaluation: as at today; ?day-day=… leads to the address of that day, as known on another where one is given."""
    form = ReportDayForm.of_query(request, day=business_today())
    if "day-day" in request.query_params and form.validate():
        assert form.day.data is not None
        known = f"?known-on={form.known_on.data.isoformat()}" if form.known_on.data else ""
        return to(f"/evaluation/{form.day.data.isoformat()}{known}")
    return await _page(request, business_today(), Edition.ANY, form)


async def report_of_day(request: Request) -> Response:
    """GET /evaluation/{day}: a day as YYYY-MM-DD, or `interim`, `final`."""
    edition, day = _asked(request)
    return await _page(request, day, edition, None)


async def report_json(request: Request) -> Response:
    """GET /evaluation/{day}.json: the same figures for programs."""
    edition, day = _asked(request)
    scope, known_on, _ = await _scope(request, day)
    return JSONResponse(as_json(await report_of(scope, edition, known_on, exact=False)))


def _asked(request: Request) -> tuple[Edition, date]:
    asked = str(request.path_params["day"])
    for edition, about in EDITIONS.items():
        if asked == edition:
            if about.as_at > business_today():
                raise NotFound("This edition is about days that are still to come.")
            return edition, about.as_at
    return Edition.ANY, _day(asked, "The address must end in a day, like /evaluation/2021-06-24.")


def _day(text: str, otherwise: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound(otherwise) from None
    if not FIRST_DAY <= day <= business_today():
        raise NotFound("There are figures from 1 March 2021 to today.")
    return day


async def _scope(request: Request, day: date) -> tuple[Scope, date | None, set[Records]]:
    """What is asked for; of records of both kinds the real ones, unless the address says otherwise."""
    there = await records_at(day)
    asked = request.query_params.get("records", "")
    if asked and asked not in set(Records):
        raise NotFound("Records are real or generated.")
    wanted = Records(asked) if asked else Records.REAL if len(there) != 1 else next(iter(there))
    known = request.query_params.get("known-on", "")
    known_on = _day(known, "The day on which it was known must be like 2021-06-24.") if known else None
    return Scope.of(day, known_on, wanted), known_on, there


async def _page(request: Request, day: date, edition: Edition, asked: ReportDayForm | None) -> Response:
    scope, known_on, there = await _scope(request, day)
    form = asked or ReportDayForm(None, day=day, known_on=known_on)
    tag = etags.etag(request, await cache.stamp(scope), await newest(), scope, edition, request.url.query)
    if not form.problems and (same := etags.unchanged(request, tag)):
        return same
    found = await report_of(scope, edition, known_on, exact=False)
    others = there - {found.records}
    other = next(iter(others), None)
    where = edition if edition is not Edition.ANY else day.isoformat()
    known = f"&known-on={known_on.isoformat()}" if known_on else ""
    context = context_of(found) | {
        "differs": await _differs(found),
        "form": form,
        "other": other,
        "other_href": f"/evaluation/{where}?records={other}{known}" if other else "",
        "json_href": f"/evaluation/{where}.json?records={found.records}{known}",
        "generated_notice": found.first_line if found.records is Records.GENERATED else None,
    }
    return render(request, "evaluation/report.html", context, form.response_status, headers=etags.headers(tag))


async def _differs(report: Report) -> list[str]:
    """Names of figures that are known otherwise now than they were published for that day."""
    if report.known_on is not None:
        return []
    standing = await published.newest(report.scope.as_at, report.records)
    return [report.lines[key].about.name.lower() for key in published.differing(report, standing)]


async def indicators(request: Request) -> Response:
    """GET /evaluation/indicators: the registry."""
    context = {"indicators": all_indicators(), "objectives": OBJECTIVES, "shown_words": SHOWN_WORDS}
    return render(request, "evaluation/indicators.html", context)


async def indicators_csv(_request: Request) -> Response:
    """GET /evaluation/indicators.csv: the data dictionary."""
    return csv_response("crowdfund-kent-indicators.csv", csv_of(dictionary()))


ROUTES: Final = [
    page("/evaluation", report, public, name="evaluation"),
    page("/evaluation/indicators", indicators, public, name="evaluation_indicators"),
    page("/evaluation/indicators.csv", indicators_csv, public, name="evaluation_indicators_csv"),
    page("/evaluation/{day}.json", report_json, public, name="evaluation_json"),
    page("/evaluation/{day}", report_of_day, public, name="evaluation_of_day"),
]
