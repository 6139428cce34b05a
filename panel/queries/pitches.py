"""Reads of pitches: for the group that asks, for the officer who prepares them, and for the members who read them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import NotFound, Refused
from panel import asking, days
from panel.asking import NotNow, Progress, Standing, Step
from panel.models import Award, Pitch, PitchAnswer, Round
from panel.states import Award as AwardStatus
from panel.states import Pitch as Status
from panel.states import Round as RoundStatus
from panel.weighing import Weighing, weigh
from pledges import fitting
from pledges.fund_queries import rules_on
from pledges.fund_scope import all_numbers
from pledges.kinds import Accrual
from pledges.models import FundQuestion, MatchFund, MatchPledge
from pledges.states import Fund as FundStatus
from pledges.states import Match
from projects import queries as projects
from projects.models import Campaign, Project
from projects.queries.looks import looked_version, referee_of
from projects.services.approving import content_of

WITH: Final = ("round__fund__funder", "project__group", "campaign__version")


async def pitch_by_reference(reference: str) -> Pitch:
    """A pitch with round, fund, funder, project, group, campaign and version; NotFound for none."""
    found = await Pitch.get_or_none(reference=reference).select_related(*WITH)
    if found is None:
        raise NotFound
    return found


async def pitch_with_all(pitch_id: int) -> Pitch:
    """The same by its id."""
    found = await Pitch.get_or_none(id=pitch_id).select_related(*WITH)
    if found is None:
        raise NotFound
    return found


async def pitches_of(round_id: int, *statuses: Status) -> list[Pitch]:
    """The pitches of a round in these statuses (all where none is named), in the order they were sent."""
    found = Pitch.filter(round_id=round_id)
    if statuses:
        found = found.filter(status__in=list(statuses))
    return await found.order_by("submitted_at", "id").select_related(*WITH)


async def pitches_of_group(group_id: int) -> list[Pitch]:
    """What a group asked for, the newest first."""
    return await Pitch.filter(project__group_id=group_id).order_by("-id").select_related(*WITH)


async def open_rounds() -> list[Round]:
    """Rounds that a group can ask now, those that close first at the top."""
    found = await Round.filter(status=RoundStatus.OPEN).order_by("pitch_by", "id").select_related("fund__funder")
    now = business_now()
    return [one for one in found if days.takes_pitches(one.status, one.pitch_by, now)]


async def round_by_slug(slug: str) -> Round:
    """A round with its fund and funder; NotFound for none."""
    found = await Round.get_or_none(slug=slug).select_related("fund__funder")
    if found is None:
        raise NotFound
    return found


async def standing(round_: Round, project: Project, campaign: Campaign | None) -> Standing:
    """What decides whether this project may ask this round now. `round_` comes with fund and funder."""
    fund = round_.fund
    today = business_today()
    lines = await projects.lines_of(project.id)
    return Standing(
        funder=fund.funder.short_name,
        today=today,
        is_open=days.takes_pitches(round_.status, round_.pitch_by, business_now()),
        opens_on=round_.opens_on,
        pitch_by=round_.pitch_by,
        decide_by=round_.decide_by,
        fund_is_open=fund.status == FundStatus.OPEN and fund.starts_on <= today <= fund.ends_on,
        without_crowd=fund.without_crowd,
        campaign_status=campaign.status if campaign else None,
        ends_on=campaign.last_day if campaign else None,
        has_referee=await referee_of(project.id) is not None,
        target_pence=lines.figures.target_pence,
        offered=await _offered(fund, project.id, campaign),
    )


async def why_not(round_: Round, project: Project, campaign: Campaign | None) -> NotNow | None:
    """Why this project can't ask this round now; None where it can. A rule that only a person can judge stops nobody."""
    found = asking.why_not(await standing(round_, project, campaign))
    if found is not None:
        return found
    given = project if round_.fund.without_crowd or campaign is None else campaign
    against = next((one for one in await fitting.fits(round_.fund, given) if one.ok is False and not one.waits), None)
    return NotNow(against.rule, against.words) if against else None


async def _offered(fund: MatchFund, project_id: int, campaign: Campaign | None) -> bool:
    whose: dict[str, Any] = (
        {"project_id": project_id} if fund.without_crowd else {"campaign_id": campaign and campaign.id}
    )
    if None in whose.values():
        return False
    if await Award.filter(fund_id=fund.id, status=AwardStatus.PROPOSED, **whose).exists():
        return True
    return await MatchPledge.filter(fund_id=fund.id, **whose).exclude(status=Match.RELEASED).exists()


async def campaign_for(project_id: int) -> Campaign | None:
    """The project's newest campaign with its version: what a request is about, where the fund works with a crowd."""
    return await Campaign.filter(project_id=project_id).order_by("-id").select_related("version").first()


async def questions_of(pitch: Pitch) -> list[FundQuestion]:
    """What the fund asks: of a draft, the questions in force; of one that was sent, those that stood then."""
    if pitch.submitted is not None:
        return await FundQuestion.filter(id__in=pitch.submitted["questions"]).order_by("position", "id")
    return await FundQuestion.filter(fund_id=pitch.round.fund_id, retired_at=None).order_by("position", "id")


async def answers_of(pitch_id: int) -> dict[int, str]:
    """What was answered, by question."""
    return {one.question_id: one.words for one in await PitchAnswer.filter(pitch_id=pitch_id)}


async def asked_of(pitch: Pitch) -> list[asking.Asked]:
    """The fund's questions with the group's answers."""
    answers = await answers_of(pitch.id)
    return [
        asking.Asked(one.id, one.words, one.most_words, one.needed, answers.get(one.id, ""))
        for one in await questions_of(pitch)
    ]


