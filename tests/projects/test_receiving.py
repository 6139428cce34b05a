"""Who receives a group's money: a host is asked by one group, agreed by the other, and stays while backers rely on it."""

import pytest

from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.models import AuditRow, Outbox
from projects import queries, services
from projects.kinds import LegalForm, MemberRole
from projects.models import Campaign, Group
from projects.states import Campaign as Status
from projects.states import Hosting
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


async def pair() -> tuple[Group, Group]:
    return await make.group(name="Mill Lane planters"), await make.group(name="Sandling Village Hall")


async def agreed(group: Group, host: Group) -> int:
    row = await services.ask_host(group.id, host.name, await make.owner_of(group))
    await services.agree_host(row.id, await make.owner_of(host))
    return int(row.id)


async def test_both_sides_agree_and_the_host_receives() -> None:
    group, host = await pair()
    row = await services.ask_host(group.id, "sandling village hall", await make.owner_of(group))
    assert await queries.receiver_of(group.id) == group.id, "asked is not agreed"
    again = await services.ask_host(group.id, f"https://example.org/groups/{host.slug}/", await make.owner_of(group))
    assert again.id == row.id
    assert (await services.agree_host(row.id, await make.owner_of(host))).status == Hosting.AGREED
    assert await queries.receiver_of(group.id) == host.id
    assert await queries.groups_received_for(host.id) == [host.id, group.id]
    assert await queries.groups_received_for(group.id) == []
    names = {row.name for row in await Outbox.filter(kind="email")}
    assert {"projects/host_asked", "projects/host_agreed"} <= names
    acts = await AuditRow.filter(subject=f"group_hosting:{row.id}").order_by("id").values_list("act")
    assert [act for (act,) in acts] == ["host asked", "host agreed"]


async def test_nobody_agrees_for_the_host_but_an_owner_of_it_who_did_not_ask() -> None:
    somebody = await make.person()
    group, host = await make.group(somebody, "Mill Lane planters"), await make.group(somebody, "Sandling Village Hall")
    row = await services.ask_host(group.id, host.name, Actor(somebody.id, "group owner"))
    with pytest.raises(Refused, match="Two different people"):
        await services.agree_host(row.id, Actor(somebody.id, "group owner"))
    with pytest.raises(NotFound):
        await services.agree_host(row.id, Actor((await make.person()).id, "person"))


async def test_an_editor_names_no_host() -> None:
    group, host = await pair()
    editor = await make.person()
    await services.invite(group.id, str(editor.email), MemberRole.EDITOR, await make.owner_of(group))
    with pytest.raises(Forbidden):
        await services.ask_host(group.id, host.name, Actor(editor.id, "group editor"))


async def test_what_can_be_no_host_is_refused_with_what_to_do() -> None:
    group, host = await pair()
    by = await make.owner_of(group)
    for name, said in (("Nobody’s Hall", "We know no group"), (group.name, "your own group")):
        with pytest.raises(Refused, match=said):
            await services.ask_host(group.id, name, by)
    await Group.filter(id=host.id).update(legal_form=LegalForm.NAMED_PEOPLE)
    with pytest.raises(Refused, match="named people"):
        await services.ask_host(group.id, host.name, by)
    await Group.filter(id=host.id).update(legal_form=LegalForm.CHARITY)
    with pytest.raises(Refused, match="registered body"):
        await services.ask_host(host.id, group.name, await make.owner_of(host))
    await agreed(group, host)
    with pytest.raises(Refused, match="Another group receives"):
        await services.ask_host((third := await make.group(name="Third")).id, group.name, await make.owner_of(third))


@pytest.mark.parametrize("status", [Status.LIVE, Status.COLLECTING])
async def test_while_backers_rely_on_it_who_receives_stays(status: Status) -> None:
    group, host = await pair()
    campaign = await make.campaign(Status.APPROVED, await make.project(group))
    row_id = await agreed(group, host)
    await Campaign.filter(id=campaign.id).update(status=status)
    for owner in (group, host):
        with pytest.raises(Refused, match="open or being collected"):
            await services.end_host(row_id, await make.owner_of(owner))
    await Campaign.filter(id=campaign.id).update(status=Status.UNSUCCESSFUL)
    assert (await services.end_host(row_id, await make.owner_of(host))).status == Hosting.ENDED
    assert await queries.receiver_of(group.id) == group.id
