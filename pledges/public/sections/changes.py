"""What has changed since a campaign opened: promises are changed in the open, and what was said before stays readable."""

from dataclasses import dataclass
from datetime import date, datetime

from crowdfund_kent.database import fetch
from pledges.public.project_queries import Page
from projects.change_rules import Differences, differences
from projects.kinds import ChangeKind
from projects.models import CampaignChange
from projects.states import Change as Status


@dataclass(frozen=True, slots=True)
class Changed:
    """One change, with what was said before. A pause has neither days nor a reason: its rule was named beforehand."""

    at: datetime
    reason: str = ""
    old_last_day: date | None = None
    new_last_day: date | None = None
    differences: Differences | None = None
    pause_ended: datetime | None = None


async def load(found: Page) -> list[Changed] | None:
    """The newest first; None where everything is as it was."""
    agreed = await CampaignChange.filter(campaign_id=found.id, status=Status.AGREED).select_related(
        "old_version", "new_version"
    )
    made = [*map(_changed, agreed), *await _pauses(found.id)]
    return sorted(made, key=lambda one: one.at, reverse=True) or None


def _changed(change: CampaignChange) -> Changed:
    assert change.answered_at is not None
    if change.kind == ChangeKind.LAST_DAY:
        return Changed(change.answered_at, change.reason, change.old_last_day, change.new_last_day)
    assert change.old_version is not None
    assert change.new_version is not None
    told = differences(change.old_version.content, change.new_version.content)
    return Changed(change.answered_at, change.reason, differences=told)


async def _pauses(campaign_id: int) -> list[Changed]:
    """Pauses that are over; one that goes on is what the page says first."""
    rows = await fetch(
        "SELECT old, new, effective_at FROM campaign_event WHERE subject_id = $1"
        " AND (new = 'suspended' OR (old = 'suspended' AND new = 'live')) ORDER BY id",
        campaign_id,
    )
    begun = [row["effective_at"] for row in rows if row["new"] == "suspended" and row["old"] != "suspended"]
    ended = [row["effective_at"] for row in rows if row["new"] == "live"]
    return [Changed(since, pause_ended=until) for since, until in zip(begun, ended, strict=False)]
