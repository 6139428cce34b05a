"""What officers see and answer, who may not, and the list of objectives."""

import pytest

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import real_now
from crowdfund_kent.models import Outbox
from projects import queries, services
from projects.kinds import CheckItem
from projects.models import Campaign, CampaignCheck, Objective, Project
from projects.states import Campaign as Status
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.projects import make

ITEMS = [item.name.lower() for item in CheckItem]


async def as_role(client: SiteClient, *roles: Role) -> Person:
    person, _ = await staff(*roles)
    await sign_in(client, person)
    return person


async def test_an_officer_finds_what_waits_checks_it_and_approves(client: SiteClient) -> None:
    campaign = await make.campaign(Status.SUBMITTED, await make.project(in_kind_pence=5_000))
    await as_role(client, Role.FUND_OFFICER)
    page = await client.get("/account")
    assert "1 waits" in page.text
    page = await page.follow("Campaigns to check")
    assert page.rows("To check")[0][0] == "Tidal pool steps for every body Friends of the Tidal Pool"
    path = f"/staff/campaigns/{campaign.id}"
    page = await client.get(path)
    assert page.rows("What it costs")[-1][2] == "£6,000.00"
    assert "slippery" in page.text
    assert page.summary["Project value"].startswith("£6,050")
    answers = dict.fromkeys(ITEMS, "checked")
    page = await page.submit(
        answers | {"costs": "not checked", "bank": "not checked"}, form="checks", to=f"{path}#decide"
    )
    page = await client.get(f"{path}/approve")
    assert "Check this, or ask for changes: the costs are reasonable" in page.text
    assert "Say in the note why this is not checked: a bank account" in page.text
    page = await page.submit({"sure": True}, status=422)
    page = await client.get(path)
    assert page.form("checks").values["bank"] == ["not checked"]
    await page.submit({"costs": "checked", "bank_note": "The bank is shut."}, form="checks", to=f"{path}#decide")
    page = await (await client.get(f"{path}/approve")).submit({"sure": True}, to="/staff/campaigns")
    assert "Approved: Tidal pool steps for every body" in page.text
    assert (await Campaign.get(id=campaign.id)).status == Status.APPROVED
    assert not (await CampaignCheck.get(campaign_id=campaign.id, item=CheckItem.BANK)).checked
    page = await client.get(path)
    assert "A bank account in the name of the group" in [row[0] for row in page.rows("What was checked")]


@pytest.mark.parametrize(
    ("status", "link", "path", "message", "after"),
    [
        (Status.SUBMITTED, "Ask for changes", "changes", "Say who cleans it.", Status.CHANGES_REQUESTED),
        (Status.LIVE, "Pause the campaign", "suspend", "We had a complaint.", Status.SUSPENDED),
        (Status.LIVE, "Cancel the campaign", "cancel", "The owner of the land said no.", Status.CANCELLED),
        (Status.SUSPENDED, "Let it go on", "resume", "", Status.LIVE),
    ],
)
async def test_each_answer_asks_first_and_tells_the_group(
    client: SiteClient, status: Status, link: str, path: str, message: str, after: Status
) -> None:
    campaign = await make.campaign(status)
    await as_role(client, Role.FUND_OFFICER)
    page = await (await client.get(f"/staff/campaigns/{campaign.id}")).follow(link)
    if message:
        page = await page.submit({"message": ""}, status=422)
        assert page.errors == ["Enter a message that says why"]
    await page.submit({"message": message} if message else {}, to="/staff/campaigns")
    assert (await Campaign.get(id=campaign.id)).status == after
    mail = await Outbox.filter(kind="email").order_by("-id").first()
    assert mail is not None
    assert message in mail.body["text"]
    await client.get(f"/staff/campaigns/{campaign.id}/{path}", status=404)


async def test_a_draft_is_the_groups_own(client: SiteClient) -> None:
    campaign = await make.campaign(Status.DRAFT)
    await as_role(client, Role.FUND_OFFICER)
    await client.get(f"/staff/campaigns/{campaign.id}", status=404)
    await client.get("/staff/campaigns/x", status=400)


async def test_an_officer_of_the_group_sees_why_another_must_check(client: SiteClient) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    await StaffRole.create(person_id=by.person_id, role=Role.FUND_OFFICER, granted_at=real_now())
    await sign_in(client, await Person.get(id=by.person_id))
    page = await client.get(f"/staff/campaigns/{campaign.id}")
    assert "Another officer must do this." in page.text
    assert "Save and approve" not in page.text
    page = await client.get(f"/staff/campaigns/{campaign.id}/approve")
    await page.submit({"sure": True}, status=403)
    assert (await Campaign.get(id=campaign.id)).status == Status.SUBMITTED


async def test_an_auditor_reads_everything_and_writes_nothing(client: SiteClient) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    await as_role(client, Role.AUDITOR)
    await client.get("/staff/campaigns")
    page = await client.get(f"/staff/campaigns/{campaign.id}")
    assert "Your answer" not in page.text
    answer = await client.http.post(f"/staff/campaigns/{campaign.id}/refuse", data={"message": "x"})
    assert answer.status_code == 403
    page = await client.get("/staff/objectives")
    assert not page.forms
    assert (await Campaign.get(id=campaign.id)).status == Status.SUBMITTED


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.ADMINISTRATOR, Role.FINANCE_APPROVER])
async def test_other_roles_do_not_check_campaigns(client: SiteClient, role: Role) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    await as_role(client, role)
    await client.get("/staff/campaigns", status=403)
    await client.get(f"/staff/campaigns/{campaign.id}", status=403)
    await client.get("/staff/objectives", status=403)


async def test_script_in_a_story_stays_text_for_the_officer(client: SiteClient) -> None:
    project = await make.project()
    by = await make.owner_of(project.group_id)
    await services.save_project(project.id, by, story="<script>alert(1)</script> [x](javascript:alert(1))")
    campaign = await make.campaign(Status.SUBMITTED, project)
    await as_role(client, Role.FUND_OFFICER)
    page = await client.get(f"/staff/campaigns/{campaign.id}")
    assert "<script>alert(1)</script>" in page.text
    assert not [href for _, href in page.links if "javascript" in href]


async def test_officers_add_rename_and_retire_objectives(client: SiteClient) -> None:
    await as_role(client, Role.FUND_OFFICER)
    page = await client.get("/staff/objectives")
    page = await page.submit({"name": "environment"}, to="/staff/objectives")
    page = await page.submit({"name": "Environment"}, status=422)
    assert page.errors == ["“environment” is in the list already."]
    page = await (await client.get("/staff/objectives")).follow("Rename")
    page = await page.submit({"name": "environment and climate"}, to="/staff/objectives")
    objective = await Objective.get(name="environment and climate")

    project = await make.project()
    await services.save_project(project.id, await make.owner_of(project.group_id), objective_id=objective.id)
    page = await client.get(f"/staff/objectives/{objective.id}")
    page = await page.submit({"name": "Something else"}, status=422)
    assert "Retire it and add another" in page.errors[0]

    page = await client.get(f"/staff/objectives/{objective.id}/retire")
    page = await page.submit({}, to="/staff/objectives")
    assert "Retired" in page.text
    draft = await queries.unfinished_campaign(project.id)
    assert draft is not None
    left = await services.missing_of(draft)
    assert [step.key for step in left] == ["objective"]
    page = await page.submit({"name": "environment and climate"}, to="/staff/objectives")
    assert (await Objective.get(id=objective.id)).retired_at is None
