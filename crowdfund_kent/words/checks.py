"""What must hold of words in the live database."""

from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.invariants import Rule
from crowdfund_kent.words import queries
from crowdfund_kent.words.facts import FACTS
from crowdfund_kent.words.source import facts_in


async def _unknown_facts() -> list[str]:
    """A release may have taken a fact away that a published text still names."""
    return [
        f"words_version {now.page.key} {now.number} ({name})"
        for now in await queries.all_pages()
        for name in facts_in(now.text)
        if name not in FACTS
    ]


async def _gaps() -> list[str]:
    rows = await fetch(
        "SELECT page || ' ' || number AS offender FROM (SELECT page, number, row_number() OVER (PARTITION BY page"
        " ORDER BY number) AS place FROM words_version) v WHERE number <> place ORDER BY 1"
    )
    return [f"words_version {row['offender']}" for row in rows]


RULES: Final = (
    Rule(
        "pages name facts that exist", "what a page of words shows in a place of a fact is known", find=_unknown_facts
    ),
    Rule("no version of words is missing", "the versions of each page are counted from 1 without a gap", find=_gaps),
)
