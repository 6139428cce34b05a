"""Atom feeds (RFC 4287). No entry names a person: the author of every feed is the programme."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import etags
from crowdfund_kent.previews import whole
from crowdfund_kent.settings import get_settings

XML: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
MEDIA_TYPE: Final = "application/atom+xml"
MOST: Final = 30  # entries
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_NEVER: Final = datetime(2021, 3, 1, tzinfo=UTC)  # the programme's first day: a feed without an entry needs a time too
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `key` tells it from every other for ever, also when its address changes."""

    key: str
    title: str
    path: str
    at: datetime
    text: str


def feed(title: str, path: str, own_path: str, entries: Iterable[Entry]) -> str:
    """The feed at `own_path` about the page at `path`, the newest entries first."""
    newest = sorted(entries, key=lambda one: one.at, reverse=True)[:MOST]
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en-GB"})
    _add(root, "title", f"{title} – {get_settings().programme_name}")
    _add(root, "id", whole(own_path))
    _add(root, "updated", _time(newest[0].at if newest else _NEVER))
    _add(ET.SubElement(root, "author"), "name", get_settings().programme_name)
    ET.SubElement(root, "link", rel="self", href=whole(own_path), type=MEDIA_TYPE)
    ET.SubElement(root, "link", rel="alternate", href=whole(path), type="text/html")
    for one in newest:
        entry = ET.SubElement(root, "entry")
        _add(entry, "title", one.title)
        _add(entry, "id", f"tag:{urlsplit(get_settings().site_url).hostname},2021:{one.key}")
        _add(entry, "updated", _time(one.at))
        ET.SubElement(entry, "link", rel="alternate", href=whole(one.path), type="text/html")
        _add(entry, "summary", one.text)
    return XML + ET.tostring(root, encoding="unicode")


def answer(request: Request, xml: str) -> Response:
    """The feed, with a tag of its content."""
    return etags.answer(request, xml, media_type=MEDIA_TYPE)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NOT_XML.sub("", text)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
