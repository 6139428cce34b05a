"""The search: which projects have the words that somebody typed, or nearly, and in which order.

Two small queries say which of the words the public projects know; then the list is asked for what has all of them, and
where nothing has, for what has some. How projects are ranked: docs/search.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.database import fetch
from pledges.public.queries import NEWEST, PAGE_SIZE, Listed, Listing, Matching, listing, public_statuses
from pledges.public.search import Wanted
from pledges.public.terms import Known, Term, halves, joined, plain_words, said_again, terms_of, understood

# weights of D, C, B and A for ts_rank: the rest, summary, place and group, title
WEIGHTS: Final = "{0.1, 0.35, 0.8, 1.0}"


@dataclass(frozen=True, slots=True)
class Found(Listing):
    """One page of a list. `some`: nothing had all the words; `again`: how the words may have been meant."""

    some: bool = False
    again: str = ""
    districts: Sequence[str] = ()  # codes of the places that were named

    @property
    def near(self) -> bool:
        """The projects shown are not quite what was asked for."""
        return bool(self.projects) and (self.some or bool(self.again))


async def find(asked: Wanted, objective: str = "", size: int = PAGE_SIZE) -> Found:
    """One page of what was asked for; `objective` by name."""
    if not asked.search:
        return Found(*_of(await listing(asked, objective, size=size)))
    typed = terms_of(asked.search)
    if not typed:
        return Found([], 0)
    known = await _known(typed)
    terms = understood(typed, known)
    again = said_again(typed, known)
    places = tuple(dict.fromkeys(code for term in terms for code in term.districts))
    for some in (False, True)[: len(terms)]:
        found = await listing(asked, objective, _matching(asked, terms, " | " if some else " & "), size)
        if found.total:
            return Found(*_of(found), some, again, places)
    return Found([], 0, again=again, districts=places)


def _of(found: Listing) -> tuple[Sequence[Listed], int]:
    return found.projects, found.total


async def _known(terms: Sequence[Term]) -> Known:
    """What the public projects have of these words. Words are letters and digits, so that LIKE has no more to escape."""
    pieces = {half for pair in halves(terms) for half in pair} | {whole for _, whole in joined(terms)}
    rows = await fetch(
        f"""
        WITH {NEWEST}, typed AS (
            SELECT t.word, EXISTS (SELECT 1 FROM project_search d JOIN c ON c.version_id = d.version_id
                WHERE d.document @@ to_tsquery('kent', '''' || t.word || '''' || CASE WHEN length(t.word) > 2
                THEN ':*' ELSE '' END)) AS known,
                ARRAY(SELECT DISTINCT w.word FROM project_word w JOIN c ON c.version_id = w.version_id
                WHERE w.word LIKE t.word || '%' ORDER BY 1 LIMIT 12) AS longer
            FROM unnest($2::text[]) t(word))
        SELECT word, known, longer, CASE WHEN known OR longer <> '{{}}' THEN '{{}}' ELSE ARRAY(
            SELECT DISTINCT w.word FROM project_word w JOIN c ON c.version_id = w.version_id
            WHERE (w.word % typed.word OR w.word LIKE left(typed.word, 1) || '%')
              AND abs(length(w.word) - length(typed.word)) <= 3) END AS near,
            ARRAY(SELECT DISTINCT w.word FROM project_word w JOIN c ON c.version_id = w.version_id
            WHERE w.word = ANY($3)) AS pieces
        FROM typed
        """,
        public_statuses(),
        [term.word for term in terms if len(term.words) == 1],
        sorted(pieces),
    )
    return Known(
        known={row["word"] for row in rows if row["known"] or row["longer"]},
        longer={row["word"]: row["longer"] for row in rows},
        near={row["word"]: row["near"] for row in rows},
        pieces={piece for row in rows for piece in row["pieces"]},
    )


def _matching(asked: Wanted, terms: Sequence[Term], joined_by: str) -> Matching:
    """Each word counts for more the fewer projects have it; more as typed than in another form; most in a title."""
    return Matching(
        f"""
        term AS MATERIALIZED (SELECT to_tsquery('kent', exact) AS exact, to_tsquery('kent', wide) AS wide, wide AS words
            FROM unnest($8::text[], $9::text[]) t(exact, wide) WHERE numnode(to_tsquery('kent', exact)) > 0),
        wanted AS (SELECT to_tsquery('kent', string_agg('(' || words || ')', '{joined_by}')) AS query FROM term),
        weighed AS MATERIALIZED (SELECT term.*, ln(1 + (SELECT count(*) FROM c) / (1.0 + (SELECT count(*) FROM project_search d
            JOIN c ON c.version_id = d.version_id WHERE d.document @@ term.wide))) AS rare FROM term),
        scored AS (SELECT c.id, (SELECT sum(w.rare * CASE
                WHEN d.document @@ w.exact THEN 1 + 2 * ts_rank('{WEIGHTS}', d.document, w.exact)
                WHEN d.document @@ w.wide THEN 0.4 + ts_rank('{WEIGHTS}', d.document, w.wide)
                ELSE 0 END) FROM weighed w)
            + CASE WHEN d.document @@ phraseto_tsquery('kent', $10) THEN 1 ELSE 0 END
            + similarity(lower(unaccent(v.content->>'title')), $10) AS score
            FROM project_search d JOIN c ON c.version_id = d.version_id JOIN project_version v ON v.id = c.version_id
            WHERE d.document @@ (SELECT query FROM wanted))
        """,
        ([term.exact for term in terms], [term.wide for term in terms], " ".join(plain_words(asked.search))),
    )