async def steps_of(pitch: Pitch) -> list[Step]:
    """The pages of a request with what is missing on each."""
    funder = pitch.round.fund.funder.short_name
    return asking.steps(pitch.asked_pence, pitch.why, await asked_of(pitch), funder)


async def weighing_of(pitch: Pitch) -> Weighing:
    """What the calculator finds for it today, by the numbers of its place and size. Refused without rules or target."""
    about = pitch.project if pitch.round.fund.without_crowd else pitch.campaign
    if about is None:
        raise NotFound
    return await weigh(about, pitch.round.fund_id, place_kinds=pitch.place_kinds or (), income_pence=pitch.income_pence)


async def weighed(pitch: Pitch) -> Weighing | None:
    """The same for a page: None where it can't be told now."""
    try:
        return await weighing_of(pitch)
    except (Refused, NotFound):
        return None


def progress_in(pitch: Pitch, found: Weighing | None) -> Progress | None:
    """How far the crowd is; None for a fund that works without one, or that comes in first."""
    fund = pitch.round.fund
    if found is None or fund.without_crowd or fund.accrual == Accrual.IN_FIRST:
        return None
    return asking.progress(
        least_backers=found.numbers.least_backers,
        least_raised_bp=found.numbers.least_raised_bp,
        backers=found.totals.backers,
        crowd_pence=found.totals.crowd_pence,
        target_pence=found.terms.target_pence,
    )


async def largest_pence(fund_id: int) -> int:
    """The fund's largest amount for one project by today's rules, of all its variants."""
    rules = await rules_on(fund_id, business_today())
    return max(one.max_amount_pence for one in all_numbers(rules))


async def target_of(pitch: Pitch) -> int:
    """The target in pence: the campaign's, or of the project as it is written."""
    if pitch.campaign is not None and pitch.campaign.target_pence is not None:
        return int(pitch.campaign.target_pence)
    return (await projects.lines_of(pitch.project_id)).figures.target_pence


async def content_for(pitch: Pitch) -> dict[str, Any]:
    """Every public word and line of the project: as an officer approved it, else as written. Shape: approving.content_of()."""
    frozen = pitch.campaign.version if pitch.campaign is not None else await looked_version(pitch.project_id)
    if frozen is not None:
        content: dict[str, Any] = frozen.content
        return content
    project = await projects.project_with_group(pitch.project_id)
    return content_of(project, await projects.lines_of(project.id))


def title_of(pitch: Pitch) -> str:
    """The project's title, as it was approved where it was."""
    if pitch.campaign is not None and pitch.campaign.version is not None:
        return str(pitch.campaign.version.content["title"])
    return pitch.project.title


def path_of(pitch: Pitch) -> str:
    """The request's page for its group."""
    return f"/groups/{pitch.project.group.slug}/pitches/{pitch.reference}"


async def digest_of(pitch: Pitch) -> str:
    """Twelve digits that follow from everything the group wrote: what a signed paper stands for."""
    answers = sorted((await answers_of(pitch.id)).items())
    facts = json.dumps([pitch.id, pitch.asked_pence, pitch.why, answers])
    return hashlib.sha256(facts.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Chance:
    """An open round and one of a group's projects: the request there is, or whether there can be one."""

    round: Round
    project: Project
    pitch: Pitch | None
    not_now: NotNow | None


async def decided_of(project_id: int) -> list[Pitch]:
    """Requests of a project that were decided in the last two months, the newest first."""
    since = business_now() - timedelta(days=60)
    found = Pitch.filter(project_id=project_id, status__in=[Status.AWARDED, Status.DECLINED, Status.DEFERRED])
    return await found.filter(decision__decided_at__gte=since).order_by("-id").select_related(*WITH)


async def chances(group_id: int, project_id: int | None = None) -> Sequence[Chance]:
    """Every open round with every project of a group, or one of them. Projects whose words are gone are left out."""
    rounds = await open_rounds()
    if not rounds:
        return []
    made = []
    found = await projects.projects_of(group_id)
    current = await Pitch.filter(project__group_id=group_id).exclude(status__in=list(asking.GONE)).select_related(*WITH)
    by_place = {(one.round_id, one.project_id): one for one in current}
    for round_ in rounds:
        for project, campaign in found:
            if project.forgotten_at is not None or project_id not in {None, project.id}:
                continue
            pitch = by_place.get((round_.id, project.id))
            not_now = None if pitch else await why_not(round_, project, campaign)
            made.append(Chance(round_, project, pitch, not_now))
    return made


async def reference_exists(reference: str) -> bool:
    """Whether we write to a group about a request with this reference."""
    return await Pitch.filter(reference=reference).exists()


async def sent_by_reference(reference: str) -> Pitch:
    """A pitch that its group sent; NotFound for none, and for a draft, which is the group's own."""
    found = await pitch_by_reference(reference)
    if found.submitted_at is None:
        raise NotFound
    return found


async def rounds_with_pitches(
    fund_ids: Sequence[int], statuses: Sequence[Status]
) -> list[tuple[Round, Sequence[Pitch], int]]:
    """Rounds of these funds, the newest first, each with its pitches in these statuses and how many drafts there are."""
    rounds = (
        await Round.filter(fund_id__in=list(fund_ids))
        .order_by("-pitch_by", "-id")
        .limit(20)
        .select_related("fund__funder")
    )
    made: list[tuple[Round, Sequence[Pitch], int]] = []
    for one in rounds:
        drafts = await Pitch.filter(round_id=one.id, status=Status.DRAFT).count()
        made.append((one, await pitches_of(one.id, *statuses), drafts))
    return made
