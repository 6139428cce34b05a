"""Papers: what is asked of a project and what its group gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.settings import get_settings
from projects import asked, uploads
from projects.asked import Asked, Paper
from projects.models import Campaign, CampaignCheck, Evidence, Project, ProjectVersion
from projects.queries.projects import Lines, facts_of

OTHER: Final = Asked(
    "other",
    "Another paper",
    "Anything else that helps an officer, or that they asked for.",
    "Asked by nobody: give it if it helps.",
    Paper.OTHER,
    asked.Answer.FILE_OR_WORDS,
    how_many=0,
)
_KEYS: Final = {
    Paper.REFEREE: "referee",
    Paper.END_NOTE: "end-note",
    Paper.BANK: "bank",
    Paper.RULES: "rules",
    Paper.INSURANCE: "insurance",
    Paper.PERMISSION: "permission",
    Paper.SAFEGUARDING: "safeguarding",
    Paper.OTHER: "other",
}


def papers_limits() -> asked.Limits:
    """What the settings say about papers."""
    settings = get_settings()
    return asked.Limits(
        settings.papers_small_pence,
        settings.papers_middle_pence,
        settings.quote_from_pence,
        settings.three_quotes_over_pence,
    )


def upload_limits() -> uploads.Limits:
    """What the settings say about files."""
    settings = get_settings()
    return uploads.Limits(settings.paper_most_bytes, settings.papers_most_files, settings.papers_most_bytes)


def key_of(evidence: Evidence) -> str:
    """The address of the paper that this was given for; "other" for a quote of a cost that is gone."""
    if evidence.kind == Paper.QUOTE:
        return f"quotes-{evidence.cost_line_id}" if evidence.cost_line_id else "other"
    return _KEYS[Paper(evidence.kind)]


@dataclass(frozen=True)
class Given:
    """One paper that is asked, with what the group gave for it, oldest first."""

    asked: Asked
    evidence: Sequence[Evidence]

    @property
    def is_done(self) -> bool:
        """Enough was given, or the group said why it can't."""
        return any(one.without for one in self.evidence) or len(self.evidence) >= self.asked.how_many

    @property
    def left(self) -> int:
        """How many are still to be given."""
        return 0 if self.is_done else self.asked.how_many - len(self.evidence)


def asked_papers(project: Project, lines: Lines, campaign: Campaign | None) -> tuple[Asked, ...]:
    """The papers that the rules ask of this project. `project` comes with its group."""
    wanted = campaign.match_wanted_pence if campaign else None
    return asked.asked_of(facts_of(project, lines, wanted), papers_limits())


async def evidence_of(project_id: int) -> list[Evidence]:
    """What the group gave and did not take back, oldest first."""
    return await Evidence.filter(project_id=project_id, removed_at=None).order_by("id")


async def papers_of(project: Project, lines: Lines, campaign: Campaign | None) -> list[Given]:
    """Each asked paper with what was given for it; last what was given besides, under "other"."""
    wanted = asked_papers(project, lines, campaign)
    keys = {one.key for one in wanted}
    held: dict[str, list[Evidence]] = {}
    for one in await evidence_of(project.id):
        key = key_of(one)
        held.setdefault(key if key in keys else OTHER.key, []).append(one)
    return [*(Given(one, held.get(one.key, [])) for one in wanted), Given(OTHER, held.get(OTHER.key, []))]


async def missing_papers(project: Project, lines: Lines, campaign: Campaign | None) -> tuple[str, ...]:
    """Keys of the asked papers that are not given."""
    return tuple(one.asked.key for one in await papers_of(project, lines, campaign) if not one.is_done)


async def papers_to_use_again(project: Project, paper: Asked) -> list[Evidence]:
    """Files of this kind that the group gave for another project of its own, newest first: nothing is asked twice."""
    if paper.kind in {Paper.QUOTE, Paper.OTHER, Paper.PERMISSION}:
        return []
    found = Evidence.filter(
        project__group_id=project.group_id, kind=paper.kind, removed_at=None, file_gone_at=None, key__not_isnull=True
    )
    return await found.exclude(project_id=project.id).select_related("project").order_by("-id").limit(3)


async def frozen_evidence(project_id: int) -> set[int]:
    """Ids of papers that an approval or an officer's look lists: they stay, whatever the group does later."""
    found = await CampaignCheck.filter(campaign__project_id=project_id).exclude(evidence=None)
    looked = [version.content.get("looked", {}) for version in await ProjectVersion.filter(project_id=project_id)]
    lists = [*(check.evidence or () for check in found), *(one.get("evidence", ()) for one in looked)]
    return {int(paper["id"]) for papers in lists for paper in papers}
