"""Atom feeds: new projects of Kent or of a district, and the news of one project. None names a person."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import atom
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.atom import Entry
from crowdfund_kent.database import fetch
from crowdfund_kent.geography import district_at
from crowdfund_kent.money import pounds
from crowdfund_kent.templating import last_day, long_day
from pledges.public import district_queries, project_queries, words
from pledges.public.district_routes import path_of
from pledges.public.search import PATH
from projects.queries.posts import recent_updates
from projects.states import Campaign as Status

# what a project's feed tells of its campaign: the new status -> title, words with the target
_TOLD: Final = {
    Status.LIVE: ("Open for pledges", "{title} is open for pledges. The target is {target}."),
    Status.SUSPENDED: ("Paused", "The campaign is paused while something is checked. Nobody can pledge now."),
    Status.SUCCESSFUL: ("Target met", "The target of {target} is met. Thank you!"),
    Status.UNSUCCESSFUL: ("Target not met", "The target of {target} was not met, so nobody was charged."),
    Status.SETTLED: ("Pledges collected", "The pledges are collected."),
    Status.COLLAPSED: (
        "Could not be paid out",
        "Too many cards failed, so it could not be paid out. Everybody who was charged gets all of it back.",
    ),
    Status.CANCELLED: ("Cancelled", "The campaign was cancelled. Nobody was charged."),
}


async def new_projects(request: Request) -> Response:
    """GET /feed.atom."""
    return atom.answer(request, atom.feed("New projects", PATH, "/feed.atom", await _opened()))


async def of_district(request: Request) -> Response:
    """GET /districts/{district}/feed.atom."""
    one = district_at(str(request.path_params["district"]))
    path = path_of(one.name)
    entries = await _opened(one.code)
    return atom.answer(request, atom.feed(f"New projects in {one.name}", path, f"{path}/feed.atom", entries))


async def _opened(code: str = "") -> list[Entry]:
    return [
        Entry(
            key=f"campaign:{one.campaign_id}",
            title=one.title,
            path=f"{PATH}/{one.slug}",
            at=at,
            text=f"{one.summary} {words.where(one.place, one.district)}. Target {pounds(one.target_pence)},"
            f" last day {long_day(last_day(one.deadline_at))}.".strip(),
        )
        for one, at in await district_queries.opened(code, atom.MOST)
    ]


async def of_project(request: Request) -> Response:
    """GET /projects/{slug}/feed.atom: what its group tells, and what became of its campaigns."""
    slug = str(request.path_params["slug"])
    attempts = await project_queries.attempts(slug)
    found = await project_queries.page_of(attempts[0].id)
    path, title = f"{PATH}/{slug}", str(found.content["title"])
    entries = [*await _moves([one.id for one in attempts], title, path), *await _updates(found.project_id)]
    return atom.answer(request, atom.feed(title, path, f"{path}/feed.atom", entries))


async def _moves(campaign_ids: list[int], title: str, path: str) -> list[Entry]:
    rows = await fetch(
        "SELECT e.id, e.new, e.cause, e.effective_at, c.target_pence FROM campaign_event e"
        " JOIN campaign c ON c.id = e.subject_id WHERE c.id = ANY($1::bigint[]) AND e.old <> e.new"
        " AND e.new = ANY($2::text[]) ORDER BY e.id DESC LIMIT $3",
        campaign_ids,
        [str(status) for status in _TOLD],
        atom.MOST,
    )
    entries = []
    for row in rows:
        heading, text = _TOLD[Status(row["new"])]
        if row["cause"] == "resumed":
            heading, text = "Open again", "The campaign goes on."
        told = text.format(title=title, target=pounds(row["target_pence"]))
        entries.append(Entry(f"campaign_event:{row['id']}", heading, path, row["effective_at"], told))
    return entries


async def _updates(project_id: int) -> list[Entry]:
    """Updates of the group that are shown now, by their first lines."""
    newest = await recent_updates(project_id, atom.MOST)
    return [Entry(f"post:{one.id}", one.title, one.path, one.shown_at, one.text[:400]) for one in newest]


ROUTES: Final[list[Route]] = [
    page("/feed.atom", new_projects, public, name="feed"),
    page("/districts/{district}/feed.atom", of_district, public, name="feed_of_district"),
    page(PATH + "/{slug}/feed.atom", of_project, public, name="feed_of_project"),
]
