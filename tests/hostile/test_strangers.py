"""Somebody else's rows: an id or a name in an address opens nothing that is not one's own."""

from dataclasses import dataclass
from typing import Final

import httpx2
import pytest
import pytest_asyncio
from starlette.routing import Route

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from pledges.links import PAGES
from projects import services
from projects.kinds import MemberRole
from projects.models import CostLine, Group, Member, Project
from projects.services import posts
from tests.hostile import reaching
from tests.hostile.browser import TOKEN, enter, leave, routes
from tests.hostile.tables import everything
from tests.hostile.world import World
from tests.pledges import make as pledges
from tests.pledges import pot_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("committed")
GROUPS: Final = "/groups/{group}"
OWNERS_ONLY: Final = "owners of the group"


@dataclass
class Rival:
    """Who runs another group, with a draft of their own."""

    person: Person
    group: Group
    project: Project
    line: CostLine


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rival(world: World) -> Rival:
    person = await make.person("rival@example.org", "Rita Rival")
    group = await make.group(person, "Rivals of the pool")
    project = await make.project(group, title="A project of the rivals")
    line = await CostLine.filter(project_id=project.id).first()
    assert line is not None
    return Rival(person, group, project, line)


async def ask(web: httpx2.AsyncClient, person: Person | None, method: str, path: str) -> int:
    """The status of the answer to this person; posted with a right token."""
    await enter(web, person)
    if method == "GET":
        return (await web.get(path)).status_code
    return (await web.post(path, data={"csrf_token": TOKEN, "message": "A message.", "agree": "yes"})).status_code


def of_groups() -> list[tuple[str, Route]]:
    """Every page below a group, by method."""
    return [(method, route) for method in ("GET", "POST") for route in routes(method) if route.path.startswith(GROUPS)]


async def test_another_groups_pages_are_not_there(web: httpx2.AsyncClient, world: World, rival: Rival) -> None:
    before = await everything()
    found = []
    for method, route in of_groups():
        path = world.path(route.path, route.name)
        for person in (rival.person, world.officer, world.administrator):
            status = await ask(web, person, method, path)
            if status != 404:
                found.append((method, route.name, person.name, status))
        leave(web)
        answer = await web.request(method, path)
        if answer.status_code != 303 or not answer.headers["location"].startswith("/sign-in"):
            found.append((method, route.name, "nobody", answer.status_code))
    assert not found, "\n".join(map(str, found))
    assert await everything() == before


async def test_ones_own_group_does_not_lead_to_anothers_rows(
    web: httpx2.AsyncClient, world: World, rival: Rival
) -> None:
    """The group is one's own, everything below it is not; then the project too, and only the last id is not."""
    before = await everything()
    found = []
    for method, route in of_groups():
        below = route.path.removeprefix(GROUPS)
        if "{" not in below:
            continue
        tried = [world.path("/groups/" + rival.group.slug + below, route.name)]
        if below.count("{") > 1 and not below.endswith("{which}/add"):
            mine = below.replace("{project}", rival.project.slug)
            tried += [world.path("/groups/" + rival.group.slug + mine, route.name)] if "{id}" in mine else []
        for path in tried:
            status = await ask(web, rival.person, method, path)
            if status != 404:
                found.append((method, path, status))
    assert not found, "\n".join(map(str, found))
    assert await everything() == before


async def test_an_editor_writes_but_does_not_decide(web: httpx2.AsyncClient, world: World) -> None:
    editor = await Person.get(email="editor@example.org")
    found = []
    for method, route in of_groups():
        if route.access.words != OWNERS_ONLY or route.name.startswith("group_offer"):  # type: ignore[attr-defined]
            continue
        status = await ask(web, editor, method, world.path(route.path, route.name))
        if status != 403:
            found.append((method, route.name, status))
    assert not found, "\n".join(map(str, found))


async def test_who_has_left_a_group_is_a_stranger(web: httpx2.AsyncClient, world: World, rival: Rival) -> None:
    by = Actor(world.owner.id, "group owner")
    member = await services.invite(world.group.id, "leaver@example.org", MemberRole.OWNER, by)
    leaver = await Person.get(id=member.person_id)
    assert await ask(web, leaver, "GET", f"/groups/{world.group.slug}") == 200
    await services.end_membership(world.group.id, member.id, by)
    for method, route in of_groups():
        if not route.name.startswith("group_offer"):
            assert await ask(web, leaver, method, world.path(route.path, route.name)) == 404, route.name


