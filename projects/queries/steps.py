"""The task list of a project, from everything that its group gave."""

from collections.abc import Sequence

from crowdfund_kent.clock import business_today
from projects import rules
from projects.models import Campaign, Project
from projects.queries.papers import missing_papers
from projects.queries.projects import draft_of, limits, lines_of


async def whole_draft(project: Project, campaign: Campaign | None) -> rules.Draft:
    """What was written and given so far. The project came with group, objective and picture."""
    lines = await lines_of(project.id)
    return draft_of(project, lines, campaign, await missing_papers(project, lines, campaign))


async def steps_of(project: Project, campaign: Campaign | None) -> Sequence[rules.Step]:
    """The task list of a project that came with group, objective and picture."""
    return rules.steps(await whole_draft(project, campaign), business_today(), limits())
