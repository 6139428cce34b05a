"""/districts: the map of the twelve, with its list. /districts/<name>: what goes on in one."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.geography import DISTRICTS, GRID, district_at, slug_of_district
from crowdfund_kent.previews import Preview, trail
from crowdfund_kent.templating import render
from pledges.public import district_queries, words
from pledges.public.cards import cards
from pledges.public.district_queries import LEAST_TOLD, Counts, Here
from pledges.public.queries import site_stamp
from pledges.public.search import Wanted

PATH: Final = "/districts"


def path_of(name: str) -> str:
    """The page of a district by its name."""
    return f"{PATH}/{slug_of_district(name)}"


async def districts(request: Request) -> Response:
    """GET /districts."""
    stamp = await site_stamp()
    tag = etags.etag(request, stamp.events)
    if answer := etags.unchanged(request, tag):
        return answer
    counts = await district_queries.counts()
    context = {
        "cells": [_cell(one.code, one.name, counts.get(one.code, Counts())) for one in DISTRICTS],
        "rows": [
            [{"text": one.name, "href": path_of(one.name)}, found.open, found.funded, found.all]
            for one in DISTRICTS
            for found in [counts.get(one.code, Counts())]
        ],
        "preview": Preview(
            PATH,
            "The twelve districts of Kent, with how many community projects take pledges in each and how many were funded.",
            data=[trail(("Home", "/"), ("Districts", PATH))],
        ),
    }
    return render(request, "public/districts.html", context, headers=etags.headers(tag))


def _cell(code: str, name: str, found: Counts) -> dict[str, Any]:
    row, column = GRID[code]
    return {"name": name, "row": row, "column": column, "value": found.open, "href": path_of(name)}


async def district(request: Request) -> Response:
    """GET /districts/{district}."""
    one = district_at(str(request.path_params["district"]))
    stamp = await site_stamp()
    tag = etags.etag(request, one.code, stamp.events)
    if answer := etags.unchanged(request, tag):
        return answer
    found, path = await district_queries.here(one.code), path_of(one.name)
    context = {
        "district": one,
        "here": found,
        "open": cards(found.open),
        "funded": cards(found.funded),
        "figures": _figures(found),
        "all_open": Wanted(district=one.code, state="open").address,
        "all_here": Wanted(district=one.code).address,
        "all_funded": f"/projects/funded?district={one.code}",
        "places": [(place, number, Wanted(search=place, district=one.code).address) for place, number in found.places],
        "generated_notice": words.GENERATED_SOME if found.generated else None,
        "preview": Preview(
            path,
            f"Community projects in {one.name}, Kent: what takes pledges now, what was funded, and how to start one.",
            feeds=[(f"New projects in {one.name}", f"{path}/feed.atom")],
            data=[trail(("Districts", PATH), (one.name, path))],
        ),
    }
    return render(request, "public/district.html", context, headers=etags.headers(tag))


def _figures(found: Here) -> list[dict[str, Any]]:
    """The strip. Who looks at one number must not learn who is behind another."""
    people = f"fewer than {LEAST_TOLD}" if found.backers is None else f"{found.backers:,}"
    return [
        {"term": "Open for pledges", "value": found.counts.open, "pence": None, "words": ""},
        {"term": "Funded", "value": found.counts.funded, "pence": None, "words": "met their target"},
        {
            "term": "Raised",
            "value": "",
            "pence": found.raised_pence,
            "words": "by funded projects, with what funds added",
        },
        {"term": "People who backed a project here", "value": people, "pence": None, "words": "each counted once"},
    ]


ROUTES: Final[list[Route]] = [
    page(PATH, districts, public, name="districts"),
    page(PATH + "/{district}", district, public, name="district"),
]
