"""A page as a tree, and what must be true of every page of the site."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

from crowdfund_kent.security import INLINE_SCRIPT

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
UNREAD = {"script", "style", "template", "title"}
_TIMESTAMP = re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


@dataclass
class Node:
    """One element; text is a child too."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    @cached_property
    def whole(self) -> "list[Node]":
        """This element and all below, in the order of the page. Asked of a page that is built: it is made once."""
        found, waiting = [], [self]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(child for child in reversed(node.children) if isinstance(child, Node))
        return found

    def all(self, *tags: str) -> "list[Node]":
        """Every element below with one of these tags."""
        return [node for node in self.whole if node.tag in tags]

    def has_class(self, name: str) -> bool:
        """One of its classes."""
        return name in self.attrs.get("class", "").split()

    @property
    def text(self) -> str:
        """What a person reads, with single spaces."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        if self.tag in UNREAD:
            return
        inline = self.tag in {"a", "b", "strong", "em", "i", "span", "small", "code", "time"}
        for child in self.children:
            yield from ([child] if isinstance(child, str) else child._pieces())
        if not inline:
            yield " "


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_html(html: str) -> Node:
    """The tree of a page."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def what_is_wrong(root: Node, status: int, csp: str) -> list[str]:
    """What a page breaks of the rules of pages (docs/look.md); empty when it is sound."""
    return [
        *_headings(root),
        *_labels_and_ids(root),
        *_nothing_inline(root, csp),
        *_forms(root),
        *_times_in_words(root),
        *(_error_summary(root) if status == 422 else ()),
    ]


def _headings(root: Node) -> Iterator[str]:
    html = root.all("html")
    if not html or not html[0].attrs.get("lang"):
        yield "the page names no language"
    heads, titles = root.all("h1"), list(root.all("title"))
    if len(heads) != 1:
        yield f"{len(heads)} h1 elements: {[head.text for head in heads]}"
        return
    page_titles = [title for title in titles if title in [n for head in root.all("head") for n in head.children]]
    title = " ".join("".join(c for c in page_titles[0].children if isinstance(c, str)).split()) if page_titles else ""
    if not title.removeprefix("Error: ").startswith(heads[0].text) or not heads[0].text:
        yield f"the title {title!r} does not begin with the h1 {heads[0].text!r}"
    levels = [int(node.tag[1]) for node in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"an h{after} follows an h{before}"


def _times_in_words(root: Node) -> Iterator[str]:
    for body in root.all("body"):
        if found := _TIMESTAMP.search(body.text):
            yield f"a time as computers write it: {found[0]}"


def _labels_and_ids(root: Node) -> Iterator[str]:
    ids = Counter(node.attrs["id"] for node in root.whole if node.attrs.get("id"))
    for name, times in ids.items():
        if times > 1:
            yield f"the id {name!r} is there {times} times"
    labelled = {node.attrs.get("for") for node in root.all("label") if node.text}
    inside = {id(node) for label in root.all("label") for node in label.whole}
    for node in root.all("input", "select", "textarea"):
        named = node.attrs.get("id") in labelled or id(node) in inside or node.attrs.get("aria-label")
        if node.attrs.get("type") not in NO_LABEL and not named and not node.attrs.get("aria-labelledby"):
            yield f"no label for {node.tag} {node.attrs.get('name')!r}"
    for node in root.whole:
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for target in node.attrs.get(attribute, "").split():
                if target not in ids:
                    yield f"{attribute} of {node.tag} names {target!r}, which is not on the page"
        href = node.attrs.get("href", "")
        if node.tag == "a" and len(href) > 1 and href.startswith("#") and href[1:] not in ids:
            yield f"the link {node.text!r} goes to {href!r}, which is not on the page"
    for node in root.all("img"):
        if "alt" not in node.attrs:
            yield f"no alternative text for {node.attrs.get('src')!r}"
    for node in root.all("a", "button"):
        pictures = [image.attrs.get("alt") for image in node.all("img")]
        if not node.text and not any(pictures) and not node.attrs.get("aria-label"):
            yield f"a {node.tag} without words: {node.attrs}"


def _nothing_inline(root: Node, csp: str) -> Iterator[str]:
    if "default-src 'self'" not in csp or "unsafe-inline" in csp or "nonce-" in csp:
        yield f"the Content-Security-Policy is {csp!r}"
    if root.all("style"):
        yield "a style element"
    for node in root.whole:
        if "style" in node.attrs:
            yield f"a style attribute on {node.tag}: {node.attrs['style']!r}"
        handlers = [name for name in node.attrs if re.fullmatch(r"on[a-z]+", name)]
        if handlers:
            yield f"{handlers} on {node.tag}"
        source = node.attrs.get("src", "")
        if node.tag in {"script", "img", "iframe", "source"} and re.match(r"(https?:)?//|data:", source):
            yield f"{node.tag} from elsewhere: {source!r}"
    for script in root.all("script"):
        words = "".join(child for child in script.children if isinstance(child, str))
        data = script.attrs.get("type") == "application/ld+json"  # read, never run
        if not script.attrs.get("src") and words != INLINE_SCRIPT and not data:
            yield f"an inline script: {words[:60]!r}"


def _forms(root: Node) -> Iterator[str]:
    for form in root.all("form"):
        method = form.attrs.get("method", "get").lower()
        tokens = [node for node in form.all("input") if node.attrs.get("name") == "csrf_token"]
        if method == "post" and len(tokens) != 1:
            yield f"{len(tokens)} tokens in the form {form.attrs.get('action', '')!r}"
        if method == "get" and tokens:
            yield f"a token in the GET form {form.attrs.get('action', '')!r}"


def _error_summary(root: Node) -> Iterator[str]:
    if any(node.has_class("ck-error-page") for node in root.whole):
        return
    summaries = [node for node in root.whole if node.has_class("govuk-error-summary")]
    if len(summaries) != 1:
        yield f"{len(summaries)} error summaries on a page with status 422"
    elif summaries[0].attrs.get("tabindex") != "-1":
        yield "the error summary can't take the focus"
    titles = [node for head in root.all("head") for node in head.all("title")]
    words = "".join(c for title in titles for c in title.children if isinstance(c, str))
    if not words.strip().startswith("Error: "):
        yield "the title of a page with errors does not begin with 'Error: '"
