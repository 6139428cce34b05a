"""/account: for everybody by what they are; packages add to it."""

import pytest
from starlette.applications import Starlette

from crowdfund_kent.accounts import access, landing
from crowdfund_kent.accounts.landing import LandingLink, Link, Section
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.rules import own_path
from crowdfund_kent.audit import Actor
from tests.accounts import make
from tests.client import SiteClient


async def test_the_name_is_asked_once_and_leads_back(client: SiteClient) -> None:
    person = await make.person(name="")
    await make.sign_in(client, person)
    page = await client.get("/account/name?next=/account/name")
    page = await page.submit({"name": "  Ada   Lovelace "}, to="/account/name")
    page = await client.get("/account")
    assert "Hello Ada Lovelace." in page.main
    assert (await Person.get(id=person.id)).name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("typed", "told"), [("", "Enter your name"), (" ", "Enter your name"), ("x" * 121, "120 characters or fewer")]
)
async def test_a_name_that_is_missing_or_too_long_is_not_saved(client: SiteClient, typed: str, told: str) -> None:
    person = await make.person(name="Ada")
    await make.sign_in(client, person)
    page = await client.get("/account/name")
    page = await page.submit({"name": typed}, status=422)
    assert told in page.errors[0]
    assert (await Person.get(id=person.id)).name == "Ada"


async def test_a_forged_token_changes_no_name(client: SiteClient) -> None:
    person = await make.person(name="Ada")
    await make.sign_in(client, person)
    page = await client.post("/account/name", {"name": "Eve", "csrf_token": "forged"}, status=422)
    assert "nothing was saved" in page.errors[0]
    assert (await Person.get(id=person.id)).name == "Ada"


async def test_a_name_with_markup_is_shown_as_typed(client: SiteClient) -> None:
    await make.sign_in(client, await make.person(name="<script>alert(1)</script>"))
    page = await client.get("/account")
    assert "Hello <script>alert(1)</script>." in page.main


async def test_packages_add_sections_and_links_for_roles(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    async def sections(person_id: int) -> list[Section]:
        asked.append(person_id)
        rows = [[{"text": "Tidal Pool", "href": "/pool"}, "live"]]
        return [
            Section("Your groups", [Link("Start another", "/start", "free")], ["Group", "State"], rows, "Two of you.")
        ]

    async def waiting(actor: Actor) -> int:
        asked.append(actor)
        return 3

    monkeypatch.setattr(landing, "_sections", [sections])
    monkeypatch.setattr(landing, "_links", [])
    link = LandingLink(Role.FUND_OFFICER, "The record", "staff_audit", waiting, "What happened.")
    landing.register_link(link)
    landing.register_link(link)
    landing.register(sections)
    person, actor = await make.staff(Role.FUND_OFFICER)
    await make.sign_in(client, person)
    page = await client.get("/account")
    assert page.rows("Your groups") == [["Tidal Pool", "live"]]
    assert page.link("Tidal Pool") == "/pool"
    assert [words for words, _ in page.links].count("The record") == 1
    assert "3 wait" in page.main
    assert asked == [actor, person.id]


async def test_a_member_of_no_staff_finds_their_details_and_no_staff_page(client: SiteClient) -> None:
    person = await make.person("kim@example.org")
    await make.sign_in(client, person)
    page = await client.get("/account")
    assert page.summary["E-mail"] == "kim@example.org"
    assert not [address for _, address in page.links if address.startswith("/staff")]
    await client.get("/staff/people", status=403)


async def test_a_visitor_who_may_not_come_in_leaves_no_session(client: SiteClient) -> None:
    response = await client.http.get("/staff/people")
    assert response.headers["location"] == "/sign-in?next=%2Fstaff%2Fpeople"
    assert "set-cookie" not in response.headers


def test_every_link_of_the_landing_page_leads_to_a_route(app: Starlette) -> None:
    names = set(access.declared([route for route in app.routes if getattr(route, "name", "") != "static"]))
    for role in Role:
        for link in landing.links_of(role):
            assert link.route_name in names
            app.url_path_for(link.route_name)


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/projects/tidal-pool?tab=costs", "/projects/tidal-pool?tab=costs"),
        ("/search?q=a%20b%26c", "/search?q=a%20b%26c"),
        ("/a:b", "/a:b"),
        (None, "/account"),
        ("", "/account"),
        ("http:/evil.example", "/account"),
        ("///evil.example", "/account"),
        ("/a\x7fb", "/account"),
    ],
)
def test_only_paths_of_this_site_are_followed(wanted: str | None, path: str) -> None:
    assert own_path(wanted) == path
