"""Markdown that people write, as safe HTML."""

from itertools import pairwise
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from crowdfund_kent import assets
from crowdfund_kent.films import Film, film_at

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

# what people write vouches for nothing, and search engines may know that people wrote it
LINK_REL: Final = "nofollow ugc noopener"
_FILM: Final = "\ue000"  # a letter that no keyboard makes: where a film stood, until the text is clean
_CARD: Final = Markup(
    '<p class="govuk-body"><a class="ck-film{wide} govuk-link" href="{address}" rel="{rel}"><img src="{src}" alt="{alt}"'
    ' width="160" height="90"{lazy}><span>Watch the film on {site}</span></a></p>'
)

_reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
# pictures are not allowed: their words stay
_reader.add_render_rule("image", lambda _self, tokens, index, _options, _env: str(escape(tokens[index].content)))
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=LINK_REL,
    set_tag_attribute_values=_CLASSES,
)


def render_markdown(text: str, still: Any = None) -> Markup:
    """`text` as HTML: headings from h3 without a gap, links nofollow and only http, https or mailto; no pictures, no raw HTML.

    The address of a film alone in a paragraph becomes a link with a picture: `still` (with `src`), or a drawing of ours.
    """
    tokens = _reader.parse(text.replace(_FILM, ""))
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            above = [*(one for one in above if one < level), level]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(len(above) + _ABOVE_TEXT, _LOWEST_HEADING)}"
    films = _mark_films(tokens)
    html = _cleaner.clean(_reader.renderer.render(tokens, _reader.options, {}))
    for number, film in enumerate(films):
        html = html.replace(f'<p class="govuk-body">{_FILM}{number}{_FILM}</p>', _card(film, still))
    return Markup(html)  # noqa: S704 - cleaned above; the cards are made of addresses that we made


def has_film(text: str) -> bool:
    """Whether a paragraph of the text is the address of a film."""
    return bool(_mark_films(_reader.parse(text)))


def _mark_films(tokens: list[Token]) -> list[Film]:
    """Put a mark in the place of each paragraph that is a film's address, and say which films they are."""
    films: list[Film] = []
    for before, token in pairwise(tokens):
        if before.type == "paragraph_open" and before.level == 0 and (film := film_at(token.content)):
            token.children = [Token("text", "", 0, content=f"{_FILM}{len(films)}{_FILM}")]
            films.append(film)
    return films


def _card(film: Film, still: Any) -> str:
    if still is None:
        shown = {"src": assets.static_url("film.svg"), "alt": "", "wide": "", "lazy": ""}
    else:
        shown = {"src": still.src, "alt": still.alt, "wide": " ck-film--wide", "lazy": Markup(' loading="lazy"')}
    return _CARD.format(address=film.address, rel=LINK_REL, site=film.site, **shown)
