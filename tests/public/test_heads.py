"""What pages say in their heads, to search engines and in feeds; what nobody must learn from them; how they travel."""

import gzip
import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from starlette.requests import Request

from crowdfund_kent import etags, sitemap
from crowdfund_kent.clock import business_now
from crowdfund_kent.previews import Image, Preview, as_data, head_of, short
from pledges.models import Pledge
from projects.models import Campaign
from projects.states import Campaign as Status
from tests.client import Page, SiteClient
from tests.pledges import make
from tests.public import made_up
from tests.public.test_districts import NAMED, load
from tests.reading import Node

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def head(page: Page) -> dict[str, str]:
    """The metas and links of a page's head by name."""
    (node,) = page.root.all("head")
    metas = {
        m.attrs.get("name") or m.attrs.get("property", ""): m.attrs["content"]
        for m in node.all("meta")
        if "content" in m.attrs
    }
    return metas | {link.attrs["rel"]: link.attrs["href"] for link in node.all("link")}


def data(page: Page) -> list[dict[str, Any]]:
    """The page's data blocks, read."""

    def text(node: Node) -> str:
        return "".join(child for child in node.children if isinstance(child, str))

    return [json.loads(text(node)) for node in page.root.all("script") if "ld+json" in node.attrs.get("type", "")]


async def test_every_public_page_has_one_address_and_says_what_it_is(client: SiteClient) -> None:
    await load("pool")
    described = set()
    for path in ("/", "/projects", "/projects/pool", "/districts", "/districts/thanet", "/projects/funded", "/fees"):
        found = head(await client.get(path))
        assert found["canonical"] == f"http://testserver{path}"
        assert found["og:url"] == found["canonical"]
        assert 30 < len(found["description"]) <= 161
        assert "robots" not in found
        described.add(found["description"])
    assert len(described) == 7
    assert head(await client.get("/projects?district=E07000114&page=1", to="/projects?district=E07000114"))[
        "canonical"
    ].endswith("/projects?district=E07000114")


async def test_a_project_says_what_it_is_where_it_is_and_how_to_pledge_and_names_nobody(client: SiteClient) -> None:
    campaign = (await load("pool"))["pool"]
    pledge = await make.pledge(campaign)
    await Pledge.filter(id=pledge.id).update(name="Wilhelmina Backer", name_shown=True)
    page = await client.get("/projects/pool")
    assert page.html.count("Wilhelmina Backer") == 1
    found = head(page)
    assert (found["og:title"], found["og:type"]) == ("Tidal pool steps for every body", "article")
    assert found["description"] == found["og:description"] == NAMED["pool"].summary
    project, trail = data(page)
    assert (project["@type"], project["location"]["name"]) == ("Project", "Margate, Thanet")
    assert project["potentialAction"]["target"] == "http://testserver/projects/pool/pledge"
    assert [step["item"] for step in trail["itemListElement"]] == [
        "http://testserver/projects",
        "http://testserver/projects/pool",
    ]
    for address in ("/feed.atom", "/projects/pool/feed.atom", "/districts/thanet/feed.atom", "/sitemap.xml"):
        assert "Wilhelmina" not in (await client.http.get(address)).text
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED)
    assert "potentialAction" not in data(await client.get("/projects/pool"))[0]


async def test_home_says_where_to_search_and_a_search_is_not_listed(client: SiteClient) -> None:
    (site,) = data(await client.get("/"))
    assert site["potentialAction"]["target"]["urlTemplate"] == "http://testserver/projects?search={search}"
    assert head(await client.get("/projects?search=pool"))["robots"] == "noindex"
    for path, status in (("/nowhere", 404), ("/sign-in", 200)):
        found = head(await client.get(path, status=status))
        assert (found.get("robots") == "noindex") == (status == 404), path


async def test_the_first_page_of_giving_is_filed_under_its_project_and_the_next_ones_nowhere(
    client: SiteClient,
) -> None:
    await load("pool")
    page = await client.get("/projects/pool/pledge")
    found = head(page)
    assert found["canonical"] == found["og:url"] == "http://testserver/projects/pool"
    assert found["description"] == NAMED["pool"].summary
    assert "robots" not in found
    assert "x-robots-tag" not in page.headers
    assert page.headers["cache-control"] == "private, no-store"
    you = await page.submit({"other": "20"}, to="/projects/pool/pledge/you")
    assert you.headers["x-robots-tag"] == "noindex"


def test_data_cannot_end_its_element_and_long_descriptions_end_at_a_word() -> None:
    hostile = "</script><script>alert(1)</script>\u2028&"
    written = as_data({"name": hostile})
    assert not re.search("[<>&\u2028]", written)
    assert json.loads(written)["name"] == hostile
    assert short("one two " * 40).endswith(" two…")
    assert len(short("a" * 500)) <= 161
    assert short("  two\n words ") == "two words"


