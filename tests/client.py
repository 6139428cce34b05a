"""A client that reads each page it gets and refuses an unsound one; redirects must be named.

client = SiteClient(app)
page = await client.get("/sign-in")
page = await page.submit({"email": "kim@example.org"}, to="/sign-in/code")
assert "We sent you a code" in page.text
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
from starlette.types import ASGIApp

from tests.reading import Node, read_html, what_is_wrong

BASE = "http://testserver"
REDIRECTS = (301, 302, 303, 307, 308)
Target = str | re.Pattern[str]
# a form value; a list sends the name several times; (name, bytes, media type) is a file; None leaves the field out
Value = str | int | bool | list[str] | tuple[str, bytes, str] | None


class Form:
    """A form of a page: its current values by name, as a browser would send them."""

    def __init__(self, node: Node, page_url: str) -> None:
        self.node = node
        self.name = node.attrs.get("name", "")
        self.method = node.attrs.get("method", "get").lower()
        self.action = urljoin(page_url, node.attrs.get("action") or page_url)
        self.files = node.attrs.get("enctype") == "multipart/form-data"
        self.buttons = [button.text for button in node.all("button")]
        self.names: set[str] = set()
        self.values: dict[str, list[str]] = {}
        for control in node.all("input", "select", "textarea", "button"):
            self._read(control)

    def _read(self, control: Node) -> None:
        name, kind = control.attrs.get("name"), control.attrs.get("type", "text")
        if not name or "disabled" in control.attrs:
            return
        if control.tag == "button":
            return
        self.names.add(name)
        if control.tag == "select":
            options = control.all("option")
            marked = [option for option in options if "selected" in option.attrs] or options[:1]
            self.values[name] = [option.attrs.get("value", option.text) for option in marked]
        elif control.tag == "textarea":
            written = "".join(child for child in control.children if isinstance(child, str))
            self.values[name] = [written.removeprefix("\n")]
        elif kind in {"radio", "checkbox"}:
            if "checked" in control.attrs:
                self.values.setdefault(name, []).append(control.attrs.get("value", "on"))
        elif kind != "file":
            self.values.setdefault(name, []).append(control.attrs.get("value", ""))

    def options(self, name: str) -> list[str]:
        """What may be chosen for `name`: the values of its radios, boxes or lines."""
        boxes = [c.attrs.get("value", "on") for c in self.node.all("input") if c.attrs.get("name") == name]
        lists = [c for c in self.node.all("select") if c.attrs.get("name") == name]
        return boxes + [option.attrs.get("value", option.text) for one in lists for option in one.all("option")]


class Page:
    """One answer with HTML, read and found sound."""

    def __init__(self, client: "SiteClient", response: httpx2.Response) -> None:
        self.client = client
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.url = str(response.url)
        self.path = response.url.raw_path.decode()
        self.html = response.text
        self.root = read_html(response.text)

    @property
    def text(self) -> str:
        """What a person reads in the body, with single spaces."""
        return " ".join(body.text for body in self.root.all("body"))

    @property
    def main(self) -> str:
        """The same without header and footer."""
        return " ".join(part.text for part in self.root.all("main"))

    @property
    def h1(self) -> str:
        """The page's heading."""
        return self.root.all("h1")[0].text

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        summaries = [node for node in self.root.whole if node.has_class("govuk-error-summary")]
        return [item.text for summary in summaries for item in summary.all("li")]

    @property
    def links(self) -> list[tuple[str, str]]:
        """Every link as (words, address)."""
        return [(a.text, a.attrs["href"]) for a in self.root.all("a") if "href" in a.attrs]

    def link(self, words: str) -> str:
        """The address behind these words (or words that contain them); several different addresses are an error."""
        found = {href for text, href in self.links if text == words}
        found = found or {href for text, href in self.links if words in text}
        assert len(found) == 1, f"{len(found)} links {words!r} on {self.path}: {[text for text, _ in self.links]}"
        return found.pop()

    async def follow(self, words: str, **options: Any) -> "Page":
        """The page behind a link."""
        return await self.client.get(urljoin(self.url, self.link(words)), **options)

    def rows(self, caption: str) -> list[list[str]]:
        """The body rows of the table whose caption contains these words, cell by cell."""
        return [
            [cell.text for cell in row.all("th", "td")]
            for body in self._table(caption).all("tbody", "tfoot")
            for row in body.all("tr")
        ]

    def columns(self, caption: str) -> list[str]:
        """The column headings of that table."""
        return [cell.text for head in self._table(caption).all("thead") for cell in head.all("th", "td")]

    def _table(self, caption: str) -> Node:
        tables = self.root.all("table")
        captions = [" ".join(c.text for c in table.all("caption")) for table in tables]
        found = [table for table, words in zip(tables, captions, strict=True) if caption in words]
        assert len(found) == 1, f"{len(found)} tables {caption!r} on {self.path}: {captions}"
        return found[0]

    @property
    def summary(self) -> dict[str, str]:
        """Every term of a description or summary list with its words."""
        made: dict[str, str] = {}
        for listing in self.root.all("dl"):
            term = ""
            for node in listing.all("dt", "dd"):
                if node.tag == "dt":
                    term = node.text
                else:
                    made[term] = f"{made[term]} {node.text}" if term in made else node.text
        return made

    @property
    def forms(self) -> list[Form]:
        """Every form of the page."""
        return [Form(node, self.url) for node in self.root.all("form")]

    def form(self, key: str | None = None) -> Form:
        """A form by its name, the end of its action, or a button's words; without a key the one POST form."""
        forms = self.forms
        if key is None:
            found = [form for form in forms if form.method == "post"] or forms
        else:
            found = [form for form in forms if key == form.name or key in form.buttons]
            found = found or [form for form in forms if urlsplit(form.action).path.endswith(key)]
        told = [(form.name, form.action, form.buttons) for form in forms]
        assert len(found) == 1, f"{len(found)} forms {key!r} on {self.path}: {told}"
        return found[0]

    def _filled(
        self, values: Mapping[str, Value] | None, key: str | None
    ) -> tuple[Form, dict[str, Any], dict[str, Any]]:
        form = self.form(key)
        sent: dict[str, Any] = dict(form.values)
        files: dict[str, Any] = {}
        for name, value in (values or {}).items():
            assert name in form.names, f"the form has no field {name!r}, only {sorted(form.names)}"
            if isinstance(value, tuple):
                files[name] = value
            elif value is None or value is False:
                sent.pop(name, None)
            else:
                sent[name] = value if isinstance(value, list) else ["yes" if value is True else str(value)]
        return form, sent, files

    async def submit(
        self,
        values: Mapping[str, Value] | None = None,
        *,
        form: str | None = None,
        to: Target | None = None,
        status: int = 200,
    ) -> "Page":
        """Fill in and send. Name the redirect's target with `to`, or the `status` of a page that comes at once (422)."""
        chosen, sent, files = self._filled(values, form)
        if chosen.method == "get":
            return await self.client.get(chosen.action, params=sent, to=to, status=status)
        return await self.client.post(chosen.action, sent, files=files or None, to=to, status=status)

    async def leave(self, values: Mapping[str, Value] | None = None, *, form: str | None = None, to: Target) -> str:
        """Fill in and send where the answer leads away from the site. Returns that address."""
        chosen, sent, files = self._filled(values, form)
        response = await self.client.http.post(chosen.action, data=sent, files=files or None)
        return self.client.target_of(response, to)


