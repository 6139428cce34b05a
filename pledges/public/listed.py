"""The public pages with a name in their address, for the sitemap."""

from datetime import datetime

from crowdfund_kent.database import fetch
from crowdfund_kent.geography import DISTRICTS
from pledges.public.district_routes import path_of
from pledges.public.queries import NEWEST, public_statuses
from pledges.public.search import PATH


async def pages() -> list[tuple[str, datetime | None]]:
    """Districts, projects and funds. A project has changed when its campaign moved or a fund added something."""
    rows = await fetch(
        f"WITH {NEWEST} SELECT j.slug, v.content->>'district_code' AS district, greatest("
        "(SELECT max(e.effective_at) FROM campaign_event e WHERE e.subject_id = c.id),"
        " (SELECT max(e.effective_at) FROM match_pledge_event e JOIN match_pledge m ON m.id = e.subject_id"
        " WHERE m.campaign_id = c.id)) AS changed"
        " FROM c JOIN project j ON j.id = c.project_id JOIN project_version v ON v.id = c.version_id ORDER BY j.id",
        public_statuses(),
    )
    newest: dict[str, datetime] = {}
    for row in sorted(rows, key=lambda row: row["changed"]):
        newest[row["district"]] = row["changed"]
    funds = await fetch("SELECT slug FROM match_fund WHERE status <> 'draft' ORDER BY id")
    return [
        *((path_of(one.name), newest.get(one.code)) for one in DISTRICTS),
        *((f"{PATH}/{row['slug']}", row["changed"]) for row in rows),
        *((f"/funds/{row['slug']}", None) for row in funds),
    ]
