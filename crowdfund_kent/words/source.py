"""The text of a page as officers write it: its parts, its facts, and what is wrong with it, in words. Pure.

The first line is the heading ("# Fees"), the paragraph under it the lead, the rest the body. Further headings begin
with ## or ###. A fact is {{ its_name }}. A line "Table: what it shows" stands above each table. A drawing of the site is
![](drawing:name). A heading may end with its address: ## If something looks wrong {#report}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from crowdfund_kent.words.drawings import DRAWINGS
from crowdfund_kent.words.facts import FACTS, nearest

LONGEST: Final = 40_000
DRAWING: Final = "drawing:"
TABLE: Final = "Table: "
_FACT: Final = re.compile(r"\{\{ *([a-z_]*) *\}\}")
_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_LINKS: Final = ("/", "#", "https://", "mailto:", "tel:")

reader: Final = MarkdownIt("commonmark", {"html": False}).enable(["table"])


@dataclass(frozen=True, slots=True)
class Parts:
    """A text, taken apart: plain words of the heading, Markdown of the rest. Empty where a part is missing."""

    title: str
    lead: str
    body: str


def parts(text: str) -> Parts:
    """The parts of a text, whatever is missing."""
    lines = text.strip().splitlines()
    title = lines[0].removeprefix("# ").strip() if lines and lines[0].startswith("# ") else ""
    rest = "\n".join(lines[1:] if title else lines).strip()
    lead, _, body = rest.partition("\n\n")
    if lead.startswith(("#", "- ", "1. ", "|", "![", TABLE)):
        lead, body = "", rest
    return Parts(title, lead.strip(), body.strip())


def facts_in(text: str) -> list[str]:
    """The names of facts in the order of the text, each once."""
    return list(dict.fromkeys(_FACT.findall(text)))


def with_facts(text: str, values: Mapping[str, str], *, plain: bool = False) -> str:
    """The text with each fact's value in its place. An unknown name stays as it is.

    For Markdown a value is escaped, so that it stays words whatever it holds; `plain`: the text is no Markdown.
    """

    def put(found: re.Match[str]) -> str:
        value = values.get(found[1], found[0])
        return value if plain or found[1] not in values else _PUNCTUATION.sub(r"\\\1", value)

    return _FACT.sub(put, text)


def problems(text: str) -> list[str]:
    """What is wrong with a text, each as something to do; empty when it can be published."""
    if len(text) > LONGEST:
        return [f"The text must be {LONGEST:,} characters or fewer"]
    found = parts(text)
    tokens = reader.parse(_FACT.sub("x", text))
    wrong = []
    if not found.title:
        wrong.append("Begin with the heading of the page: a line with # and its words")
    if found.title and not found.lead:
        wrong.append("Write a short paragraph under the heading: it is the first that people read")
    return [*wrong, *_wrong_facts(text), *_wrong_links(tokens), *_wrong_tables(tokens), *_wrong_headings(tokens)]


def _wrong_facts(text: str) -> Iterator[str]:
    for name in facts_in(text):
        if name not in FACTS:
            meant = nearest(name)
            ask = f" Did you mean {{{{ {meant} }}}}?" if meant else " The list of facts is below."
            yield f"There is no fact {{{{ {name} }}}}.{ask}"
    rest = _FACT.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield "Write a fact as {{ name }}, with two brackets on each side"


def inline_tokens(tokens: list[Token]) -> Iterator[Token]:
    """Every token inside the lines of a text."""
    for token in tokens:
        yield from token.children or ()


def _wrong_links(tokens: list[Token]) -> Iterator[str]:
    for token in inline_tokens(tokens):
        if token.type == "link_open":
            address = str(token.attrGet("href"))
            if not address.startswith(_LINKS) or address.startswith("//"):
                yield (
                    f"The link to {address[:80]} must begin with / for a page of this site, or with https://, mailto: or tel:"
                )
        elif token.type == "image":
            name = str(token.attrGet("src")).removeprefix(DRAWING)
            if name not in DRAWINGS:
                yield f"There is no drawing {name[:40]}. Choose one of: {', '.join(DRAWINGS)}"
        elif token.type == "text" and re.search(r"\]\(\S", token.content):
            yield f"This link can’t be read: {token.content[:80]}"


def _wrong_tables(tokens: list[Token]) -> Iterator[str]:
    for number, token in enumerate(tokens):
        if token.type == "table_open" and not is_caption(tokens, number - 3):
            yield "Write above each table a line that says what it shows, and an empty line: Table: What happens if"


def is_caption(tokens: list[Token], number: int) -> bool:
    """The paragraph that begins at this token is the caption of the table after it."""
    return (
        number >= 0
        and tokens[number].type == "paragraph_open"
        and tokens[number + 1].content.startswith(TABLE)
        and number + 3 < len(tokens)
        and tokens[number + 3].type == "table_open"
    )


def _wrong_headings(tokens: list[Token]) -> Iterator[str]:
    headings = [token for token in tokens if token.type == "heading_open"]
    if sum(token.tag == "h1" for token in headings) > 1:
        yield "Only the first line begins with one #. Begin further headings with ## or ###"


def long_lines(text: str, most: int = 15) -> list[str]:
    """Lines of more than `most` words: too long for Easy Read, one idea a line."""
    plain = [line.strip() for line in parts(text).body.splitlines() if not line.startswith(("#", "!["))]
    return [line for line in plain if len(line.split()) > most]
