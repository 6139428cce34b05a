"""The pages of words as everybody reads them: the newest text, with its facts, and its words explained in place."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.accounts.contacts import NamedOfficer, named_officer
from crowdfund_kent.cases.queries import complaint_figures
from crowdfund_kent.templating import render
from crowdfund_kent.words import facts, glossary, queries
from crowdfund_kent.words.catalogue import GLOSSARY, PAGES, WordsPage
from crowdfund_kent.words.drawings import drawing
from crowdfund_kent.words.rendering import render_words


async def _complaints() -> dict[str, Any]:
    return {"figures": await complaint_figures()}


async def _contact() -> dict[str, Any]:
    return {"officer": await contact_officer()}


async def contact_officer() -> NamedOfficer:
    """Whom the contact page names: the officer who gave a telephone number first, else the office."""
    return await named_officer(await queries.first_contact_id())


MORE: dict[str, Callable[[], Awaitable[dict[str, Any]]]] = {"complaints": _complaints, "contact": _contact}
"""What a page shows besides its text, by its key."""


def _route(words: WordsPage) -> Route:
    async def show(request: Request) -> Response:
        now, meanings = await queries.page_and_glossary(words)
        more = await MORE[words.key]() if words.key in MORE else {}
        tag = etags.etag(request, now.mark, meanings.mark, *(f"{name} {value}" for name, value in more.items()))
        if (same := etags.unchanged(request, tag)) is not None:
            return same
        context = {**words_context(words, now.text, meanings.text), **more}
        return render(request, f"words/{words.template}.html", context, headers=etags.headers(tag))

    show.__doc__ = f"GET {words.path}"
    return page(words.path, show, public, name=words.name)


def words_context(words: WordsPage, text: str, meanings: str) -> dict[str, Any]:
    """What a page of words is drawn from: `text` with its facts, and the terms of `meanings` (the glossary's text)."""
    values = facts.values()
    terms = glossary.explained(glossary.terms_of(meanings, values)) if words.explains else []
    return {
        "page": words,
        "words": render_words(text, values, terms),
        "entries": glossary.terms_of(text, values) if words is GLOSSARY else [],
    }


ROUTES = [
    *(_route(words) for words in PAGES),
    page("/illustrations/easy/{name}.svg", drawing, public, name="easy_drawing"),
]
