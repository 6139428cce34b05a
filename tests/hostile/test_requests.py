"""Whatever is sent, the answer is a page that says what is wrong: never a fault of ours."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlencode, urljoin

import httpx2
import pytest
from starlette.routing import Route

from crowdfund_kent.accounts.models import Person
from projects.models import Project
from tests.accounts.make import e_mails
from tests.hostile.browser import TOKEN, enter, routes
from tests.hostile.world import World

pytestmark = pytest.mark.usefixtures("committed")
FAULT: Final = 500
# a place in an address, taken in turn: too long for any column, no number, no text, another alphabet, a way out
PLACES: Final = (
    "x" * 300,
    "9" * 30,
    "-1",
    "%ff%fe",
    "%E2%80%AE",
    "%D9%A1",
    "..%2f..%2fetc",
    "a%0d%0aX-A:b",
    "%27%22%3E<s>",
)
QUERIES: Final = (
    "page=99999999999999999999&search=%ff%fe" + "a" * 3000 + "&subject=%27&to=%ff&next=//evil.example&left=1",
    "page=-1&page=2&state=open&state=open&begins-day=31&begins-month=12&begins-year=9999&ends-day=31&ends-month=12"
    "&ends-year=9999&day-day=31&day-month=12&day-year=9999&person=x",
    "&&&==;%&%zz=%zz&day-day=%D9%A1&day-month=x&day-year=&ends-day=1&ends-month=1&ends-year=0001",
)
TEXTS: Final = ("", "x" * 20_000, "a\0b\r\nBcc: x@y.example", "\u202e<script>{{7*7}}</script>", "9" * 20)


def of(world: World, route: Route) -> Person | None:
    """Somebody who comes as far as the page's own code."""
    if route.path.startswith(("/staff", "/panel")):
        return world.officer
    return world.owner if route.path.startswith(("/groups", "/account")) else None


def fields_of(html: str) -> list[str]:
    """The names of a page's inputs, but for the token."""
    return sorted(set(re.findall(r' name="([^"]+)"', html)) - {"csrf_token", "viewport"})


def addresses(world: World, method: str) -> Iterator[tuple[Route, str]]:
    """Each route with real rows in its places."""
    return ((route, world.path(route.path, route.name)) for route in routes(method))


@pytest.mark.parametrize("values", [1, pytest.param(len(PLACES), marks=pytest.mark.drill)])
async def test_an_address_may_hold_anything(web: httpx2.AsyncClient, world: World, values: int) -> None:
    """Each place of each address is given one value, taken in turn, and all of them by `make drill`."""
    found = []
    turn = 0
    for route in routes("GET"):
        for place in re.findall(r"\{([^}]*)\}", route.path):
            await enter(web, of(world, route))
            turn += 1
            for value in [*PLACES, *PLACES][turn % len(PLACES) :][:values]:
                path = world.path(route.path.replace("{" + place + "}", value), route.name)
                answer = await web.get(path)
                if answer.status_code >= FAULT or (
                    answer.status_code == 200 and place not in {"token", "kind", "reference"}
                ):
                    found.append((route.path, value[:20], answer.status_code))
    assert found == []


async def test_a_query_may_hold_anything(web: httpx2.AsyncClient, world: World) -> None:
    found: list[tuple[object, ...]] = []
    for turn, (route, path) in enumerate(addresses(world, "GET")):
        await enter(web, of(world, route))
        answer = await web.get(f"{path}?{QUERIES[turn % len(QUERIES)]}")
        if answer.status_code >= FAULT:
            found.append((route.path, answer.status_code))
    for path in ("/projects", "/staff/audit", "/figures", "/sign-in", "/local/inbox"):
        await enter(web, world.administrator)
        for query in QUERIES:
            answer = await web.get(f"{path}?{query}")
            if answer.status_code >= FAULT:
                found.append((path, query, answer.status_code))
    assert found == []


@pytest.mark.parametrize("path", ["/projects/a%00b", "/groups/%00", "/pledges/P%00/x", "/static/%00.css"])
async def test_a_zero_byte_in_an_address_is_told_about(web: httpx2.AsyncClient, world: World, path: str) -> None:
    await enter(web, world.owner)
    answer = await web.get(path)
    assert answer.status_code == 400
    assert "holds a character" in answer.text


async def test_a_zero_byte_in_a_query_is_no_text(web: httpx2.AsyncClient, world: World) -> None:
    returned = f"/pledges/{world.pledge.reference}/return"
    for path in ("/projects", returned, "/staff/audit", "/sign-in", "/local/inbox", "/figures", "/account/name"):
        await enter(web, world.administrator)
        answer = await web.get(f"{path}?page=cs_%00&search=%00a&subject=%00&to=%00&next=/%00&day-day=%00")
        assert answer.status_code < FAULT, path


