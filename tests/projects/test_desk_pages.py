"""The desk's pages: the queue, documents beside the checklist, hints, and a refusal that is read before it is sent."""

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.models import Outbox
from projects import services
from projects.kinds import CheckItem, MemberRole
from projects.models import Campaign, CampaignCheck, Group, Member, Project
from projects.queries.hints import hints_for
from projects.queries.queue import Who, next_for, of_whom, queue
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make, papers
from tests.projects.test_desk import signed_in

# the queue ----------------------------------------------------------------------------------------------------------------


async def test_the_queue_is_cleared_one_after_the_other(client: SiteClient) -> None:
    group = await make.group()
    waiting = [
        await make.campaign(Status.SUBMITTED, await make.project(group, title=f"Bench number {number}"))
        for number in range(3)
    ]
    officer = await signed_in(client)
    page = await client.get("/staff/campaigns")
    assert [row[0] for row in page.rows("To check")] == [
        f"Bench number {number} Friends of the Tidal Pool" for number in range(3)
    ]
    page = await page.follow("Check the next one: Bench number 0")
    for campaign, following in zip(waiting, [*waiting[1:], None], strict=True):
        path = f"/staff/campaigns/{campaign.id}"
        assert page.path == path
        token = page.form("checks").values["csrf_token"][0]
        answers = {item.name.lower(): "checked" for item in CheckItem}
        page = await client.post(
            f"{path}/answers", {"csrf_token": token, **answers, "then": "approve"}, to=f"{path}/approve"
        )
        page = await page.submit({}, status=422)
        to = f"/staff/campaigns/{following.id}" if following else "/staff/campaigns"
        page = await page.submit({"sure": True}, to=to)
        assert "Approved: Bench number" in page.text
    assert "Nothing else waits for you" in page.text
    assert await CampaignCheck.filter(by_id=officer.person_id).count() == 3 * len(CheckItem)


async def test_the_queue_says_who_has_what_and_how_long_it_waits(client: SiteClient) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officer = await signed_in(client)
    page = await client.get(f"/staff/campaigns/{campaign.id}")
    page = await page.submit({}, form="take", to=f"/staff/campaigns/{campaign.id}")
    assert "You have taken this one" in page.text
    mine = await client.get("/staff/campaigns?who=me")
    assert len(mine.rows("To check")) == 1
    assert mine.rows("To check")[0][2:] == ["£6,000", "None", "today", "Sam Example"]
    assert (await client.get("/staff/campaigns?who=nobody")).rows("To check") == [["Nothing waits"]]
    assert (await client.get("/staff/campaigns?district=E07000105")).rows("To check") == [["Nothing waits"]]
    rows = await queue()
    assert of_whom(rows, Who.OTHERS, officer.person_id) == []
    assert next_for(rows, officer.person_id) == rows[0]
    assert next_for(rows, (await make.officer()).person_id) is None
    page = await client.get(f"/staff/campaigns/{campaign.id}")
    page = await page.submit({}, form="give-back", to=f"/staff/campaigns/{campaign.id}")
    await client.get("/staff/campaigns?who=x&waits=y&district=z")


# documents ----------------------------------------------------------------------------------------------------------------


