"""Campaigns as everybody may see them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from projects.models import (
    Campaign,
    CampaignCheck,
    CampaignMessage,
    Group,
    Project,
    ProjectVersion,
)
from projects.queries.campaigns import checks_of, messages_of
from projects.states import PUBLIC
from projects.states import Campaign as Status


@dataclass(frozen=True)
class PublicCampaign:
    """A campaign as everybody may see it: the frozen version's words, never the working text."""

    campaign: Campaign
    project: Project  # slug, ids, generated; its words are the working text: show `content`
    group: Group
    version: ProjectVersion
    checks: Sequence[CampaignCheck]
    messages: Sequence[CampaignMessage]

    @property
    def content(self) -> dict[str, Any]:
        """Title, summary, story, place, district, objective, picture, group, lines (see services.approving)."""
        return dict(self.version.content)


async def public_campaign(slug: str) -> PublicCampaign:
    """The newest campaign of the project with this address that the public may see; NotFound otherwise."""
    campaign = (
        await Campaign.filter(project__slug=slug, status__in=list(PUBLIC))
        .select_related("project__group", "version")
        .order_by("-id")
        .first()
    )
    if campaign is None or campaign.version is None:
        raise NotFound("There is no such project, or its campaign is not open yet.")
    project = campaign.project
    return PublicCampaign(
        campaign,
        project,
        project.group,
        campaign.version,
        await checks_of(campaign.id),
        await messages_of(campaign.id, public=True),
    )


@dataclass(frozen=True)
class Card:
    """One campaign in a list. Money raised is not known here: pledges adds it by id."""

    id: int
    slug: str
    status: str
    generated: bool
    title: str
    summary: str
    place: str
    district_code: str
    objective: str
    picture: dict[str, Any] | None
    group_name: str
    target_pence: int
    deadline_at: datetime
    opened_at: datetime | None


_CARDS: Final = """
  FROM campaign c
  JOIN project p ON p.id = c.project_id
  JOIN project_version v ON v.id = c.version_id
 WHERE c.status = ANY($1::text[])
   AND c.id = (SELECT max(o.id) FROM campaign o WHERE o.project_id = p.id AND o.status = ANY($5::text[]))
   AND ($2 = '' OR v.content->>'district_code' = $2)
   AND ($3 = '' OR v.content->>'objective' = $3)
   AND ($4 = '' OR (v.content->>'title') || ' ' || (v.content->>'summary') || ' ' || (v.content->>'place')
        || ' ' || (v.content->'group'->>'name') ILIKE $4)
"""


async def public_campaigns(
    *,
    statuses: Iterable[Status] = (Status.LIVE,),
    district_code: str = "",
    objective: str = "",
    words: str = "",
    newest_first: bool = False,
    limit: int = 24,
    offset: int = 0,
) -> tuple[list[Card], int]:
    """One page of the public list and how many there are in all; soonest deadline first unless `newest_first`.

    Each project stands once, with its newest public campaign. `words` is looked for in title, summary, place, group.
    """
    wanted = [str(status) for status in statuses if status in PUBLIC]
    pattern = f"%{_escaped(words.strip())}%" if words.strip() else ""
    values = (wanted, district_code, objective, pattern, [str(status) for status in PUBLIC])
    order = "c.opened_at DESC NULLS LAST, c.id DESC" if newest_first else "c.deadline_at, c.id"
    rows = await fetch(
        "SELECT c.id, p.slug, c.status, c.generated, v.content, c.target_pence, c.deadline_at, c.opened_at"
        f" {_CARDS} ORDER BY {order} LIMIT $6 OFFSET $7",
        *values,
        limit,
        offset,
    )
    total = await fetch(f"SELECT count(*) AS n {_CARDS}", *values)
    return [_card(row) for row in rows], int(total[0]["n"])


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _card(row: dict[str, Any]) -> Card:
    content = _as_dict(row["content"])
    return Card(
        id=row["id"],
        slug=row["slug"],
        status=row["status"],
        generated=row["generated"],
        title=content["title"],
        summary=content["summary"],
        place=content["place"],
        district_code=content["district_code"],
        objective=content["objective"],
        picture=content["picture"],
        group_name=content["group"]["name"],
        target_pence=row["target_pence"],
        deadline_at=row["deadline_at"],
        opened_at=row["opened_at"],
    )


def _as_dict(content: Any) -> dict[str, Any]:
    """A JSON column as a query without a model returns it: text or already read."""
    if isinstance(content, str):
        return dict(json.loads(content))
    return dict(content)
