"""The public figures, as at any past day, as a page and as JSON."""

from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.answering import to
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.geography import GRID
from crowdfund_kent.money import pounds
from crowdfund_kent.templating import plural, render
from evaluation.asking import FIRST_LINE, records_at
from evaluation.figures import (
    DEFINITIONS,
    DistrictFigures,
    Figures,
    public_figures_as_at,
    ratio_words,
    share_words,
    without_crowd_as_at,
)
from evaluation.forms import AsAtForm
from evaluation.report.building import LEFT_OUT
from evaluation.scope import FIRST_DAY, Records

CABINET_DAY = date(2021, 6, 24)
MINUTE = (
    "28 projects had received pledged funding to a value of £130,000 but the total value of those projects was £550,000"
)


async def figures(request: Request) -> Response:
    """Figures as at today, or the day asked for; its own address is the day's, so that it can be linked."""
    form = AsAtForm.of_query(request, day=business_today())
    if "day-day" in request.query_params and form.validate():
        assert form.day.data is not None
        return to(f"/figures/{form.day.data.isoformat()}")
    found = await public_figures_as_at(business_today(), _records(request))
    return await _page(request, found, form)


async def figures_of_day(request: Request) -> Response:
    """Figures as at the end of one day: /figures/2021-06-24, ?records=real or generated."""
    day = _day(request)
    return await _page(request, await public_figures_as_at(day, _records(request)), AsAtForm(None, day=day))


async def figures_json(request: Request) -> Response:
    """The same for programs. The first key says so where they are of generated records."""
    return JSONResponse((await public_figures_as_at(_day(request), _records(request))).as_json())


def _records(request: Request) -> Records | None:
    asked = request.query_params.get("records", "")
    if asked and asked not in set(Records):
        raise NotFound("Records are real or generated.")
    return Records(asked) if asked else None


def _day(request: Request) -> date:
    try:
        day = date.fromisoformat(request.path_params["day"])
    except ValueError:
        raise NotFound("The address must end in a day, like /figures/2021-06-24.") from None
    if not FIRST_DAY <= day <= business_today():
        raise NotFound("There are figures from 1 March 2021 to today.")
    return day


async def _page(request: Request, found: Figures, form: AsAtForm) -> Response:
    other = next(iter(await records_at(found.as_at) - {found.records}), None)
    day = found.as_at.isoformat()
    context = {
        "found": found,
        "first_line": FIRST_LINE[found.records],
        "other": other,
        "other_href": f"/figures/{day}?records={other}" if other else "",
        "apart": await without_crowd_as_at(found.as_at, found.records),
        "form": form,
        "definitions": DEFINITIONS,
        "leverage": ratio_words(found.leverage_bp),
        "cash_ratio": ratio_words(found.cash_ratio_bp),
        "success": share_words(found.success_rate_bp),
        "squares": [_square(one) for one in found.by_district],
        "crowd": told_pounds(found.crowd_pledged_pence),
        "backers": told_people(found.backers),
        "districts": sum(one.projects > 0 for one in found.by_district),
        "generated_notice": FIRST_LINE[found.records] if found.generated else None,
        "minute": MINUTE if found.as_at == CABINET_DAY else "",
        "json_href": f"/figures/{day}.json?records={found.records}",
    }
    return render(request, "evaluation/figures.html", context, form.response_status)


def told_pounds(pence: int | None) -> str:
    """An amount that people gave, or that it is left out."""
    return LEFT_OUT if pence is None else pounds(pence)


def told_people(count: int | None) -> str:
    """So many backers, or that their number is left out."""
    return "fewer than five backers" if count is None else plural(count, "backer")


def _square(one: DistrictFigures) -> dict[str, object]:
    row, column = GRID[one.code]
    return {
        "name": one.name,
        "row": row,
        "column": column,
        "value": one.projects,
        "shown": f"{one.projects}",
        "href": f"/projects?district={one.code}",
    }


ROUTES = [
    page("/figures", figures, public, name="figures"),
    page("/figures/{day}.json", figures_json, public, name="figures_json"),
    page("/figures/{day}", figures_of_day, public, name="figures_of_day"),
]
