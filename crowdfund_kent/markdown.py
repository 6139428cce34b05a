"""Markdown that people write, as safe HTML."""

from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

# a page has its own h1 and a section around the text has h2: what people write starts at h3
_LOWEST_HEADING: Final = 6
_ABOVE_TEXT: Final = 2
_TAGS: Final = {
    "p", "br", "hr", "strong", "em", "del", "ul", "ol", "li", "blockquote", "code", "pre", "a",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_CLASSES: Final = {
    "p": {"class": "govuk-body"},
    "ul": {"class": "govuk-list govuk-list--bullet"},
    "ol": {"class": "govuk-list govuk-list--number"},
    "a": {"class": "govuk-link"},
    "h3": {"class": "govuk-heading-m"},
    "h4": {"class": "govuk-heading-s"},
    "table": {"class": "govuk-table"},
    "hr": {"class": "govuk-section-break govuk-section-break--m govuk-section-break--visible"},
}

_reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
# pictures are not allowed: their words stay
_reader.add_render_rule("image", lambda _self, tokens, index, _options, _env: str(escape(tokens[index].content)))
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener",
    set_tag_attribute_values=_CLASSES,
)


def render_markdown(text: str) -> Markup:
    """`text` as HTML: headings from h3 without a gap, links nofollow and only http, https or mailto; no pictures, no raw HTML."""
    tokens = _reader.parse(text)
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            above = [*(one for one in above if one < level), level]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(len(above) + _ABOVE_TEXT, _LOWEST_HEADING)}"
    html = _reader.renderer.render(tokens, _reader.options, {})
    return Markup(_cleaner.clean(html))  # noqa: S704 - cleaned in this line