@pytest.mark.parametrize("role", [Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.SIGNATORY])
async def test_staff_of_one_fund_touch_no_other(web: httpx2.AsyncClient, world: World, role: Role) -> None:
    other = await pot_make.fund(1_000_000)
    somebody = await Person.create(email=f"{role.replace(' ', '.')}@example.org", name="X", created_at=real_now())
    await StaffRole.create(person=somebody, role=role, fund_id=other.id, granted_at=real_now())
    before = await everything()
    found = []
    for method in ("GET", "POST"):
        for route in routes(method):
            one = route.name.startswith(("staff_fund", "staff_award")) and "{" in route.path
            acts = method == "POST" and route.path.startswith("/staff")
            if one or acts:
                status = await ask(web, somebody, method, world.path(route.path, route.name))
                if status not in {403, 404, 422}:
                    found.append((method, route.name, status))
    assert not found, "\n".join(map(str, found))
    assert await everything() == before


async def test_a_pledge_opens_to_its_own_token_only(web: httpx2.AsyncClient, world: World) -> None:
    other = await pledges.pledge(world.live, 500)
    right = world.token
    wrong = [
        "x",
        right[:-1],
        right + "0",
        right.upper(),
        PAGES.token_of(other.reference),
        other.token_hash,
        world.pledge.token_hash,
    ]
    before = await everything()
    for method in ("GET", "POST"):
        for route in routes(method):
            if "/{reference}/{token}" not in route.path:
                continue
            for token in wrong:
                path = route.path.replace("{token}", token).replace("{reference}", world.pledge.reference)
                assert await ask(web, None, method, path) == 404, path
            path = route.path.replace("{token}", right).replace("{reference}", other.reference)
            assert await ask(web, None, method, path) == 404, path
    assert await everything() == before


async def test_asking_for_the_link_tells_nobody_what_is_known(web: httpx2.AsyncClient, world: World) -> None:
    told = set()
    for reference, email in (
        (world.pledge.reference, str(world.pledge.email)),
        (world.pledge.reference, "somebody.else@example.org"),
        ("P-2222-2222", str(world.pledge.email)),
    ):
        await enter(web, None)
        answer = await web.post(f"/pledges/{reference}", data={"csrf_token": TOKEN, "email": email})
        assert answer.status_code == 200
        told.add(answer.text.replace(email, "").replace(reference, ""))
    assert len(told) == 1


async def test_a_page_of_a_private_link_is_kept_by_nobody_and_told_to_nobody(
    web: httpx2.AsyncClient, world: World
) -> None:
    for route in routes("GET"):
        if "{token}" not in route.path:
            continue
        await enter(web, None)
        answer = await web.get(world.path(route.path, route.name))
        assert answer.headers["cache-control"] == "private, no-store", route.path
        assert answer.headers["referrer-policy"] == "no-referrer", route.path
        assert "etag" not in answer.headers


async def test_a_member_of_two_groups_keeps_them_apart(web: httpx2.AsyncClient, world: World, rival: Rival) -> None:
    """An editor here who owns another group decides there only."""
    editor = await Person.get(email="editor@example.org")
    await Member.create(group_id=rival.group.id, person_id=editor.id, role=MemberRole.OWNER, created_at=real_now())
    assert await ask(web, editor, "POST", f"/groups/{world.group.slug}/invite") == 403
    assert await ask(web, editor, "GET", f"/groups/{rival.group.slug}/projects/{world.draft.slug}") == 404


async def test_no_public_page_tells_how_to_reach_a_person(web: httpx2.AsyncClient, world: World) -> None:
    """And the same walk finds an address, a number and a street where a group does tell them."""
    await Person.filter(id=world.owner.id).update(phone="01632 960 123", postal="4 Quarry Row\nCobble Bay\nZZ9 9ZZ")
    people = await reaching.reach()
    assert {"person.email", "person.phone", "person.postal", "pledge.email", "post.author_email"} <= set(
        people.known.values()
    )
    leave(web)
    pages = dict(await reaching.public_pages(web, world))
    assert len(pages) > 80
    assert f"/projects/{world.live_slug}" in pages
    assert not [(path, found) for path, body in pages.items() for found in reaching.told(body, people)]

    where = "Write to Owner@example.org, ring 01632 960123 or 01632 960 999, or come to 4 Quarry Row."
    await posts.post_update(
        world.live.project_id, Actor(world.owner.id, "group owner"), title="Come and see", text=where
    )
    body = (await web.get(f"/projects/{world.live_slug}/updates")).text
    assert {found.partition(":")[0] for found in reaching.told(body, people)} == {
        "person.email", "person.phone", "person.postal", "looks like one",
    }  # fmt: skip
