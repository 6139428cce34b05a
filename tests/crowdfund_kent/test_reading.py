"""The client that reads pages: it must refuse what is unsound, or its silence means nothing."""

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from crowdfund_kent.security import INLINE_SCRIPT, content_security_policy
from tests.client import SiteClient
from tests.reading import read_html, what_is_wrong

SOUND = "<html lang=en><head><title>Hello – Site</title></head><body><main><h1>Hello</h1>{}</main></body></html>"
POLICY = content_security_policy()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("<h1>Again</h1>", "2 h1 elements"),
        ("<h3>Deep</h3>", "an h3 follows an h1"),
        ("<input name=a>", "no label for input 'a'"),
        ("<label for=a></label><input id=a name=a>", "no label for input 'a'"),
        ("<select name=a></select>", "no label for select 'a'"),
        ("<p id=a></p><p id=a></p>", "the id 'a' is there 2 times"),
        ("<p aria-describedby=b></p>", "aria-describedby of p names 'b'"),
        ("<a href='#b'>b</a>", "the link 'b' goes to '#b'"),
        ("<a href='/b'></a>", "a a without words"),
        ("<img src=/a.svg>", "no alternative text for '/a.svg'"),
        ("<p style='color:red'></p>", "a style attribute on p"),
        ("<style>p{}</style>", "a style element"),
        ("<p onclick='x()'></p>", "['onclick'] on p"),
        ("<script>alert(1)</script>", "an inline script"),
        ("<script src='https://example.org/x.js'></script>", "script from elsewhere"),
        ("<img alt='' src='data:image/png;base64,xx'>", "img from elsewhere"),
        ("<form method=post></form>", "0 tokens in the form"),
        ("<form><input type=hidden name=csrf_token></form>", "a token in the GET form"),
    ],
)
def test_an_unsound_page_is_refused(content: str, complaint: str) -> None:
    complaints = what_is_wrong(read_html(SOUND.format(content)), 200, POLICY)
    assert [one for one in complaints if complaint in one], complaints


def test_a_sound_page_passes_with_the_one_inline_line() -> None:
    assert what_is_wrong(read_html(SOUND.format(f"<script>{INLINE_SCRIPT}</script>")), 200, POLICY) == []


def test_title_language_policy_and_error_summary_are_looked_at() -> None:
    page = read_html("<html><head><title>Other</title></head><body><h1>Hello</h1></body></html>")
    complaints = " ".join(what_is_wrong(page, 422, "default-src 'self' 'unsafe-inline'"))
    for part in ("names no language", "does not begin with the h1", "Policy is", "0 error summaries", "'Error: '"):
        assert part in complaints


async def test_forms_are_sent_as_a_browser_would_and_redirects_must_be_named() -> None:
    seen: list[tuple[str, str]] = []

    async def form(request: Request) -> Response:
        if request.method == "POST":
            seen.extend((name, str(value)) for name, value in (await request.form()).multi_items())
            return RedirectResponse("/done?id=7", status_code=303)
        return HTMLResponse(
            SOUND.format(
                "<form method=post><input type=hidden name=csrf_token value=t><label>Name <input name=name value=Kim></label>"
                "<label>A <input type=checkbox name=box value=a checked></label>"
                "<label>B <input type=checkbox name=box value=b></label>"
                "<label>Pick <select name=pick><option value=1>one</option><option value=2 selected>two</option></select></label>"
                "<label>Story <textarea name=story>\nOnce</textarea></label><button>Send</button></form>"
            ),
            headers={"Content-Security-Policy": POLICY},
        )

    async def done(request: Request) -> Response:
        return HTMLResponse(SOUND.format("<p>Thank you</p>"), headers={"Content-Security-Policy": POLICY})

    client = SiteClient(Starlette(routes=[Route("/form", form, methods=["GET", "POST"]), Route("/done", done)]))
    page = await client.get("/form")
    after = await page.submit({"name": "Sam"}, form="Send", to=re.compile(r"/done\?id=\d+"))
    assert after.main == "Hello Thank you"
    assert seen == [("csrf_token", "t"), ("name", "Sam"), ("box", "a"), ("pick", "2"), ("story", "Once")]
    with pytest.raises(AssertionError, match="a redirect to '/done\\?id=7', not to '/elsewhere'"):
        await page.submit(to="/elsewhere")
    with pytest.raises(AssertionError, match="that nobody named"):
        await page.submit()
    with pytest.raises(AssertionError, match="no field 'nmae'"):
        await page.submit({"nmae": "Sam"}, to="/done?id=7")
    await client.close()
