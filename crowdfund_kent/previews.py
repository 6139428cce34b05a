"""What a page says of itself to search engines and to whoever gets a link to it: its one address, a description, a picture.

A page without a Preview of its own gets a plain one. Pages that are not for everybody, and pages of errors, are left out
of every list. No preview names a person.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request

from crowdfund_kent import assets
from crowdfund_kent.security import SECRET_PATH
from crowdfund_kent.settings import get_settings

OK: Final = 200
LONGEST: Final = 160  # of a description: longer ones are cut by those who show them
# inside a script element no sign may end it; the four are the same to whoever reads the data
_NOT_IN_SCRIPT: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028"})


@dataclass(frozen=True, slots=True)
class Image:
    """A picture for a preview: a path of ours to a PNG, JPEG or WebP, its alternative text and its size in pixels."""

    path: str
    words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A page's own words about itself. `address` is a path with its query; `data` are objects of schema.org."""

    address: str
    description: str = ""
    image: Image | None = None
    kind: str = "website"  # of Open Graph
    feeds: Sequence[tuple[str, str]] = ()  # (title, path)
    data: Sequence[Mapping[str, Any]] = ()
    hidden: bool = False  # not for search engines: a search, for instance


@dataclass(frozen=True, slots=True)
class Head:
    """The same as base.html shows it: whole addresses, and never nothing."""

    hidden: bool
    address: str
    description: str
    image: Image
    image_address: str
    kind: str = "website"
    feeds: Sequence[tuple[str, str]] = ()
    data: Sequence[Markup] = field(default_factory=tuple)


def head_of(request: Request, preview: Preview | None, status: int = OK) -> Head:
    """What stands in the head of this page."""
    settings = get_settings()
    listed = getattr(request.state, "is_listed", False) and not SECRET_PATH.match(request.url.path)
    shown = preview or Preview(request.url.path)
    image = shown.image or Image(assets.static_url("share.png"), "An orchard with two oast houses, drawn", 1200, 630)
    return Head(
        hidden=shown.hidden or status != OK or not listed,
        address=whole(shown.address),
        description=short(shown.description)
        or f"Projects that community groups in Kent put up, neighbours back and {settings.council_name} may add to.",
        image=image,
        image_address=whole(image.path),
        kind=shown.kind,
        feeds=shown.feeds,
        data=tuple(as_data(one) for one in shown.data),
    )


def whole(path: str) -> str:
    """A path with the site's address before it."""
    return get_settings().site_url.rstrip("/") + path


def short(text: str) -> str:
    """Words on one line, cut between words after LONGEST signs."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    return line[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:.–") + "…"


def as_data(thing: Mapping[str, Any]) -> Markup:
    """An object of schema.org as the content of a data block. Browsers run no script of that type (docs/search.md)."""
    text = json.dumps({"@context": "https://schema.org", **thing}, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_NOT_IN_SCRIPT))  # noqa: S704 - nothing in it can end the element


def trail(*steps: tuple[str, str]) -> dict[str, Any]:
    """Breadcrumbs as data: (words, path), the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": words, "item": whole(path)}
            for place, (words, path) in enumerate(steps, 1)
        ],
    }
