"""The text of a page as HTML: headings from h2, our classes, facts in their places, words explained where they first stand.

markdown-it escapes what people wrote; the result is cleaned once more by a list of what may be there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from crowdfund_kent.words.drawings import SIZE, drawing_url
from crowdfund_kent.words.glossary import Term, slug_of
from crowdfund_kent.words.source import DRAWING, TABLE, is_caption, parts, reader, with_facts

_CLASSES: Final = {
    "h2": "govuk-heading-l",
    "h3": "govuk-heading-m",
    "h4": "govuk-heading-s",
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number govuk-list--spaced",
    "a": "govuk-link",
    "table": "ck-table",
    "hr": "govuk-section-break govuk-section-break--m govuk-section-break--visible",
}
_TAGS: Final = {
    "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "ul", "ol", "li", "a", "div", "code", "pre", "img",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "button",
}  # fmt: skip
_ATTRIBUTES: Final = {
    **{tag: {"class", "id"} for tag in _TAGS},
    "a": {"class", "href"},
    "th": {"class", "scope"},
    "img": {"class", "src", "alt", "width", "height"},
    "button": {"class", "type", "popovertarget"},
    "ol": {"class", "start"},
}
_cleaner: Final = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "mailto", "tel"}, link_rel=None)
_renderer: Final = cast(RendererHTML, reader.renderer)
_ADDRESS: Final = re.compile(r"\s*\{#([a-z][a-z0-9-]*)\}\s*$")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page to draw. `terms`: the words that its body explains, in their order."""

    title: str
    lead: Markup
    body: Markup
    terms: tuple[Term, ...]


def render_words(text: str, values: Mapping[str, str], terms: Sequence[Term] = ()) -> Rendered:
    """A text with its facts. The first place of each of `terms` becomes a button that opens its meaning."""
    found = parts(text)
    title = with_facts(found.title, values, plain=True)
    lead = reader.renderInline(with_facts(found.lead, values))
    tokens = reader.parse(with_facts(found.body, values))
    explained = _explain(tokens, terms)
    _dress(tokens)
    body = _renderer.render(tokens, reader.options, {})
    lead = lead.replace("<a ", '<a class="govuk-link" ')
    return Rendered(title, Markup(_cleaner.clean(lead)), Markup(_cleaner.clean(body)), explained)  # noqa: S704 - cleaned


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)


def _dress(tokens: list[Token]) -> None:
    """Classes, ids, captions, row headings, drawings: the list of tokens is changed in place."""
    ids: dict[str, int] = {}
    above: list[int] = []
    number = 0
    while number < len(tokens):
        token = tokens[number]
        if token.type == "heading_open":
            above = _heading(token, tokens[number + 1], tokens[number + 2], above, ids)
        elif token.type == "paragraph_open" and is_caption(tokens, number):
            caption = _renderer.renderInline(tokens[number + 1].children or [], reader.options, {})
            tokens[number : number + 4] = [
                tokens[number + 3],
                _html(f"<caption>{caption.removeprefix(TABLE)}</caption>"),
            ]
            continue  # the table is next
        elif token.type == "paragraph_open" and _is_drawing(tokens[number + 1]):
            tokens[number : number + 3] = [_html(_drawn(tokens[number + 1]))]
        elif token.type == "paragraph_open" and _is_call(tokens[number + 1]):
            token.attrSet("class", _CLASSES["p"])
            for child in tokens[number + 1].children or ():
                if child.type == "link_open":
                    child.attrSet("class", "ck-button ck-button--inline")
            number += 2
            continue
        elif token.type in {"blockquote_open", "blockquote_close"}:
            token.tag = "div"
            token.attrs = {"class": "ck-note"} if token.nesting == 1 else {}
        elif token.type == "table_open":
            _table(tokens, number)
            token.attrSet("class", _CLASSES["table"])
        elif token.nesting >= 0 and token.tag in _CLASSES:
            token.attrSet("class", _CLASSES[token.tag])
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("class", _CLASSES["a"])
        number += 1


