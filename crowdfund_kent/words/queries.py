"""Reads of words: the newest text of a page, its history, what people said and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import fetch
from crowdfund_kent.words import facts
from crowdfund_kent.words.catalogue import GLOSSARY, PAGES, WordsPage
from crowdfund_kent.words.glossary import Term, terms_of
from crowdfund_kent.words.models import SaidDone, WordsVersion


@dataclass(frozen=True, slots=True)
class Newest:
    """What a page says now. `number` 0: the text that came with the site; then nobody wrote it."""

    page: WordsPage
    number: int
    text: str
    why: str = ""
    by_id: int | None = None
    at: datetime | None = None
    shipped_digest: str = ""

    @property
    def mark(self) -> str:
        """Changes with the text: for ETags. A release can change what number 0 says."""
        return f"{self.page.key}:{self.number}" if self.number else f"{self.page.key}:{self.page.shipped_digest}"

    @property
    def release_differs(self) -> bool:
        """A release has brought another text since this version was published."""
        return self.number > 0 and self.shipped_digest != self.page.shipped_digest


async def newest(pages: Sequence[WordsPage]) -> dict[str, Newest]:
    """What these pages say now, by key, in one query."""
    rows = await fetch(
        "SELECT DISTINCT ON (page) page, number, text, why, by_id, at, shipped_digest FROM words_version"
        " WHERE page = ANY($1) ORDER BY page, number DESC",
        [one.key for one in pages],
    )
    published = {row["page"]: row for row in rows}
    return {one.key: _newest(one, published.get(one.key)) for one in pages}


def _newest(page: WordsPage, row: dict[str, object] | None) -> Newest:
    if row is None:
        return Newest(page, 0, page.shipped)
    return Newest(page, **{name: value for name, value in row.items() if name != "page"})  # type: ignore[arg-type]


async def newest_of(page: WordsPage) -> Newest:
    """What one page says now."""
    return (await newest([page]))[page.key]


async def page_and_glossary(page: WordsPage) -> tuple[Newest, Newest]:
    """A page, and the glossary that explains its words."""
    found = await newest([page, GLOSSARY])
    return found[page.key], found[GLOSSARY.key]


async def meanings(*words: str) -> list[Term]:
    """What the glossary says now of these words, for a page that explains them in place; a word it has not is left out."""
    terms = {term.word: term for term in terms_of((await newest_of(GLOSSARY)).text, facts.values())}
    return [terms[word] for word in words if word in terms]


async def all_pages() -> list[Newest]:
    """What every page says now, in the order of the list."""
    found = await newest(PAGES)
    return [found[one.key] for one in PAGES]


async def versions(page: WordsPage) -> list[WordsVersion]:
    """What was published, newest first."""
    return await WordsVersion.filter(page=page.key).order_by("-number")


async def text_of(page: WordsPage, number: int) -> str | None:
    """The text of one version; 0 is the shipped one; None where there is none."""
    if number == 0:
        return page.shipped
    version = await WordsVersion.get_or_none(page=page.key, number=number)
    return version.text if version is not None else None


async def said_and_done(*, hidden: bool = False) -> list[SaidDone]:
    """What people said and what was done, newest first; `hidden`: also what is not shown."""
    rows = SaidDone.all() if hidden else SaidDone.filter(shown=True)
    return await rows.order_by("-done_on", "-id")


async def first_contact_id() -> int | None:
    """The officer at work who gave their own contact first; None while nobody has."""
    rows = await fetch(
        "SELECT c.person_id FROM officer_contact c WHERE EXISTS (SELECT 1 FROM staff_role r WHERE r.person_id = c.person_id"
        f" AND r.role = '{Role.FUND_OFFICER}' AND r.ended_at IS NULL) ORDER BY c.id LIMIT 1"
    )
    return int(rows[0]["person_id"]) if rows else None
