"""Sixty-four made-up projects in real towns and villages, for the table of queries."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from crowdfund_kent.clock import business_now, day_ends, london_day
from crowdfund_kent.geography import DISTRICTS
from projects.models import Campaign, CampaignEvent, Group, Project, ProjectVersion
from projects.states import Campaign as Status

_CODES: Final = {one.name.split()[0]: (one.code, one.name) for one in DISTRICTS}

_TABLE: Final = Path(__file__).parent.parent / "data" / "made_up_projects.txt"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One project, in the words of its group."""

    key: str
    title: str
    place: str
    district: str
    group: str
    objective: str
    summary: str
    story: str
    costs: tuple[str, ...]

    @property
    def content(self) -> dict[str, Any]:
        """As approval freezes it."""
        code, name = _CODES[self.district]
        return {
            "title": self.title,
            "summary": self.summary,
            "story": self.story,
            "place": self.place,
            "district_code": code,
            "district": name,
            "objective": self.objective,
            "picture": None,
            "group": {"name": self.group, "slug": self.key, "legal_form": "unincorporated group", "about": ""},
            "costs": [{"words": words, "kind": "capital", "amount_pence": 100_000} for words in self.costs],
            "other_funding": [],
            "in_kind": [],
        }


def _read(line: str) -> MadeUp:
    key, title, place, district, group, objective, summary, story, costs = (part.strip() for part in line.split("|"))
    lines = tuple(one.strip() for one in costs.split(";"))
    return MadeUp(key, title, place, district, group, objective, summary, story, lines)


PROJECTS: Final = tuple(_read(line) for line in _TABLE.read_text().splitlines() if not line.startswith("#"))


async def load(projects: tuple[MadeUp, ...] = PROJECTS) -> dict[str, int]:
    """Each project with an open campaign, in bulk: its last day follows the order of the table. Key -> campaign."""
    now = business_now()
    groups = [
        Group(slug=one.key, name=one.group, legal_form="unincorporated group", created_at=now) for one in projects
    ]
    await Group.bulk_create(groups)
    group_ids = dict(await Group.filter(slug__in=[one.key for one in projects]).values_list("slug", "id"))
    await Project.bulk_create(
        [
            Project(group_id=group_ids[one.key], slug=one.key, title=one.title, place=one.place, created_at=now)
            for one in projects
        ]
    )
    ids = dict(await Project.filter(slug__in=[one.key for one in projects]).values_list("slug", "id"))
    pence = {one.key: 100_000 * len(one.costs) for one in projects}
    await ProjectVersion.bulk_create(
        [
            ProjectVersion(
                project_id=ids[one.key],
                number=1,
                content=one.content,
                cost_pence=pence[one.key],
                revenue_pence=0,
                other_funding_pence=0,
                in_kind_pence=0,
                project_value_pence=pence[one.key],
                target_pence=pence[one.key],
                frozen_at=now,
            )
            for one in projects
        ]
    )
    versions = dict(await ProjectVersion.filter(project_id__in=list(ids.values())).values_list("project_id", "id"))
    today = london_day(now)
    await Campaign.bulk_create(
        [
            Campaign(
                status=Status.LIVE,
                project_id=ids[one.key],
                version_id=versions[ids[one.key]],
                last_day=today + timedelta(days=10 + place),
                deadline_at=day_ends(today + timedelta(days=10 + place)),
                target_pence=pence[one.key],
                threshold_bp=9000,
                opened_at=now,
                created_at=now,
            )
            for place, one in enumerate(projects)
        ]
    )
    rows = await Campaign.filter(project_id__in=list(ids.values())).values_list("project_id", "id")
    await CampaignEvent.bulk_create(
        [
            CampaignEvent(subject_id=one, old="", new=Status.LIVE, cause="created", effective_at=now, recorded_at=now)
            for _, one in rows
        ]
    )
    keys = {project_id: key for key, project_id in ids.items()}
    return {keys[project_id]: campaign_id for project_id, campaign_id in rows}
