"""Hints that something like this may have been funded before: by number, people, title, words or place.

Hints only. The same project is never funded twice, but a funded group may return with a distinct one (domain.md, section
2), so an officer reads them and says a word; nothing is refused by them.
"""

from dataclasses import dataclass
from typing import Any, Final

from crowdfund_kent.database import fetch
from projects.states import Campaign as Status

MOST: Final = 8
_FUNDED: Final = frozenset({Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED})
_TITLE: Final = 0.4  # trigram similarity from which two titles look alike
_STORY: Final = 0.45

_SQL: Final = f"""
WITH me AS (
    SELECT p.id, p.title, p.summary, left(p.story, 1500) AS story, p.place, p.district_code, p.group_id,
        g.charity_number, g.company_number
    FROM project p JOIN community_group g ON g.id = p.group_id WHERE p.id = $1
), found AS (
    SELECT p.id, p.title, p.slug, g.name AS group_name, c.id AS campaign_id, c.status, c.target_pence, c.decided_at,
        p.group_id = me.group_id AS same_group,
        coalesce(g.charity_number = me.charity_number, false) AS same_charity,
        coalesce(g.company_number = me.company_number, false) AS same_company,
        similarity(lower(p.title), lower(me.title)) AS title_like,
        lower(p.place) = lower(me.place) AND p.district_code = me.district_code AND p.place <> '' AS same_place,
        EXISTS (SELECT 1 FROM group_member a JOIN group_member b ON b.person_id = a.person_id
            WHERE a.group_id = p.group_id AND b.group_id = me.group_id AND a.group_id <> b.group_id) AS same_people,
        p.story AS other_story, me.story
    FROM me, project p JOIN community_group g ON g.id = p.group_id
    JOIN LATERAL (SELECT id, status, target_pence, decided_at FROM campaign WHERE project_id = p.id ORDER BY id DESC LIMIT 1)
        c ON c.status NOT IN ('draft', 'withdrawn')
    WHERE p.id <> me.id
), likely AS (
    SELECT *, CASE WHEN same_place OR title_like > 0.15
        THEN similarity(left(other_story, 1500), story) ELSE 0 END AS story_like FROM found
    WHERE same_group OR same_charity OR same_company OR same_people OR title_like > 0.15 OR same_place
)
SELECT *, (same_group::int + same_charity::int + same_company::int + same_people::int) * 2
    + (title_like >= {_TITLE})::int * 3 + (story_like >= {_STORY})::int * 3 + same_place::int AS weight FROM likely
WHERE same_group OR same_charity OR same_company OR same_people OR title_like >= {_TITLE} OR story_like >= {_STORY}
    OR (same_place AND title_like >= 0.25)
ORDER BY weight DESC, title_like DESC, id LIMIT {MOST}
"""


@dataclass(frozen=True, slots=True)
class Hint:
    """Another project that looks like this one, with why in plain words and what became of it."""

    project_id: int
    campaign_id: int
    title: str
    slug: str
    group_name: str
    status: Status
    target_pence: int | None
    was_funded: bool
    reasons: tuple[str, ...]


async def hints_for(project_id: int) -> list[Hint]:
    """The likeliest first, at most MOST."""
    return [_hint(row) for row in await fetch(_SQL, project_id)]


def _hint(row: dict[str, Any]) -> Hint:
    status = Status(row["status"])
    reasons = [
        (row["same_group"], "the same group"),
        (row["same_charity"] and not row["same_group"], "the same charity number"),
        (row["same_company"] and not row["same_group"], "the same company number"),
        (row["same_people"], "people of the same group"),
        (row["title_like"] >= _TITLE, "a similar title"),
        (row["story_like"] >= _STORY, "a similar story"),
        (row["same_place"], "the same place"),
    ]
    return Hint(
        project_id=row["id"],
        campaign_id=row["campaign_id"],
        title=row["title"],
        slug=row["slug"],
        group_name=row["group_name"],
        status=status,
        target_pence=row["target_pence"],
        was_funded=status in _FUNDED,
        reasons=tuple(words for holds, words in reasons if holds),
    )