class SiteClient:
    """One visitor with one cookie jar."""

    def __init__(self, app: ASGIApp, *, address: str = "127.0.0.1") -> None:
        transport = httpx2.ASGITransport(app=app, client=(address, 50000))
        self.http = httpx2.AsyncClient(transport=transport, base_url=BASE, follow_redirects=False)

    async def close(self) -> None:
        """Let go of the transport."""
        await self.http.aclose()

    async def get(
        self,
        path: str,
        *,
        status: int = 200,
        to: Target | None = None,
        params: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Page:
        """A page. `to`: a redirect to there is expected, and followed."""
        response = await self.http.get(path, params=params, **more) if params else await self.http.get(path, **more)
        return await self._arrive(response, to, status)

    async def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        to: Target | None = None,
        status: int = 200,
        files: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Page:
        """Send a form as it stands (no token is added). `to`: the redirect that is expected, and followed."""
        response = await self.http.post(path, data=data, files=files, **more)
        return await self._arrive(response, to, status)

    async def _arrive(self, response: httpx2.Response, to: Target | None, status: int) -> Page:
        if to is not None:
            target = self.target_of(response, to)
            response = await self.http.get(target)
        assert response.status_code not in REDIRECTS, (
            f"a redirect to {response.headers['location']!r} that nobody named"
        )
        assert response.status_code == status, f"{response.status_code} instead of {status}: {_told(response)}"
        return self.read(response)

    def target_of(self, response: httpx2.Response, to: Target) -> str:
        """The address of a redirect, which must be `to` (a text, or a pattern that matches it whole)."""
        assert response.status_code in REDIRECTS, f"{response.status_code}, no redirect to {to!r}: {_told(response)}"
        location = response.headers["location"].removeprefix(BASE)
        right = to.fullmatch(location) if isinstance(to, re.Pattern) else location == to
        assert right, f"a redirect to {location!r}, not to {to!r}"
        return location

    def read(self, response: httpx2.Response) -> Page:
        """The page of an answer; an unsound page fails the test."""
        kind = response.headers.get("content-type", "")
        assert kind.startswith("text/html"), f"{response.url} is {kind!r}, not a page"
        page = Page(self, response)
        wrong = what_is_wrong(page.root, page.status, response.headers.get("content-security-policy", ""))
        assert not wrong, f"{response.request.method} {page.path} is unsound: {wrong}"
        return page


def _told(response: httpx2.Response) -> str:
    """What the answer says, short enough for a failed test."""
    if not response.headers.get("content-type", "").startswith("text/html"):
        return response.text[:300]
    root = read_html(response.text)
    summaries = [node.text for node in root.whole if node.has_class("govuk-error-summary")]
    return " | ".join(summaries) or " ".join(node.text for node in root.all("main"))[:300]
