"""A page that has not changed is not sent again; whatever changes it, changes its tag."""

from datetime import timedelta

import pytest

from crowdfund_kent import audit, clock
from crowdfund_kent.accounts import sessions
from pledges import pledging
from projects.models import Campaign
from tests.client import SiteClient
from tests.pledges import make

PAGES = ("/", "/projects", "/projects?sort=nearly", "project")


async def _address(page: str, campaign: Campaign) -> str:
    return f"/projects/{await make.slug_of(campaign)}" if page == "project" else page


@pytest.mark.parametrize("page", PAGES)
async def test_what_has_not_changed_is_answered_with_304(client: SiteClient, page: str) -> None:
    address = await _address(page, await make.campaign())
    first = await client.http.get(address)
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert "set-cookie" not in first.headers
    again = await client.http.get(address, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("page", PAGES)
async def test_a_pledge_changes_the_tag(client: SiteClient, page: str) -> None:
    campaign = await make.campaign()
    address = await _address(page, campaign)
    before = (await client.http.get(address)).headers["etag"]
    await make.pledge(campaign)
    after = await client.http.get(address, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before


@pytest.mark.parametrize("page", PAGES)
async def test_midnight_changes_the_tag(client: SiteClient, page: str) -> None:
    address = await _address(page, await make.campaign())
    before = (await client.http.get(address)).headers["etag"]
    await clock.advance(timedelta(days=1))
    assert (await client.http.get(address, headers={"If-None-Match": before})).status_code == 200


async def test_another_name_changes_the_page_of_the_project_though_no_status_moved(client: SiteClient) -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign)
    address = await _address("project", campaign)
    before = (await client.http.get(address)).headers["etag"]
    await pledging.show_as(pledge.id, audit.BACKER, name="Kim Reed", name_shown=True, dedication="")
    after = await client.http.get(address, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert "Kim Reed" in after.text


async def test_another_project_has_another_tag(client: SiteClient) -> None:
    tags = {(await client.http.get(await _address("project", await make.campaign()))).headers["etag"] for _ in range(3)}
    assert len(tags) == 3


async def test_with_a_session_nothing_is_kept_and_no_tag_is_given(client: SiteClient) -> None:
    before = (await client.http.get("/projects")).headers["etag"]
    await client.get("/sign-in")
    assert sessions.COOKIE in client.http.cookies
    answer = await client.http.get("/projects", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "private, no-store"
