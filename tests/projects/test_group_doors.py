"""Who gets in: not another group, nobody without signing in, an editor not everywhere, no forged form."""

from crowdfund_kent.accounts.models import Person
from projects import services
from projects.kinds import MemberRole
from projects.models import CostLine, Group, Project
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make
from tests.projects.group_pages import at_project, owner, path_of, press


async def test_another_groups_draft_is_not_there(client: SiteClient) -> None:
    project = await make.project()
    group = await Group.get(id=project.group_id)
    other = await make.group(name="Others")
    await sign_in(client, await owner(other))
    line = await CostLine.get(project_id=project.id)
    for path in ("", "/title", "/submit", "/preview", "/picture", "/lists/costs", f"/lists/costs/{line.id}"):
        await client.get(path_of(project, group) + path, status=404)
    # nor under one's own group, by its address or a line's number
    await client.get(f"/groups/{other.slug}/projects/{project.slug}", status=404)
    mine = await make.project(other)
    await client.get(f"{path_of(mine, other)}/lists/costs/{line.id}", status=404)
    await client.get(f"/groups/{group.slug}", status=404)


async def test_somebody_who_did_not_sign_in_is_sent_to_do_so(client: SiteClient) -> None:
    project = await make.project()
    path = path_of(project, await Group.get(id=project.group_id))
    response = await client.http.get(path)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in?next=")


async def test_an_editor_writes_but_finds_no_way_to_send_or_open(client: SiteClient) -> None:
    project = await make.project()
    by = await make.owner_of(project.group_id)
    member = await services.invite(project.group_id, "ed@example.org", MemberRole.EDITOR, by)
    await sign_in(client, await Person.get(id=member.person_id))
    base = path_of(project, await Group.get(id=project.group_id))
    page = await client.get(base)
    assert "An owner of the group sends it" in page.text
    await press(await client.get(f"{base}/summary"), "list", {"summary": "Shorter"}, to=base)
    for path in ("submit", "withdraw", "open"):
        await client.get(f"{base}/{path}", status=403)
    await client.get(f"/groups/{base.split('/')[2]}/invite", status=403)


async def test_a_forged_token_changes_nothing(client: SiteClient) -> None:
    project = await make.project()
    base = await at_project(client, project)
    page = await client.post(f"{base}/title", {"csrf_token": "forged", "title": "Mine now"}, status=422)
    assert "This page has expired" in page.errors[0]
    assert (await Project.get(id=project.id)).title == project.title
    page = await client.post(f"{base}/picture/remove", {"csrf_token": "forged"}, status=422)
    assert "This page has expired" in page.errors[0]


async def test_a_forged_district_or_objective_is_refused(client: SiteClient) -> None:
    project = await make.project()
    base = await at_project(client, project)
    page = await client.get(f"{base}/place")
    page = await page.submit({"place": "Gillingham", "district_code": "E06000035"}, status=422)
    assert page.errors == ["Choose a district"]
    page = await client.get(f"{base}/objective")
    page = await page.submit({"objective": "999999"}, status=422)
    assert page.errors == ["Choose what the project is for"]
