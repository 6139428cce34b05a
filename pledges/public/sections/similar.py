"""Other campaigns that take pledges and are like this one: what they are for, where they are, and their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch
from pledges.public import words
from pledges.public.project_queries import Page
from pledges.public.search import PATH

MOST: Final = 3
# no money and no days are shown, so the part changes only when campaigns open, end or get other words
STAMP: Final = (
    "SELECT md5(string_agg(l.id || ':' || l.version_id, ',' ORDER BY l.id)) FROM campaign l WHERE l.status = 'live'"
)


@dataclass(frozen=True, slots=True)
class Similar:
    """One of them: words of its frozen version."""

    title: str
    href: str
    where: str


async def load(page: Page) -> Sequence[Similar] | None:
    """The most alike, or None. Same purpose and same district count alike; words of title and summary a little more."""
    content = page.content
    rows = await fetch(
        """
        WITH mine AS (SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query FROM project_search d
            JOIN campaign c ON c.version_id = d.version_id, unnest(tsvector_to_array(ts_filter(d.document, '{a,c}'))) lexeme
            WHERE c.id = $1 AND lexeme ~ '^[[:alnum:]]+$')
        SELECT v.content->>'title' AS title, v.content->>'place' AS place, v.content->>'district' AS district, j.slug,
            coalesce(v.content->>'objective' = $2 AND $2 <> '', false)::int
            + coalesce(v.content->>'district_code' = $3 AND $3 <> '', false)::int
            + 3 * coalesce(ts_rank('{0, 0.3, 0.6, 1}', d.document, mine.query), 0) AS alike
        FROM campaign c JOIN project j ON j.id = c.project_id JOIN project_version v ON v.id = c.version_id
        JOIN project_search d ON d.version_id = v.id CROSS JOIN mine
        WHERE c.status = 'live' AND c.deadline_at > $4 AND c.project_id <> $5 AND j.taken_down_at IS NULL
        ORDER BY alike DESC, c.deadline_at, c.id LIMIT $6
        """,
        page.id,
        content.get("objective", ""),
        content.get("district_code", ""),
        business_now(),
        page.project_id,
        MOST,
    )
    found = [
        Similar(row["title"], f"{PATH}/{row['slug']}", words.where(row["place"] or "", row["district"] or ""))
        for row in rows
        if row["alike"] >= 1
    ]
    return found or None