@pytest.mark.parametrize(
    ("path", "listed", "hidden"), [("/x", True, False), ("/x", False, True), ("/pledges/P-1/secret", True, True)]
)
def test_what_is_not_for_everybody_is_hidden(path: str, listed: bool, hidden: bool) -> None:
    request = Request({"type": "http", "method": "GET", "path": path, "headers": [], "state": {"is_listed": listed}})
    assert head_of(request, None).hidden is hidden
    assert head_of(request, None, status=404).hidden
    shown = head_of(request, Preview("/y", image=Image("/p.webp", "A pool", 1200, 630)))
    assert (shown.address, shown.image_address) == ("http://testserver/y", "http://testserver/p.webp")


async def locations(client: SiteClient, path: str, status: int = 200) -> dict[str, str | None]:
    """The addresses of a sitemap with the day of each."""
    answer = await client.http.get(path)
    assert answer.status_code == status
    if status != 200:
        return {}
    assert answer.headers["content-type"].startswith("application/xml")
    return {
        (one.findtext(f"{MAP}loc") or "").removeprefix("http://testserver"): one.findtext(f"{MAP}lastmod")
        for one in ET.fromstring(answer.text)
    }


async def test_the_sitemap_lists_what_is_public_with_its_day(client: SiteClient) -> None:
    campaign = await make.campaign(title="Steps")
    slug = await make.slug_of(campaign)
    await make.campaign(Status.APPROVED, title="Not yet")
    found = await locations(client, "/sitemap.xml")
    today = business_now().date().isoformat()
    assert found[f"/projects/{slug}"] == found["/districts/thanet"] == today
    assert {"/", "/projects", "/projects/funded", "/districts/swale", "/how-it-works"} <= set(found)
    assert not [
        path for path in found if path.startswith(("/staff", "/account", "/sign-in", "/health", "/local", "/pledges"))
    ]
    assert len([path for path in found if path.startswith("/projects/")]) == 2
    robots = (await client.http.get("/robots.txt")).text
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /staff/" in robots
    assert "Disallow: /projects" not in robots


async def test_a_sitemap_of_many_is_cut_into_files(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await locations(client, "/sitemap.xml")
    await locations(client, "/sitemaps/1.xml", 404)
    monkeypatch.setattr(sitemap, "MOST", 10)
    files = await locations(client, "/sitemap.xml")
    assert list(files) == [f"/sitemaps/{number}.xml" for number in range(1, -(-len(whole) // 10) + 1)]
    parts = [await locations(client, path) for path in files]
    assert [path for part in parts for path in part] == list(whole)
    await locations(client, f"/sitemaps/{len(files) + 1}.xml", 404)
    await locations(client, "/sitemaps/0.xml", 404)


async def entries(client: SiteClient, path: str) -> list[tuple[str, str]]:
    """Title and link of each entry of a feed that is as Atom wants it."""
    answer = await client.http.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.text)
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Crowdfund Kent"
    assert re.fullmatch(r"[0-9T:-]{19}Z", root.findtext(f"{ATOM}updated") or "")
    found = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in found]
    assert len(set(ids)) == len(ids)
    links = [entry.find(f"{ATOM}link") for entry in found]
    return [
        (entry.findtext(f"{ATOM}title") or "", link.attrib["href"].removeprefix("http://testserver"))
        for entry, link in zip(found, links, strict=True)
        if link is not None
    ]


async def test_feeds_tell_what_is_new_newest_first(client: SiteClient) -> None:
    campaigns = await load("pool", "orchard")
    await Campaign.filter(id=campaigns["pool"].id).update(opened_at=business_now() - timedelta(days=1))
    pool, orchard = ((NAMED[key].title, f"/projects/{key}") for key in ("pool", "orchard"))
    assert await entries(client, "/feed.atom") == [orchard, pool]
    assert await entries(client, "/districts/thanet/feed.atom") == [pool]
    assert await entries(client, "/districts/ashford/feed.atom") == []
    assert head(await client.get("/districts/thanet"))["alternate"] == "/districts/thanet/feed.atom"
    met = await make.campaign(Status.SUCCESSFUL)
    slug = await make.slug_of(met)
    told = await entries(client, f"/projects/{slug}/feed.atom")
    assert {title for title, _ in told} == {"Open for pledges", "Target met"}
    assert (await client.http.get("/projects/nothing/feed.atom")).status_code == 404


async def test_a_public_page_travels_compressed_and_one_with_a_token_does_not(client: SiteClient) -> None:
    await made_up.load()
    for path in ("/projects", "/projects/pool", "/feed.atom", "/how-it-works"):
        async with client.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding"), path
        assert len(raw) < 12_000
        plain = await client.http.get(path, headers={"Accept-Encoding": "identity"})
        assert gzip.decompress(raw) == plain.content
        assert "content-encoding" not in plain.headers
    with_token = await client.http.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "csrf_token" in with_token.text
    assert "content-encoding" not in with_token.headers
    assert "content-encoding" not in (await client.http.get("/projects", headers={"Accept-Encoding": "gzip"})).headers


async def test_pages_without_numbers_have_a_tag_of_their_content(client: SiteClient) -> None:
    for path in ("/how-it-works", "/sitemap.xml", "/feed.atom", "/robots.txt"):
        tag = (await client.http.get(path)).headers["etag"]
        again = await client.http.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), path
    assert etags.headers_of_content(b"one") != etags.headers_of_content(b"two")
