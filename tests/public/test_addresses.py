"""An old address leads to the new one, a page that was taken down says so, and a lost one helps to look on."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.models import AuditRow
from projects import queries, services
from projects.kinds import TakenDown
from projects.models import Campaign, Group, OldAddress, Project
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.accounts.make import staff as staff_person
from tests.client import SiteClient
from tests.pledges import make as pledges_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


async def renamed(title: str = "A second try at the steps") -> tuple[str, Project]:
    """A project whose first campaign failed and whose second, under another title, is open. Its first address."""
    project = await make.project()
    first = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=first.id).update(status=Status.UNSUCCESSFUL)
    owner = await make.owner_of(project.group_id)
    await services.new_campaign(project.id, owner)
    await services.save_project(project.id, owner, title=title)
    last_day = business_today() + timedelta(days=60)
    await services.save_plan(project.id, owner, last_day=last_day, if_too_much="A bench.", match_wanted_pence=0)
    await make.give_papers(project.id)
    assert (await Project.get(id=project.id)).slug == project.slug, "not before everybody may read it"
    await make.campaign(Status.LIVE, project)
    return project.slug, await Project.get(id=project.id)


async def test_the_address_follows_the_title_when_the_campaign_opens_and_the_old_one_leads_there(
    client: SiteClient,
) -> None:
    old, project = await renamed()
    assert project.slug == "a-second-try-at-the-steps"
    for rest in ("", "/pledge", "/feed.atom"):
        answer = await client.http.get(f"/projects/{old}{rest}?from=poster")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/projects/{project.slug}{rest}?from=poster")
    assert (await client.http.post(f"/projects/{old}/pledge")).status_code in {303, 404, 405, 422}
    other = await make.project(title="Tidal pool steps for every body")
    assert other.slug not in {old, project.slug}, "a printed code must not lead to somebody else"


async def test_a_name_that_comes_back_takes_its_old_address_back(client: SiteClient) -> None:
    project = await make.project(title="One name")
    owner = await make.owner_of(project.group_id)
    await services.save_project(project.id, owner, title="Another name")
    await services.save_project(project.id, owner, title="One name")
    assert (await Project.get(id=project.id)).slug == project.slug
    assert [old.slug for old in await OldAddress.all()] == ["another-name"]
    await client.get("/projects/another-name", status=404)  # a draft is nobody's business


async def test_members_are_led_to_their_group_and_project_and_strangers_learn_nothing(client: SiteClient) -> None:
    owner = await make.person()
    group = await make.group(owner, name="First name")
    project = await make.project(group, title="First title")
    by = await make.owner_of(group)
    await services.save_group(group.id, by, name="Second name")
    await services.save_project(project.id, by, title="Second title")
    await sign_in(client, owner)
    answer = await client.http.get("/groups/first-name/projects/first-title")
    assert (answer.status_code, answer.headers["location"]) == (301, "/groups/second-name/projects/second-title")
    await sign_in(client, await make.person())
    await client.get("/groups/first-name", status=404)
    assert (await Group.get(id=group.id)).slug == "second-name"


async def taken(kind: TakenDown = TakenDown.RIGHTS) -> tuple[Project, Campaign]:
    """A project of a campaign that failed, with its page taken down."""
    campaign = await pledges_make.campaign(Status.UNSUCCESSFUL, title="Somebody's picture")
    project = await Project.get(id=campaign.project_id)
    await services.take_down(project.id, kind, "a letter from a photographer", await make.officer())
    return project, campaign


@pytest.mark.parametrize("kind", TakenDown)
async def test_a_page_that_is_taken_down_says_so_everywhere_and_shows_nothing(
    client: SiteClient, kind: TakenDown
) -> None:
    before = (await client.http.get("/projects")).headers["etag"]
    project, campaign = await taken(kind)
    for rest in ("", f"/campaigns/{campaign.id}", "/feed.atom"):
        page = await client.get(f"/projects/{project.slug}{rest}", status=410)
        assert page.h1 == "This is not here any more"
        assert "take its page down" in page.main or "taken down" in page.main
        assert "photographer" not in page.text
    assert (await client.http.get("/projects")).headers["etag"] != before
    for address in ("/projects", "/projects?search=picture", "/districts/thanet", "/sitemap.xml", "/feed.atom"):
        answer = await client.http.get(address)
        assert answer.status_code == 200
        assert project.slug not in answer.text, address


async def test_an_officer_takes_a_page_down_in_two_steps_and_puts_it_back(client: SiteClient) -> None:
    campaign = await make.campaign(Status.CANCELLED)
    project = await Project.get(id=campaign.project_id)
    officer, _ = await staff_person(Role.FUND_OFFICER)
    await sign_in(client, officer)
    page = await (await client.get("/account")).follow("Pages taken down")
    page = await page.submit({"address": "http://testserver/projects/nothing"}, status=422)
    live = await make.campaign(Status.LIVE)
    hindered = await client.get(f"/staff/projects/{live.project_id}/take-down")
    assert hindered.h1 == "This page can’t be taken down now"
    assert "Pause or cancel it first" in hindered.main
    page = await page.submit(
        {"address": f"http://testserver/projects/{project.slug}"}, to=f"/staff/projects/{project.id}/take-down"
    )
    page = await client.get(f"{page.path}?step=why", status=422)
    assert page.errors == ["Choose the reason that everybody is told"]
    page = await page.submit({"kind": "harm"})
    assert page.path.endswith("/take-down?step=why&kind=harm")
    assert "so that nobody comes to harm" in page.summary["Everybody reads"]
    page = await page.submit({"note": "The police asked."}, to="/staff/taken-down")
    assert [row[3] for row in page.rows("The pages")] == ["Somebody could come to harm The police asked."]
    await client.get(f"/projects/{project.slug}", status=410)
    page = await page.follow("Put back")
    page = await page.submit({}, to="/staff/taken-down")
    assert page.rows("The pages") == [["No page is taken down"]]
    assert (await client.get(f"/projects/{project.slug}")).h1 == project.title
    acts = await AuditRow.filter(subject=f"project:{project.id}", person_id=officer.id).order_by("id")
    assert [(row.act, row.details) for row in acts] == [("take down page", {"kind": "harm"}), ("put back page", {})]
    owner = await Person.get(id=(await make.owner_of(project.group_id)).person_id)
    subjects = [mail["subject"] for mail in await pledges_make.mails(owner.email or "")]
    assert subjects[-2:] == [f"The page of {project.title} was taken down", f"The page of {project.title} is back"]


@pytest.mark.parametrize("status", [Status.LIVE, Status.CLOSING, Status.SUCCESSFUL, Status.COLLECTING])
async def test_nobody_pays_for_what_cannot_be_seen(status: Status) -> None:
    campaign = await pledges_make.campaign(status)
    with pytest.raises(Refused, match="Pause or cancel it first"):
        await services.take_down(campaign.project_id, TakenDown.HARM, "", await make.officer())


async def test_a_paused_campaign_goes_on_only_once_its_page_is_back() -> None:
    campaign = await make.campaign(Status.SUSPENDED)
    officer = await make.officer()
    await services.take_down(campaign.project_id, TakenDown.HARM, "", officer)
    with pytest.raises(Refused, match="put it back first"):
        await services.resume(campaign.id, officer)
    await services.put_back(campaign.project_id, officer)
    assert (await services.resume(campaign.id, officer)).status == Status.LIVE


async def test_only_an_officer_outside_the_group_takes_down_and_only_what_was_public() -> None:
    campaign = await make.campaign(Status.CANCELLED)
    owner = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    with pytest.raises(Forbidden):
        await services.take_down(campaign.project_id, TakenDown.ASKED, "", owner)
    draft = await make.project()
    with pytest.raises(Refused, match="no public page"):
        await services.take_down(draft.id, TakenDown.ASKED, "", await make.officer())
    project, _ = await taken()
    with pytest.raises(Refused, match="taken down already"):
        await services.take_down(project.id, TakenDown.ASKED, "", await make.officer())
    assert await queries.taken_down_since(project.id) is not None


async def test_a_lost_address_offers_a_search_with_its_words_the_districts_and_a_person(client: SiteClient) -> None:
    page = await client.get("/projects/tidal-pool-stepz", status=404)
    form = page.form("Search")
    assert (form.action, form.values["search"]) == ("http://testserver/projects", ["tidal pool stepz"])
    assert page.link("Tunbridge Wells") == "/districts/tunbridge-wells"
    assert page.link("start one of your own") == "/start"
    assert "03000 000 000" in page.main
    assert 'content="noindex"' in page.html
    assert (await client.get("/nowhere", status=404)).form("Search").values["search"] == [""]
    for odd in ("/projects/%C3%A9t%C3%A9", "/groups/x/projects/%2F..%2F", "/projects/" + "a" * 300):
        await client.get(odd, status=404)
