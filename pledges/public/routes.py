"""/, /projects, /projects/<slug> and its earlier campaigns: no cookie, an ETag, one address for each page."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, path_id, public
from crowdfund_kent.answering import to
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.illustrations import illustration_url, illustration_words
from crowdfund_kent.money import BASIS_POINTS, pounds_exact, ratio_bp
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from pledges.kinds import Accrual
from pledges.match_words import Promise, promise_words
from pledges.public import (
    checked,
    district_routes,
    feeds,
    figures,
    funded,
    heads,
    listed,
    project_queries,
    queries,
    words,
)
from pledges.public.cards import cards
from pledges.public.district_routes import path_of
from pledges.public.finding import find
from pledges.public.forms import ListForm
from pledges.public.project_queries import Attempt, Page
from pledges.public.queries import Listed
from pledges.public.search import PATH, objective_keys, wanted
from pledges.public.sections import SECTIONS, sections_of
from pledges.rules import card_cost
from pledges.totals import bar_of
from projects.pictures import shown
from projects.rules import slug_of

ON_HOME: Final = 3
TEN_POUNDS: Final = 1_000
SEE_OTHER: Final = 303
NAMES: Final = {one.code: one.name for one in DISTRICTS}
STAMPS: Final = tuple(section.stamp for section in SECTIONS)
# an orchard with oasts, always the same
HERO: Final = ("E07000110", "environment", 0)


async def home(request: Request) -> Response:
    """The first page: what it is about, what came of it, and what ends soon."""
    stamp, kept_since = await queries.site_stamp(), await figures.since()
    tag = etags.etag(request, stamp.events, kept_since)
    if answer := etags.unchanged(request, tag):
        return answer
    soon = await queries.open_projects("", ON_HOME)
    nearly = _others(await queries.open_projects("nearly", 2 * ON_HOME, state="nearly"), soon)
    new = _others(await queries.open_projects("newest", 3 * ON_HOME), soon, nearly)
    funded = [] if soon else await queries.latest_funded(ON_HOME)
    programme = await queries.programme(kept_since)
    some = [*soon, *nearly, *new, *funded]
    context = {
        "soon": cards(soon),
        "nearly": cards(nearly),
        "new": cards(new),
        "funded": cards(funded),
        "programme": programme,
        "each_pound": _each_pound(programme),
        "hero": illustration_url(*HERO),
        "generated_notice": _notice(programme.generated or any(one.generated for one in some)),
        "preview": heads.of_home(),
    }
    return render(request, "public/home.html", context, headers=etags.headers(tag))


def _each_pound(programme: figures.Programme) -> str | None:
    """Project value for each £1 that funds pledged, half up to a penny; None before the first."""
    ratio = ratio_bp(programme.project_value_pence, programme.match_pledged_pence)
    return None if ratio is None else pounds_exact((ratio + 50) // 100)


def _others(found: list[Listed], *shown: list[Listed]) -> list[Listed]:
    """Those that the page does not show yet, as many as stand in a row."""
    known = {one.campaign_id for those in shown for one in those}
    return [one for one in found if one.campaign_id not in known][:ON_HOME]


async def projects(request: Request) -> Response:
    """The list. Values that are not known are left out of the address, which is then the one address of this list."""
    stamp = await queries.site_stamp()
    objectives = objective_keys(stamp.objectives)
    asked = wanted(request.query_params, objectives)
    if asked.items != request.query_params.multi_items():
        return to(asked.address)
    tag = etags.etag(request, stamp.events, *stamp.objectives)
    if answer := etags.unchanged(request, tag):
        return answer
    found = await find(asked, objectives.get(asked.objective, ""))
    if asked.page > found.pages:
        return to(asked.address_of(found.pages))
    form = ListForm.showing(asked, objectives)
    context = {
        "asked": asked,
        "found": found,
        "cards": cards(found.projects),
        "form": form,
        "filters": _filters_in_words(form),
        "districts": [(NAMES[code], path_of(NAMES[code])) for code in found.districts],
        "meant": asked.but(search=found.again).address if found.again else "",
        "generated_notice": _notice(any(one.generated for one in found.projects)),
        "preview": heads.of_list(asked),
    }
    return render(request, "public/projects.html", context, headers=etags.headers(tag))


def _filters_in_words(form: ListForm) -> list[str]:
    """The lines chosen in the filters, for the words above the list: Thanet, Target met."""
    fields = (form.district, form.objective, form.state)
    return [one.text for field in fields for one in field.offered() if one.value == field.data]


def _notice(generated: bool) -> str | None:
    return words.GENERATED_SOME if generated else None


async def project(request: Request) -> Response:
    """A project with its newest campaign that the public may see."""
    slug = request.path_params["slug"]
    attempts = await project_queries.attempts(slug, STAMPS)
    return await _show(request, attempts, attempts[0])


async def earlier_campaign(request: Request) -> Response:
    """An earlier campaign of a project; the newest has its own address."""
    slug = request.path_params["slug"]
    attempts = await project_queries.attempts(slug, STAMPS)
    wanted_id = path_id(request)
    if wanted_id == attempts[0].id:
        return to(f"{PATH}/{slug}")
    found = next((one for one in attempts if one.id == wanted_id), None)
    if found is None:
        raise NotFound("This project has no such campaign.")
    return await _show(request, attempts, found)


async def _show(request: Request, attempts: list[Attempt], attempt: Attempt) -> Response:
    tag = etags.etag(request, *(f"{one.id} {one.stamp}" for one in attempts))
    if answer := etags.unchanged(request, tag):
        return answer
    found = await project_queries.page_of(attempt.id)
    context = _project_context(found) | {
        "newest": attempt == attempts[0],
        "others": [one for one in attempts if one != attempt],
        "sections": await sections_of(found),
        "preview": heads.of_project(request, found, attempt == attempts[0]),
    }
    return render(request, "public/project.html", context, headers=etags.headers(tag))


def _project_context(found: Page) -> dict[str, Any]:
    settings = get_settings()
    content, sums = found.content, found.totals
    cost = card_cost(TEN_POUNDS, settings.card_cost_bp, settings.card_cost_fixed_pence)
    place = (content.get("district_code", ""), content.get("objective", ""), found.project_id)
    return {
        "p": found,
        "content": content,
        "standing": words.standing(_facts(found), business_now(), business_today()),
        "bar": bar_of(found.target_pence, sums),
        "matches": [_match_line(one) for one in found.matches],
        "promised": _promised(found),
        "picture": shown(content.get("picture")),
        "drawing": illustration_url(*place),
        "drawing_words": illustration_words(*place),
        "district_path": path_of(content["district"]) if content.get("district") else "",
        "objective_key": slug_of(content["objective"]) if content.get("objective") else "",
        "group": content.get("group", {}),
        "group_is": words.what_it_is(content.get("group", {}).get("legal_form", "")),
        "checked": checked.told(found.checks, found.second_look),
        "threshold_pence": -(-found.target_pence * found.threshold_bp // BASIS_POINTS),
        "card_cost_pence": cost,
        "group_gets_pence": TEN_POUNDS - (cost if found.card_cost_borne_by == "group" else 0),
        "generated_notice": words.GENERATED_ONE if found.generated else None,
    }


def _facts(found: Page) -> words.Facts:
    return words.Facts(
        status=found.status,
        deadline_at=found.deadline_at,
        ended_at=found.ended_at,
        target_pence=found.target_pence,
        threshold_bp=found.threshold_bp,
        collecting_from=found.collecting_from,
        imported=found.imported,
        collection_days=get_settings().collection_days,
    )


def _promised(found: Page) -> list[str]:
    """What funds have promised, in words, where it counts in another way than from acceptance on."""
    met = found.totals.raised_pence >= found.target_pence
    return [
        promise_words(Promise(one.funder, one.amount_pence, one.accrual, one.start_bp), target_met=met)
        for one in found.matches
        if one.accrual != Accrual.FLAT and not one.offered and not one.gone
    ]


def _match_line(one: project_queries.MatchLine) -> dict[str, Any]:
    """A line of the bar's key. The written record of an offer is public once the group has accepted it."""
    gone = " (went back to its fund)" if one.gone else ""
    line = {"funder": one.funder + gone, "pence": one.amount_pence, "offered": one.offered, "later": one.later}
    return line if one.offered else line | {"href": f"/awards/{one.reference}"}


ROUTES: Final[list[Route]] = [
    page("/", home, public, name="home"),
    page(PATH, projects, public, name="public_projects"),
    *funded.ROUTES,  # before what any other word at its place names
    page(PATH + "/{slug}", project, public, name="public_project"),
    page(PATH + "/{slug}/campaigns/{id}", earlier_campaign, public, name="public_campaign"),
    *district_routes.ROUTES,
    *feeds.ROUTES,
]
SITEMAP: Final = (listed.pages,)
