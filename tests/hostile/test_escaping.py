"""HTML, script and line breaks in every field that a person fills in: shown as text, everywhere."""

import re
from typing import Final

import httpx2
import pytest
import pytest_asyncio

from crowdfund_kent import mail
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.database import fetch
from crowdfund_kent.forms.fields import clean
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import new_token
from panel.services import awards
from pledges import links, pledging
from pledges.models import Pledge
from projects import services
from projects.kinds import LegalForm, MemberRole
from projects.models import Campaign, Group, Project
from projects.states import Campaign as Status
from tests.hostile.browser import enter, routes
from tests.hostile.world import World
from tests.pledges import make as pledges
from tests.pledges import pot_make
from tests.projects import make
from tests.reading import read_html

pytestmark = pytest.mark.usefixtures("committed")
# closes an attribute, a title, a textarea; begins an element; is a template; is an entity
ODD: Final = "\"'></title></textarea><b id=odd><script>odd()</script>{{ 7*7 }}&lt;i&gt;"
STORY: Final = (
    f"{ODD}\n\n[a link](javascript:odd()) ![p](x.png) <img src=x onerror=odd()>"
    f"\n\n[data](data:text/html,odd)\n\n<{ODD}>"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def odd(world: World) -> World:
    """Every field of the world holds it, where people have put it."""
    owner = world.owner
    await Person.filter(id__in=[owner.id, world.officer.id, world.offer_owner.id]).update(name=f"N{ODD}")
    by = Actor(owner.id, "group owner")
    await services.save_group(world.group.id, by, name=f"G{ODD}", about=f"A{ODD}", named_people=f"P{ODD}")
    await services.invite(world.group.id, "second@example.org", MemberRole.OWNER, by)
    await services.save_project(
        world.draft.id, by, title=f"T{ODD}"[:80], summary=f"S{ODD}", story=STORY, place=f"L{ODD}"[:80]
    )
    await services.save_plan(world.draft.id, by, if_too_much=f"M{ODD}")
    await services.change_line(world.draft.id, "costs", world.line.id, by, words=f"C{ODD}", amount_pence=600_000)
    await services.add_line(world.draft.id, "in-kind", by, words=f"K{ODD}", amount_pence=100)
    await services.add_line(world.draft.id, "other-funding", by, words=f"O{ODD}", amount_pence=100)
    officer = await make.officer()
    project = await make.project(await Group.get(id=world.group.id), title=f"X{ODD}"[:80], cost_pence=1_000_000)
    for name, value in {"summary": f"S{ODD}", "story": STORY, "place": f"L{ODD}"[:80]}.items():
        await services.save_project(project.id, by, **{name: value})
    world.live = await make.campaign(Status.LIVE, project)
    world.live_slug = (await Project.get(id=project.id)).slug
    for amount in (60_000, 60_000):
        begun = await pledging.begin(
            world.live.id, new_token(), pledges.answers(amount, name=f"B{ODD}", shown=True), BACKER
        )
        pledge = await pledging.card_saved(
            begun.id, pledging.Card("<b>", "4242", f"f{begun.id}"), begun.created_at, BACKER
        )
    world.pledge, world.token = pledge, links.PAGES.token_of(pledge.reference)
    world.places |= {
        "reference": pledge.reference,
        "token": world.token,
        "project": (await Project.get(id=world.draft.id)).slug,
    }
    proposer = await pot_make.person("Prop", Role.FUND_OFFICER)
    world.award = await awards.propose(world.live.id, world.fund.id, 100_000, f"R{ODD}", proposer)
    world.offer = await awards.sign(world.award.id, Actor(world.officer.id, "authorised signatory"))
    world.offer_group = world.group.slug
    world.offer_owner = owner
    returned = await make.campaign(
        Status.DRAFT, await make.project(await Group.get(id=world.group.id), title=f"Y{ODD}"[:80])
    )
    await services.submit(returned.id, by)
    await services.request_changes(returned.id, officer, f"Q{ODD}")
    world.submitted = returned
    return world


def what_is_odd(html: str) -> list[str]:
    """Elements and attributes that nobody of us wrote."""
    wrong = [f"<{node.tag} {node.attrs}>" for node in read_html(html).whole if node.attrs.get("id") == "odd"]
    for node in read_html(html).whole:
        for name, value in node.attrs.items():
            if name.startswith("on") or re.match(r"\s*(javascript|data):", value):
                wrong.append(f"<{node.tag} {name}={value!r}>")
        inside = "".join(one for one in node.children if isinstance(one, str))
        # data that describes the page is never run; it may hold words, and no sign that could end it
        is_data = node.attrs.get("type") == "application/ld+json" and "<" not in inside
        if node.tag == "script" and "odd" in inside and not is_data:
            wrong.append("<script>")
    return wrong + ["49"] * ("b id=odd><script>odd()</script>49" in html)


async def test_every_page_shows_what_people_wrote_as_text(web: httpx2.AsyncClient, odd: World) -> None:
    found, shown = [], 0
    for route in routes("GET"):
        path = odd.path(route.path, route.name)
        if route.path.startswith("/staff/people"):
            person: Person | None = odd.administrator
        elif route.path.startswith("/staff"):
            person = odd.officer
        else:
            person = odd.owner if route.path.startswith(("/groups", "/account")) else None
        await enter(web, person)
        answer = await web.get(path)
        html = answer.text if answer.headers.get("content-type", "").startswith(("text/html", "image/svg")) else ""
        shown += "odd()" in html
        found += [(route.name, one) for one in what_is_odd(html)]
    assert not found, "\n".join(map(str, found))
    assert shown >= 20


async def test_every_e_mail_shows_it_as_text_and_has_one_line_of_subject(odd: World) -> None:
    rows = [row for row in await Outbox.filter(kind="email") if "odd()" in str(row.body)]
    assert len({row.name for row in rows}) >= 6
    for row in rows:
        message = mail.compose(row.body["to"], row.body["subject"], row.body["text"])
        assert message.get_content_type() == "text/plain"
        assert "\n" not in row.body["subject"]
        assert set(message.keys()) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
            "MIME-Version",
        }  # fmt: skip


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\n\n"])
async def test_a_line_break_in_a_name_begins_no_header(break_: str) -> None:
    group = f"Friends{break_}Bcc: everybody@example.org{break_}{break_}<script>"
    written = mail.write("projects/invited.txt", group_name=group, role="owner", page="http://testserver/groups/x")
    message = mail.compose("kim@example.org", written.subject, written.text)
    assert message["Bcc"] is None
    assert len(written.subject.splitlines()) == 1
    assert written.subject.startswith("You")