def _heading(begin: Token, inline: Token, end: Token, above: list[int], ids: dict[str, int]) -> list[int]:
    """Level from h2 without a gap; an address of its own."""
    level = int(begin.tag[1])
    above = [*(one for one in above if one < level), level]
    begin.tag = end.tag = f"h{min(len(above) + 1, 6)}"
    begin.attrSet("class", _CLASSES.get(begin.tag, _CLASSES["h4"]))
    address = _ADDRESS.search(inline.content)
    if address and inline.children:
        inline.children[-1].content = _ADDRESS.sub("", inline.children[-1].content)
    name = address[1] if address else slug_of(inline.content)
    ids[name] = ids.get(name, 0) + 1
    begin.attrSet("id", name if ids[name] == 1 else f"{name}-{ids[name]}")
    return above


def _table(tokens: list[Token], number: int) -> None:
    """Column and row headings, and numbers to the right without an inline style."""
    in_body, first = False, False
    for token in tokens[number:]:
        if token.type == "table_close":
            return
        if token.type == "tbody_open":
            in_body = True
        elif token.type == "tr_open":
            first = True
        elif token.type in {"th_open", "td_open"}:
            right = "right" in str(token.attrs.pop("style", ""))
            if right:
                token.attrSet("class", "ck-number")
            if not in_body:
                token.attrSet("scope", "col")
            elif first:
                token.tag = "th"
                token.attrSet("scope", "row")
        elif token.type == "td_close":
            token.tag = "th" if first else "td"
            first = False


def _is_call(inline: Token) -> bool:
    """A link in bold, alone in its paragraph: what the reader most likely wants to do."""
    shown = [child.type for child in inline.children or () if child.type != "text" or child.content.strip()]
    return shown == ["strong_open", "link_open", "text", "link_close", "strong_close"]


def _is_drawing(inline: Token) -> bool:
    children = inline.children or []
    return bool(children) and children[0].type == "image" and str(children[0].attrGet("src")).startswith(DRAWING)


def _drawn(inline: Token) -> str:
    """A drawing with its lines beside it, one idea a line. The lines say what it shows, so it needs no words of its own."""
    picture, *rest = inline.children or []
    name = str(picture.attrGet("src")).removeprefix(DRAWING)
    lines: list[list[Token]] = [[]]
    for token in rest:
        if token.type in {"softbreak", "hardbreak"}:
            lines.append([])
        else:
            lines[-1].append(token)
    for token in rest:
        if token.type == "link_open":
            token.attrSet("class", _CLASSES["a"])
    words = [_renderer.renderInline(line, reader.options, {}).strip() for line in lines]
    said = "".join(f'<p class="ck-easy__line">{line}</p>' for line in words if line)
    image = f'<img class="ck-easy__picture" src="{escape(drawing_url(name))}" alt="" width="{SIZE}" height="{SIZE}">'
    return f'<div class="ck-easy">{image}<div>{said}</div></div>\n'


def _explain(tokens: list[Token], terms: Sequence[Term]) -> tuple[Term, ...]:
    """Put a button where each term first stands in the text: not in headings, links or captions."""
    left = sorted(terms, key=lambda term: -len(term.word))
    used: list[Term] = []
    skip = False
    for number, token in enumerate(tokens):
        if token.type in {"heading_open", "heading_close"}:
            skip = token.type == "heading_open"
        if token.type != "inline" or skip or not token.children or is_caption(tokens, number - 1):
            continue
        in_link = 0
        made: list[Token] = []
        for child in token.children:
            in_link += (child.type == "link_open") - (child.type == "link_close")
            made.extend([child] if child.type != "text" or in_link else _marked(child.content, left, used))
        token.children = made
    return tuple(used)


def _marked(text: str, left: list[Term], used: list[Term]) -> list[Token]:
    """A piece of text, split where a term stands that was not explained yet; what is used leaves `left`."""
    for term in left:
        found = term.pattern.search(text)
        if found:
            left.remove(term)
            button = f'<button class="ck-term" type="button" popovertarget="{escape(term.target)}">{escape(found[0])}</button>'
            before = _marked(text[: found.start()], left, used)
            used.append(term)
            after = _marked(text[found.end() :], left, used)
            return [*before, Token("html_inline", "", 0, content=button), *after]
    return [Token("text", "", 0, content=text)] if text else []
