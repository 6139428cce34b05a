"""A session that ends while somebody types: every form of the site gives back what was typed, to them and to nobody else."""

from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import pytest
from starlette.routing import Route

from crowdfund_kent import kept_forms
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.models import Person, Session
from crowdfund_kent.references import hash_of
from projects.models import Member
from tests.accounts import make as accounts
from tests.client import SiteClient
from tests.hostile.browser import ADDRESS, enter, leave, routes
from tests.hostile.fields import good
from tests.hostile.test_tokens import FORM_AT, UNGUARDED, person_for
from tests.hostile.world import World
from tests.reading import Node, read_html

pytestmark = pytest.mark.usefixtures("committed")
WORDS: Final = "Typed just now, and long: “rails”, £5 & <b>grips</b>"
PARTS: Final = ("place", "story", "summary", "who", "title", "too-much")
NOTE: Final = kept_forms.NOTE
# nothing of these is a page that somebody types on for long: who signs in begins again with one address
SIGNING_IN: Final = {"sign_in", "sign_in_code", "sign_in_link", "sign_out"}


async def typing(web: httpx2.AsyncClient, person: Person | None, kept: dict[str, Any] | None = None) -> Session:
    """A session as the site makes it, whose pages say for whom they are."""
    session = await enter(web, person, kept)
    session.csrf_token = sessions.form_token(person.id if person else None)
    await session.save(update_fields=["csrf_token"])
    return session


async def signs_in(web: httpx2.AsyncClient, person: Person) -> None:
    """What signing in does to the session that the last answer began."""
    begun = await Session.get(token_hash=hash_of(web.cookies[sessions.COOKIE]))
    web.cookies.clear()
    await typing(web, person, begun.data)
    await begun.delete()


def form_at(world: World, route: Route) -> str | None:
    if "GET" in (route.methods or ()):
        return world.path(route.path, route.name)
    return world.path(FORM_AT[route.name], route.name) if route.name in FORM_AT else None


def to_type(html: str, action: str) -> dict[str, str]:
    """The names that somebody types into, of the first form of this address, each with words of its own."""
    for form in posted(html, action):
        typed = [
            node.attrs["name"]
            for node in form.all("input", "textarea")
            if node.tag == "textarea" or node.attrs.get("type", "text") in {"text", "email", "tel", "search", "url"}
        ]
        made = {name: f"{WORDS} {number}" for number, name in enumerate(typed) if name not in kept_forms.NEVER_KEPT}
        if made:
            return made
    return {}


def posted(html: str, action: str) -> list[Node]:
    forms = [one for one in read_html(html).all("form") if one.attrs.get("method", "").lower() == "post"]
    return [one for one in forms if urlsplit(one.attrs.get("action") or action).path == action]


def shown(html: str) -> set[str]:
    """What stands in the fields of a page, with single spaces: an input of one line makes them of line breaks."""
    root = read_html(html)
    texts = ["".join(str(child) for child in node.children) for node in root.all("textarea")]
    return {" ".join(text.split()) for text in [*texts, *(node.attrs.get("value", "") for node in root.all("input"))]}


async def test_no_form_loses_what_was_typed_while_its_session_ended(web: httpx2.AsyncClient, world: World) -> None:
    lost: list[object] = []
    asked: list[str] = []
    for route in routes("POST"):
        at = form_at(world, route)
        if route.name in UNGUARDED | SIGNING_IN or at is None:
            continue
        person = person_for(world, route)
        session = await typing(web, person, world.kept)
        page = await web.get(at)
        action = world.path(route.path, route.name)
        typed = to_type(page.text, action)
        if page.status_code != 200 or not typed:
            continue
        sent = good(page.text) | typed | {"csrf_token": session.csrf_token}
        await session.delete()
        answer = await web.post(action, data=sent, headers={"Referer": ADDRESS + at})
        leave_only_new_cookie(web, answer)
        asked.append(route.name)
        if answer.status_code == 303:
            if person is not None:
                if answer.headers["location"] != f"/sign-in?next={quote(at, safe='')}":
                    lost.append((route.name, "leads to", answer.headers["location"]))
                await signs_in(web, person)
            answer = await web.get(at)
            if NOTE not in answer.text:
                lost.append((route.name, "says nothing", answer.status_code))
        gone = {name: words for name, words in typed.items() if words not in shown(answer.text)}
        if gone:
            lost.append((route.name, answer.status_code, sorted(gone)))
    leave(web)
    assert not lost, "\n".join(map(str, lost))
    assert len(asked) >= 40, asked


def leave_only_new_cookie(web: httpx2.AsyncClient, answer: httpx2.Response) -> None:
    """The dead session's cookie was a header of this browser; the answer's cookie takes its place."""
    web.headers.pop("Cookie", None)
    if answer.status_code == 303:
        assert web.cookies.get(sessions.COOKIE), "no session was begun to keep it in"


async def story_lost(web: httpx2.AsyncClient, world: World, **more: Any) -> str:
    """The owner writes the story, the session ends, the story is sent. Returns the page's path."""
    path = f"/groups/{world.group.slug}/projects/{world.draft.slug}/story"
    session = await typing(web, world.owner)
    await session.delete()
    sent = {"csrf_token": session.csrf_token, "story": WORDS}
    answer = await web.post(path, data=sent, **more)
    web.headers.pop("Cookie", None)
    assert answer.status_code == 303
    assert not await Session.filter(token_hash=session.token_hash).exists()
    return path


