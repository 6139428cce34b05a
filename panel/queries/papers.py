"""A pitch as officers and members read it: the project, the crowd, what was asked, what was checked. No backer's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.geography import DISTRICTS
from panel import asking
from panel.asking import Progress
from panel.models import Hold, Pitch, PitchInterest
from panel.queries import pitches as queries
from panel.queries.signals import overdue_of
from panel.services.holds import held
from panel.weighing import Weighing
from pledges import dashboard, matches
from pledges.fitting import fits
from pledges.fitting_rules import RuleFit
from projects import queries as projects
from projects.models import CampaignCheck
from projects.states import PUBLIC

_NAMES = {one.code: one.name for one in DISTRICTS}


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything about a pitch that its panel reads. `content`: the public words, shape of approving.content_of()."""

    pitch: Pitch
    title: str
    content: dict[str, Any]
    district: str
    target_pence: int
    weighing: Weighing | None
    progress: Progress | None
    asked: Sequence[asking.Asked]
    checks: Sequence[CampaignCheck]
    one_gives_much: bool
    matches: list[dict[str, Any]]  # what each fund adds already, as the bar's key takes it
    wanted_pence: int | None  # what the group said it wanted when its papers were asked for
    overdue: Sequence[str]  # reports that the group owes for other projects: a fact, no reason to refuse by itself


async def papers_of(pitch: Pitch) -> Papers:
    """The papers of a pitch that comes with all that belongs to it. Who may read them: the routes ask."""
    found = await queries.weighed(pitch)
    content = await queries.content_for(pitch)
    campaign = pitch.campaign
    board = None
    if campaign is not None and campaign.opened_at is not None and campaign.status in PUBLIC:
        board = await dashboard.dashboard_of(campaign)
    return Papers(
        pitch=pitch,
        title=queries.title_of(pitch),
        content=content,
        district=_NAMES.get(content.get("district_code", ""), ""),
        target_pence=await queries.target_of(pitch),
        weighing=found,
        progress=queries.progress_in(pitch, found),
        asked=await queries.asked_of(pitch),
        checks=await projects.checks_of(campaign.id) if campaign is not None else [],
        matches=await matches.bar_matches(campaign.id) if campaign is not None else [],
        one_gives_much=board is not None and board.one_gives_much,
        wanted_pence=campaign.match_wanted_pence if campaign is not None else None,
        overdue=await overdue_of(pitch.project_id),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """An interest in a pitch with the name of whoever has it: for officers."""

    who: str
    row: PitchInterest


async def interests_in(pitch: Pitch) -> list[Told]:
    """Every interest on record, the oldest first."""
    rows = await PitchInterest.filter(pitch_id=pitch.id).order_by("id")
    names = await names_of(row.person_id for row in rows)
    return [Told(names[row.person_id], row) for row in rows]


async def fits_of(pitch: Pitch) -> Sequence[RuleFit]:
    """Rule by rule, whether the fund fits, as it stands now; where a person must look, `ok` is None."""
    given = pitch.project if pitch.round.fund.without_crowd or pitch.campaign is None else pitch.campaign
    return await fits(pitch.round.fund, given)


async def hold_on(pitch: Pitch) -> Hold | None:
    """What holds it now."""
    return await held(pitch.id)
