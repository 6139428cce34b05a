"""Projects as their groups write them, and the list of objectives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.settings import get_settings
from projects import asked, rules
from projects.kinds import CostKind, LegalForm
from projects.models import (
    Campaign,
    CostLine,
    Extra,
    InKind,
    Objective,
    OtherFunding,
    Project,
)

Line = CostLine | OtherFunding | InKind
LISTS: Final[dict[str, type[CostLine] | type[OtherFunding] | type[InKind]]] = {
    "costs": CostLine,
    "other-funding": OtherFunding,
    "in-kind": InKind,
}


def limits() -> rules.Limits:
    """What the settings say about campaigns."""
    settings = get_settings()
    return rules.Limits(settings.campaign_shortest_days, settings.campaign_longest_days, settings.least_target_pence)


async def objectives(retired: bool = False) -> list[Objective]:
    """The list that settings.objective_list names, in its order; with those retired when asked."""
    found = Objective.filter(list_name=get_settings().objective_list)
    return await (found if retired else found.filter(retired_at=None)).order_by("position", "id")


async def objectives_with_use() -> list[tuple[Objective, int]]:
    """The whole list, those retired last, each with how many projects chose it."""
    rows = await fetch("SELECT objective_id, count(*) AS n FROM project WHERE objective_id IS NOT NULL GROUP BY 1")
    used = {row["objective_id"]: int(row["n"]) for row in rows}
    found = await objectives(retired=True)
    return [(one, used.get(one.id, 0)) for one in sorted(found, key=lambda one: one.retired_at is not None)]


@dataclass(frozen=True)
class Lines:
    """A project's lines of each list, in their order."""

    costs: Sequence[CostLine]
    other_funding: Sequence[OtherFunding]
    in_kind: Sequence[InKind]
    extras: Sequence[Extra] = ()  # what more than the target would pay for, by amount

    def of(self, which: str) -> list[Line]:
        """The lines of one list of LISTS."""
        lists: dict[str, Sequence[Line]] = {
            "costs": self.costs,
            "other-funding": self.other_funding,
            "in-kind": self.in_kind,
        }
        return list(lists[which])

    @property
    def figures(self) -> rules.Figures:
        """Their sums: value and target."""
        return rules.figures(
            [rules.Line(one.words, one.amount_pence, CostKind(one.kind)) for one in self.costs],
            _plain(self.other_funding),
            _plain(self.in_kind),
        )


def _plain(lines: Iterable[OtherFunding] | Iterable[InKind]) -> list[rules.Line]:
    return [rules.Line(one.words, one.amount_pence) for one in lines]


async def lines_of(project_id: int) -> Lines:
    """Every line of a project."""
    return Lines(
        await CostLine.filter(project_id=project_id).order_by("position", "id"),
        await OtherFunding.filter(project_id=project_id).order_by("position", "id"),
        await InKind.filter(project_id=project_id).order_by("position", "id"),
        await Extra.filter(project_id=project_id).order_by("amount_pence"),
    )


async def project_with_group(project_id: int) -> Project:
    """A project with its group, objective and picture; NotFound for none."""
    found = await Project.get_or_none(id=project_id).select_related("group", "objective", "picture")
    if found is None:
        raise NotFound
    return found


async def project_of_group(group_id: int, slug: str) -> Project:
    """The group's own project with this address; another group's is NotFound."""
    found = await Project.get_or_none(group_id=group_id, slug=slug).select_related("group", "objective", "picture")
    if found is None:
        raise NotFound
    return found


async def projects_of(group_id: int) -> list[tuple[Project, Campaign | None]]:
    """A group's projects, newest first, each with its newest campaign."""
    projects = await Project.filter(group_id=group_id).order_by("-id")
    campaigns = await Campaign.filter(project__group_id=group_id).order_by("id")
    newest = {campaign.project_id: campaign for campaign in campaigns}
    return [(project, newest.get(project.id)) for project in projects]


def draft_of(
    project: Project, lines: Lines, campaign: Campaign | None, missing_papers: tuple[str, ...] = ()
) -> rules.Draft:
    """What was written so far, for the rules. `project` comes with group and objective."""
    objective = project.objective
    return rules.Draft(
        title=project.title,
        summary=project.summary,
        story=project.story,
        place=project.place,
        district_code=project.district_code,
        objective=objective.name if objective is not None and objective.retired_at is None else "",
        has_picture=project.picture_id is not None,
        figures=lines.figures,
        last_day=campaign.last_day if campaign else None,
        if_too_much=campaign.if_too_much if campaign else "",
        legal_form=LegalForm(project.group.legal_form),
        named_people=project.group.named_people,
        who=project.who,
        permission=project.permission,
        permission_words=project.permission_words,
        with_children=project.with_children,
        match_wanted_pence=campaign.match_wanted_pence if campaign else None,
        passed=frozenset(project.passed.split()),
        missing_papers=missing_papers,
    )


def facts_of(project: Project, lines: Lines, match_wanted_pence: int | None) -> asked.Facts:
    """What decides which papers are asked. `project` comes with its group."""
    return asked.Facts(
        match_wanted_pence,
        lines.figures.target_pence,
        [asked.PricedLine(one.id, one.words, one.amount_pence) for one in lines.costs],
        LegalForm(project.group.legal_form),
        project.with_children,
        project.permission,
    )