async def test_somebody_else_at_the_same_computer_does_not_read_it(web: httpx2.AsyncClient, world: World) -> None:
    path = await story_lost(web, world)
    sign_in = await web.get(f"/sign-in?next={quote(path, safe='')}")
    assert "We kept what you typed" in sign_in.text
    assert WORDS not in shown(sign_in.text)
    other = await accounts.person()
    await Member.filter(id=world.member.id).update(person_id=other.id)
    await signs_in(web, other)
    answer = await web.get(path)
    assert answer.status_code == 200
    assert NOTE not in answer.text
    assert WORDS not in shown(answer.text)


async def test_what_another_site_sends_neither_ends_a_session_nor_is_kept(
    web: httpx2.AsyncClient, world: World
) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        await story_lost(web, world, headers=headers)
        assert sessions.COOKIE not in web.cookies


async def test_what_is_too_long_empty_or_without_our_token_is_not_kept(web: httpx2.AsyncClient, world: World) -> None:
    path = f"/groups/{world.group.slug}/projects/{world.draft.slug}/story"
    token = sessions.form_token(world.owner.id)
    for sent in (
        {"csrf_token": token, "story": "x" * (kept_forms.MOST_CHARACTERS + 1)},
        {"csrf_token": token, "story": "x", "n" * kept_forms.MOST_CHARACTERS: "y"},
        {"csrf_token": token, "story": " "},
        {"csrf_token": token, "code": "123456"},
        {"csrf_token": "made up", "story": WORDS},
        {"story": WORDS},
    ):
        leave(web)
        answer = await web.post(path, data=sent)
        assert answer.headers["location"] == f"/sign-in?next={quote(path, safe='')}"
        assert sessions.COOKIE not in web.cookies, sent
    answer = await web.post(path, content=b"\xff\xfe", headers={"Content-Type": "multipart/form-data; boundary=none"})
    assert answer.status_code == 303


async def test_files_are_not_kept_and_the_page_says_so(web: httpx2.AsyncClient, world: World) -> None:
    path = f"/groups/{world.group.slug}/projects/{world.draft.slug}/picture"
    session = await typing(web, world.owner)
    await session.delete()
    files = {"picture": ("steps.jpg", b"not kept anywhere", "image/jpeg")}
    await web.post(path, data={"csrf_token": session.csrf_token, "alt": "Worn steps"}, files=files)
    web.headers.pop("Cookie", None)
    begun = await Session.get(token_hash=hash_of(web.cookies[sessions.COOKIE]))
    assert "not kept anywhere" not in str(begun.data)
    await signs_in(web, world.owner)
    page = (await web.get(path)).text
    assert kept_forms.NOTE_WITH_FILES in page
    assert "Worn steps" in shown(page)


async def test_the_last_few_pages_are_kept_and_sending_one_ends_it(web: httpx2.AsyncClient, world: World) -> None:
    base = f"/groups/{world.group.slug}/projects/{world.draft.slug}"
    session = await typing(web, world.owner)
    await session.delete()
    for number in range(kept_forms.MOST_PAGES + 1):
        part = PARTS[number]
        await web.post(f"{base}/{part}", data={"csrf_token": session.csrf_token, "story": f"Words {number}"})
        web.headers.pop("Cookie", None)
    begun = await Session.get(token_hash=hash_of(web.cookies[sessions.COOKIE]))
    (kept,) = begun.data.values()
    assert [one["page"] for one in kept] == [f"{base}/{part}" for part in PARTS[1:]]
    await signs_in(web, world.owner)
    page = (await web.get(f"{base}/story")).text
    token = read_html(page).all("form")[-1]
    assert "Words 1" in shown(page)
    fresh = next(node.attrs["value"] for node in token.all("input") if node.attrs.get("name") == "csrf_token")
    assert (await web.post(f"{base}/story", data={"csrf_token": fresh, "story": "Sent again"})).status_code == 303
    page = (await web.get(f"{base}/story")).text
    assert NOTE not in page
    assert "Sent again" in shown(page)


async def test_an_owner_signs_in_again_by_code_and_finds_the_story(client: SiteClient, world: World) -> None:
    """The whole way by the pages, without script."""
    path = f"/groups/{world.group.slug}/projects/{world.draft.slug}/story"
    await accounts.sign_in(client, world.owner)
    page = await client.get(path)
    assert sessions.made_for(page.form().values["csrf_token"][0], world.owner.id) is False  # of tests/accounts/make.py
    session = await Session.filter(person_id=world.owner.id).order_by("-id").first()
    assert session is not None
    session.csrf_token = sessions.form_token(world.owner.id)
    await session.save()
    page = await client.get(path)
    await session.delete()
    page = await page.submit({"story": WORDS}, to=f"/sign-in?{urlencode({'next': path}, safe='')}")
    assert kept_forms.ASK in page.main
    page = await page.submit({"email": world.owner.email}, to="/sign-in/code")
    _, code = await accounts.newest_link_and_code(str(world.owner.email))
    page = await page.submit({"code": code}, to=path)
    assert NOTE in page.main
    assert page.form().values["story"] == [WORDS]
