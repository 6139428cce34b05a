"""Projects that a fund without a crowd could give to, and what an officer looks at of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Refused
from panel.weighing import Weighing, weigh
from pledges.models import MatchFund
from projects.models import Project

MOST_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class GrantCandidate:
    """A project whose group has named a referee. `now`: None while it has no costs."""

    project: Project
    now: Weighing | None


# a draft is its group's own until it asked this fund, or handed a campaign of it to the officers
_SENT: Final = """(EXISTS (SELECT 1 FROM pitch t JOIN panel_round r ON r.id = t.round_id
    WHERE t.project_id = p.id AND r.fund_id = $1 AND t.status <> 'draft' AND t.status <> 'lapsed')
  OR EXISTS (SELECT 1 FROM campaign c JOIN campaign_event e ON e.subject_id = c.id AND e.new = 'submitted'
    WHERE c.project_id = p.id))"""


async def was_sent(project_id: int, fund_id: int) -> bool:
    """Whether the group has shown this project to officers: it asked this fund, or sent a campaign to be checked."""
    return bool(await fetch(f"SELECT 1 FROM project p WHERE p.id = $2 AND {_SENT}", fund_id, project_id))


async def grant_candidates(fund: MatchFund) -> Sequence[GrantCandidate]:
    """Projects that were sent, name a referee, met no target and got nothing of this fund; the newest first."""
    rows = await fetch(
        "SELECT p.id FROM project p WHERE p.taken_down_at IS NULL AND p.forgotten_at IS NULL AND p.import_batch_id IS NULL"
        f" AND {_SENT}"
        " AND EXISTS (SELECT 1 FROM evidence e WHERE e.project_id = p.id AND e.kind = 'referee' AND e.removed_at IS NULL"
        "  AND NOT e.without AND e.referee_name <> '')"
        " AND NOT EXISTS (SELECT 1 FROM campaign c WHERE c.project_id = p.id"
        "  AND c.status IN ('successful', 'collecting', 'settled'))"
        " AND NOT EXISTS (SELECT 1 FROM award a WHERE a.project_id = p.id AND a.fund_id = $1 AND a.status = 'proposed')"
        " AND NOT EXISTS (SELECT 1 FROM match_pledge m WHERE m.project_id = p.id AND m.fund_id = $1"
        "  AND m.status <> 'released') ORDER BY p.id DESC LIMIT $2",
        fund.id,
        MOST_LISTED,
    )
    found = await Project.filter(id__in=[row["id"] for row in rows]).order_by("-id").select_related("group")
    return [GrantCandidate(project, await _weighed(project, fund.id)) for project in found]


async def _weighed(project: Project, fund_id: int) -> Weighing | None:
    try:
        return await weigh(project, fund_id)
    except Refused:
        return None