async def test_no_record_of_what_was_done_holds_what_people_wrote(odd: World) -> None:
    """Design, section 3, rule 13: audit, ledger and events carry ids and amounts."""
    tables = await fetch(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND (table_name LIKE '%\\_event' OR table_name LIKE 'audit%' OR table_name LIKE 'ledger%'"
        " OR table_name LIKE '%movement%' OR table_name LIKE '%posting%') AND table_name <> 'provider_event'"
    )
    assert len(tables) >= 7
    for table in tables:
        rows = await fetch(f'SELECT t::text AS row FROM "{table["name"]}" t')
        for row in rows:
            for personal in ("odd()", "@example", "Ora", "Olu"):
                assert personal not in row["row"], f"{table['name']}: {row['row']}"


async def test_names_of_private_people_are_on_no_public_page(web: httpx2.AsyncClient, odd: World) -> None:
    hidden = await pledges.pledge(await Campaign.get(id=odd.live.id), 700)
    await Pledge.filter(id=hidden.id).update(name="Hidden Helen", name_shown=False)
    await Group.filter(id=odd.group.id).update(legal_form=LegalForm.NAMED_PEOPLE, named_people="Only For Officers")
    for route in routes("GET"):
        if route.path.startswith(("/staff", "/groups", "/account", "/local", "/pledges", "/sign")):
            continue
        await enter(web, None)
        html = (await web.get(odd.path(route.path, route.name))).text
        assert "Hidden Helen" not in html, route.path
        assert "Only For Officers" not in html, route.path
        assert "owner@example.org" not in html, route.path
        assert str(hidden.email) not in html, route.path


@pytest.mark.parametrize("turn", ["\u202e", "\u202d", "\u2066", "\u2067"])
def test_a_name_cannot_turn_the_words_after_it_around(turn: str) -> None:
    assert clean(f"Kent{turn}gnp.exe") == "Kentgnp.exe"


def test_names_of_other_alphabets_stay_as_they_are() -> None:
    for name in ("נועה לוי", "محمد علی‌زاده", "Ольга", "👩‍👩‍👧 Team", "O’Brien-Şahin"):
        assert clean(name) == name