async def test_only_officers_without_a_part_and_auditors_open_a_paper(client: SiteClient) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    project = await Project.get(id=campaign.project_id)
    by = await make.owner_of(project.group_id)
    pdf = await services.add_file(project.id, "other", papers.pdf("Hello"), by, name="ein “Name”\r\n.pdf")
    path = f"/staff/campaigns/{campaign.id}"
    address = f"{path}/papers/{pdf.id}"
    await signed_in(client)
    assert "Being prepared" in (await client.get(path)).text
    await services.prepare_paper(pdf.id)
    page = await client.get(path)
    assert f'src="{address}/1.webp"' in page.html
    picture = await client.http.get(f"{address}/1.webp")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    original = await client.http.get(f"{address}/original")
    assert original.content == papers.pdf("Hello")
    assert original.headers["content-disposition"].startswith("attachment; filename*=UTF-8''ein%20")
    assert original.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert original.headers["cache-control"] == "private, no-store"
    assert original.headers["x-content-type-options"] == "nosniff"
    for wrong in (f"{address}/2.webp", f"{address}/0.webp", f"{path}/papers/999999/original"):
        assert (await client.http.get(wrong)).status_code == 404
    other = await make.campaign(Status.SUBMITTED)
    assert (await client.http.get(f"/staff/campaigns/{other.id}/papers/{pdf.id}/original")).status_code == 404

    for role, status in ((Role.AUDITOR, 200), (Role.PANEL_MEMBER, 403), (Role.ADMINISTRATOR, 403)):
        somebody = await make.staff(role)
        await sign_in(client, await Person.get(id=somebody.person_id))
        assert (await client.http.get(f"{address}/original")).status_code == status, role
    for person_id in (by.person_id, (await make.person()).id):
        await sign_in(client, await Person.get(id=person_id))
        assert (await client.http.get(f"{address}/original")).status_code == 403
    helper = await make.officer()
    await Member.create(
        group_id=project.group_id, person_id=helper.person_id, role=MemberRole.HELPER, created_at=real_now()
    )
    await sign_in(client, await Person.get(id=helper.person_id))
    assert (await client.http.get(f"{address}/original")).status_code == 403
    page = await client.get(path)
    assert "or helped it. Another officer must do this." in page.text
    assert f"{address}/1.webp" not in page.html


# hints ----------------------------------------------------------------------------------------------------------------


async def test_hints_name_what_looks_alike_and_an_officer_says_a_word(client: SiteClient) -> None:
    person = await Person.get(id=(await make.person()).id)
    old = await make.project(await make.group(person), title="Tidal pool steps for every body")
    await make.campaign(Status.LIVE, old)
    far = await make.project(title="A piano for the library", district_code="E07000105")
    await make.campaign(Status.SUBMITTED, far)
    await Project.filter(id=far.id).update(story="Music for everybody who waits.", place="Wye")
    draft = await make.project(title="Tidal pool steps for everybody")
    new = await make.project(await make.group(person, "Steps Club"), title="Tidal pool steps for all bodies")
    campaign = await make.campaign(Status.SUBMITTED, new)
    await Group.filter(id__in=[old.group_id, new.group_id]).update(charity_number="1234567")

    found = await hints_for(new.id)
    assert [one.project_id for one in found] == [old.id]
    assert draft.id not in {one.project_id for one in found}
    assert found[0].reasons == (
        "the same charity number",
        "people of the same group",
        "a similar title",
        "a similar story",
        "the same place",
    )
    officer = await signed_in(client)
    page = await client.get(f"/staff/campaigns/{campaign.id}")
    assert "The same charity number, people of the same group" in page.text
    page = await client.get(f"/staff/campaigns/{campaign.id}/funding/{old.id}")
    page = await page.submit(
        {"distinct": "yes", "words": "The old ones were in Margate."}, to=f"/staff/campaigns/{campaign.id}#item-double"
    )
    assert "Another project: The old ones were in Margate." in page.text
    await client.get(f"/staff/campaigns/{campaign.id}/funding/{new.id}", status=404)
    with pytest.raises(NotFound):
        await services.word_on_funding(campaign.id, officer, 999_999, distinct=True, words="x")


# refusing ----------------------------------------------------------------------------------------------------------------


async def test_a_refusal_is_read_before_it_is_sent_and_says_the_rule_and_the_officers_own_words(
    client: SiteClient,
) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    await signed_in(client)
    path = f"/staff/campaigns/{campaign.id}/refuse"
    page = await client.get(path)
    page = await page.submit({"reason": "party", "message": "The leaflet names a candidate."})
    assert page.h1 == "Read this aloud before you send it"
    assert "The scheme has no part in party politics." in page.text
    page = await page.submit({}, form="change")
    assert page.form().values["message"] == ["The leaflet names a candidate."]
    page = await page.submit({})
    page = await page.submit({}, form="send", to="/staff/campaigns")
    assert (await Campaign.get(id=campaign.id)).status == Status.REFUSED
    mail = await Outbox.filter(kind="email", name="projects/refused").get()
    assert "The scheme has no part in party politics.\n\nThe leaflet names a candidate." in mail.body["text"]
