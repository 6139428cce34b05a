"""What a page would tell about how to reach somebody: addresses and numbers that the database holds, and what looks like one."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx2
from starlette.routing import Match, Route

from crowdfund_kent.accounts import access
from crowdfund_kent.accounts.contacts import office
from crowdfund_kent.accounts.models import OfficerContact
from crowdfund_kent.database import fetch
from crowdfund_kent.personal.register import all_parts
from crowdfund_kent.wiring import site_routes
from tests.hostile.world import World
from tests.reading import read_html

_COLUMN: Final = re.compile(r"(^|_)(email|phone|postal|contact|to)$")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?<![\w-])(?:\+44 ?|0)\d(?:[ -]?\d){8,9}(?![\w-])")
_POSTCODE: Final = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]?) \d[A-Z]{2}\b")
# examples in hints, and where to forward what is not ours
_OF_NOBODY: Final = {"name@example.com", "report@phishing.gov.uk"}
_READ: Final = ("text/", "application/json", "application/atom+xml", "application/xml", "image/svg+xml")


@dataclass
class Reach:
    """How people can be reached, by the database; and what everybody may know: the council's and its officers' own."""

    known: dict[str, str] = field(default_factory=dict)  # the table and column, by a value without spaces
    published: set[str] = field(default_factory=set)


def _plain(text: str) -> str:
    return re.sub(r"[\s-]+", "", text).lower()


async def reach() -> Reach:
    """Every address and number in the columns that are declared personal; of an address by post, each of its lines."""
    found = Reach()
    officers = [(one.email, one.phone) for one in await OfficerContact.all()]
    for email, phone in [*officers, (office().email, office().phone), *((one, "") for one in _OF_NOBODY)]:
        found.published |= {_plain(email), _plain(phone)}
    for part in all_parts():
        for text in part.texts:
            for column in filter(_COLUMN.search, text.columns):
                for row in await fetch(
                    f'SELECT DISTINCT "{column}" AS told FROM "{text.table}" WHERE "{column}" <> \'\''
                ):
                    for line in str(row["told"]).splitlines():
                        if len(_plain(line)) > 6 and _plain(line) not in found.published:
                            found.known[_plain(line)] = f"{text.table}.{column}"
    return found


def told(body: str, people: Reach) -> Iterator[str]:
    """What a body tells that only the person and who works with them may know."""
    words = unquote(html.unescape(body))
    close = _plain(words)
    yield from (f"{where}: {value}" for value, where in people.known.items() if value in close)
    for pattern in (_EMAIL, _PHONE, _POSTCODE):
        yield from (f"looks like one: {one}" for one in pattern.findall(words) if _plain(one) not in people.published)


async def public_pages(web: httpx2.AsyncClient, world: World) -> Iterator[tuple[str, str]]:
    """Everything that nobody can read: (path, body) of each public route of the world, and of what those pages link to.

    Not the pages behind somebody's private link, nor those of local mode.
    """
    rules = access.declared(site_routes())
    open_to_all = {name for name, rule in rules.items() if rule in (access.public, access.public_form)}
    to_read = [
        world.path(route.path, route.name)
        for route in site_routes()
        if route.name in open_to_all and "GET" in (route.methods or ()) and "{token}" not in route.path
    ]
    read: dict[str, str] = {}
    while to_read:
        path = to_read.pop()
        if path in read:
            continue
        answer = await web.get(path)
        web.cookies.clear()
        kind = answer.headers.get("content-type", "")
        read[path] = answer.text if answer.status_code == 200 and kind.startswith(_READ) else ""
        if kind.startswith("text/html"):
            to_read += [one for one in _links(read[path]) if _is_read(one, open_to_all)]
    return iter((path, body) for path, body in read.items() if body)


@cache
def _routes() -> list[Route]:
    return site_routes()


def _links(body: str) -> list[str]:
    return [node.attrs["href"].partition("#")[0] for node in read_html(body).all("a") if "href" in node.attrs]


def _is_read(href: str, open_to_all: set[str]) -> bool:
    there = urlsplit(href)
    if there.scheme or there.query or not there.path.startswith("/"):
        return False
    scope: dict[str, Any] = {"type": "http", "path": there.path, "method": "GET", "root_path": "", "headers": []}
    for route in _routes():
        if route.matches(scope)[0] is Match.FULL:
            return route.name in open_to_all and "{token}" not in route.path
    return False
