"""Dedications: words that backers chose to show, with their name if they show that too, and never an amount."""

from dataclasses import dataclass
from typing import Final

from crowdfund_kent.database import fetch
from pledges.backers import COUNTED
from pledges.public.project_queries import Page

MOST: Final = 200
_SHOWN: Final = "p.dedication <> '' AND p.dedication_hidden_at IS NULL"
STAMP: Final = (
    "SELECT md5(string_agg(concat(p.id, p.dedication, p.name_shown), '|' ORDER BY p.id)) FROM pledge p"
    f" WHERE p.campaign_id = c.id AND {_SHOWN}"
)


@dataclass(frozen=True, slots=True)
class Dedication:
    """Words, and who says them where they show their name."""

    words: str
    name: str


async def load(found: Page) -> list[Dedication] | None:
    """In the order in which they came; None where there are none."""
    rows = await fetch(
        "SELECT p.dedication AS words, CASE WHEN p.name_shown THEN p.name ELSE '' END AS name FROM pledge p"
        f" JOIN campaign c ON c.id = p.campaign_id WHERE c.id = $1 AND {_SHOWN} AND {COUNTED} ORDER BY p.id LIMIT {MOST}",
        found.id,
    )
    return [Dedication(**row) for row in rows] or None