@pytest.mark.parametrize("texts", [1, pytest.param(len(TEXTS), marks=pytest.mark.drill)])
async def test_a_form_may_hold_anything(web: httpx2.AsyncClient, world: World, texts: int) -> None:
    """Each form is sent one text, taken in turn, and all of them by `make drill`."""
    found = []
    for turn, (route, path) in enumerate(addresses(world, "POST")):
        if route.name in {"webhook", "pledge_card"}:
            continue
        person = of(world, route)
        await enter(web, person)
        names = fields_of((await web.get(path)).text) if "GET" in (route.methods or ()) else []
        for text in [*TEXTS, *TEXTS][turn % len(TEXTS) :][:texts]:
            body = urlencode(
                [("csrf_token", TOKEN), *((name, text) for name in names), *((name, "b") for name in names)]
            )
            answer = await web.post(path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
            if answer.status_code >= FAULT or "longer than we can keep" in answer.text:
                found.append((route.path, text[:20], answer.status_code))
    assert found == []


BOUNDARY: Final = "multipart/form-data; boundary=b"
PART: Final = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n'
SENT: Final = (
    ("application/json", b'{"email": "kim@example.org"}'),
    ("application/json", b"\xff{"),
    ("text/plain", b"email=kim@example.org"),
    ("", b"email=kim@example.org"),
    ("application/x-www-form-urlencoded", b"email=%ff%fe%00&email[]=%&=&&&%zz"),
    ("application/x-www-form-urlencoded", b"\xff\xfe\x00=\x80"),
    ("application/x-www-form-urlencoded", b"&".join(b"a=b" for _ in range(1_500))),
    ("application/x-www-form-urlencoded; charset=utf-7", b"email=+2AA-"),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"----"),
    ("multipart/form-data; boundary=" + "b" * 5_000, b"x"),
    (BOUNDARY, b""),
    (BOUNDARY, b"x" * 1000),
    (BOUNDARY, PART + b"never ends"),
    (BOUNDARY, PART + b"\xff\xfe\r\n--b--\r\n"),
    (BOUNDARY, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    (BOUNDARY, b"--b\r\n: \r\n\r\nx\r\n--b--\r\n"),
    (BOUNDARY, b"--b\r\nContent-Disposition: form-data; name*=utf-8''%ff; filename*=x'y'%zz\r\n\r\nx\r\n--b--\r\n"),
    (BOUNDARY, PART.replace(b'"email"', b'"email"; filename="\xff.png"') + b"x\r\n--b--\r\n"),
    (BOUNDARY + "; charset=utf-7", PART + b"+2AA-\r\n--b--\r\n"),
    (BOUNDARY + "; charset=unicode_escape", PART + b"\\ud800\r\n--b--\r\n"),
    (BOUNDARY + "; charset=idna", PART + b"xn--\xff\r\n--b--\r\n"),
    (BOUNDARY + "; charset=undefined", PART + b"x\r\n--b--\r\n"),
    (BOUNDARY + "; charset=no-such", PART + b"x\r\n--b--\r\n"),
)


@pytest.mark.parametrize("path", ["/sign-in", "/groups/new", "picture"])
async def test_a_body_may_be_anything(web: httpx2.AsyncClient, world: World, path: str) -> None:
    found = []
    if path == "picture":
        path = f"/groups/{world.group.slug}/projects/{(await Project.get(id=world.draft.id)).slug}/picture"
    for kind, body in SENT:
        await enter(web, world.owner)
        answer = await web.post(path, content=body, headers={"Content-Type": kind} if kind else {})
        if answer.status_code not in {400, 422}:
            found.append((kind, body[-60:], answer.status_code))
    assert found == []


async def test_a_length_that_is_no_number_is_told_about(web: httpx2.AsyncClient) -> None:
    answer = await web.post("/sign-in", content=b"x", headers={"Content-Length": "many"})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "evil.example/x?", "[", 'a"b'])
async def test_a_forged_host_is_named_in_no_answer(web: httpx2.AsyncClient, world: World, host: str) -> None:
    for path in (
        "/projects/",
        "/projects//",
        "/account",
        f"/projects/{world.live_slug}/?a=b",
        "//evil.example/projects/",
    ):
        answer = await web.get(path, headers={"Host": host})
        assert "evil.example" not in answer.headers.get("location", ""), path
        assert answer.headers.get("location", "/").startswith("/")
        assert not answer.headers.get("location", "/").startswith("//")
        assert f"//{host}" not in answer.text


async def test_a_slash_too_many_leads_to_the_page(web: httpx2.AsyncClient) -> None:
    answer = await web.get("/projects/?state=open")
    assert (answer.status_code, answer.headers["location"]) == (307, "/projects?state=open")
    assert (await web.get("/no-such-page/")).status_code == 404


async def test_the_links_of_an_e_mail_name_the_site_whatever_host_was_asked(web: httpx2.AsyncClient) -> None:
    await enter(web, None)
    body = {"csrf_token": TOKEN, "email": "kim@example.org"}
    answer = await web.post("/sign-in", data=body, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 303
    text = (await e_mails("kim@example.org", "sign_in"))[-1]["text"]
    assert "http://testserver/sign-in/link/" in text
    assert "evil.example" not in text


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "/%5cevil.example", "/%2fevil.example", "\t//evil.example",
        "/\n/evil.example", "javascript:alert(1)", "http:evil.example", "/\u2028/evil.example", "///evil.example", "account",
    ],
)  # fmt: skip
async def test_nobody_is_led_elsewhere_after_signing_in(web: httpx2.AsyncClient, world: World, wanted: str) -> None:
    await enter(web, world.owner)
    answer = await web.get(f"/sign-in?next={quote(wanted, safe='')}")
    assert answer.status_code == 303
    target = answer.headers["location"]
    assert target == "/account" or urljoin("http://testserver/x", target).startswith("http://testserver/")
    assert "evil.example" not in target.removeprefix("/").split("/")[0]
    answer = await web.post("/account/name", data={"csrf_token": TOKEN, "name": "Ora", "next": wanted})
    assert urljoin("http://testserver/x", answer.headers["location"]).startswith("http://testserver/")
