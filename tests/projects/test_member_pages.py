"""Who runs a group: invitations, leaving, and the group's numbers."""

import re

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.models import Outbox
from projects import services
from projects.kinds import MemberRole
from projects.models import Group, Member
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make


async def owner(group: Group | int) -> Person:
    return await Person.get(id=(await make.owner_of(group)).person_id)


async def test_an_invited_person_has_a_place_when_they_sign_in(client: SiteClient) -> None:
    group = await make.group()
    await sign_in(client, await owner(group))
    page = await (await client.get(f"/groups/{group.slug}")).follow("Invite somebody")
    assert (await page.submit({"email": "nobody", "role": "editor"}, status=422)).errors
    page = await page.submit({"email": "Sam@Example.org", "role": "editor"}, to=f"/groups/{group.slug}")
    assert "We have written to sam@example.org" in page.text
    mail = await Outbox.get(name="projects/invited")
    assert mail.body["to"] == "sam@example.org"
    assert f"/groups/{group.slug}" in mail.body["text"]
    page = await (await client.get(f"/groups/{group.slug}/invite")).submit(
        {"email": "sam@example.org", "role": "owner"}, status=422
    )
    assert page.errors == ["This person is already a member of the group."]
    await sign_in(client, await Person.get(email="sam@example.org"))
    await client.get(f"/groups/{group.slug}")


async def test_the_last_owner_stays_and_others_may_go(client: SiteClient) -> None:
    group = await make.group()
    by = await make.owner_of(group)
    await sign_in(client, await owner(group))
    mine = await Member.get(group_id=group.id)
    page = await client.get(f"/groups/{group.slug}/members/{mine.id}/end")
    page = await page.submit({}, status=422)
    assert "A group needs an owner" in page.errors[0]
    other = await services.invite(group.id, "second@example.org", MemberRole.OWNER, by)
    page = await (await client.get(f"/groups/{group.slug}/members/{other.id}/end")).submit(
        {}, to=f"/groups/{group.slug}"
    )
    assert "second@example.org" not in page.text
    await client.get(f"/groups/{group.slug}/members/{other.id}/end", status=404)


async def test_a_member_who_left_finds_nothing_any_more(client: SiteClient) -> None:
    group = await make.group()
    by = await make.owner_of(group)
    member = await services.invite(group.id, "ed@example.org", MemberRole.EDITOR, by)
    await sign_in(client, await Person.get(id=member.person_id))
    page = await client.get(f"/groups/{group.slug}/members/{member.id}/end")
    await page.submit({}, to="/account")
    await client.get(f"/groups/{group.slug}", status=404)


async def test_numbers_are_kept_in_one_form_and_wrong_ones_named(client: SiteClient) -> None:
    group = await make.group()
    await make.project(group)
    await sign_in(client, await owner(group))
    path = f"/groups/{group.slug}"
    page = await client.get(f"{path}/details")
    page = await page.submit({"charity_number": "12", "company_number": "1234567"}, status=422)
    assert [re.sub(r",.*", "", error) for error in page.errors] == [
        "Enter a charity number of 6 or 7 figures",
        "Enter a company number of 8 characters",
    ]
    page = await page.submit({"charity_number": "sc 012345", "company_number": "01234567"}, to=path)
    assert page.summary["Charity number"].startswith("SC012345")
    page = await (await client.get(f"{path}/details")).submit({"charity_number": ""}, to=path)
    assert page.summary["Charity number"].startswith("None")
