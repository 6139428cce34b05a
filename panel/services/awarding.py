"""What every award rests on, single or of a list: may this fund give this amount here, now? Under locks when it decides.

Refused.rule names what says no: the campaign, the project, the fund's days or scope, the trigger, a term of the calculator.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from tortoise.expressions import Q

from crowdfund_kent.clock import business_now, business_today, day_ends
from crowdfund_kent.errors import Refused
from crowdfund_kent.money import pounds
from panel.models import Award, Pitch
from panel.queries.meeting import recipient_of
from panel.states import Award as AwardStatus
from panel.weighing import Weighing, weigh
from pledges.fitting import refuse_unfit
from pledges.models import DecisionAuthority, FundingSource, FundRules, MatchFund, MatchPledge
from pledges.states import Fund as FundStatus
from pledges.states import Match
from projects.models import Campaign, Project
from projects.queries import was_funded
from projects.reports.queries import overdue_of_group
from projects.states import Campaign as CampaignStatus


async def weighed(pitch: Pitch, amount_pence: int, fitting: Collection[int] = ()) -> Weighing:
    """may_give() for a pitch, by the numbers of its place and size. `pitch` comes with round, fund, project, campaign."""
    return await may_give(
        recipient_of(pitch),
        pitch.round.fund,
        amount_pence,
        fitting,
        place_kinds=pitch.place_kinds or (),
        income_pence=pitch.income_pence,
    )


async def may_give(
    given_to: Campaign | Project,
    fund: MatchFund,
    amount_pence: int,
    fitting: Collection[int] = (),
    *,
    place_kinds: Collection[str] = (),
    income_pence: int | None = None,
) -> Weighing:
    """The weighing, once everything in it lets the fund give this amount."""
    today = business_today()
    if isinstance(given_to, Campaign):
        _refuse_closed(given_to)
    else:
        await _refuse_funded(given_to)
    if fund.status != FundStatus.OPEN or not fund.starts_on <= today <= fund.ends_on:
        raise Refused("This fund is not open today.", rule="fund days")
    await refuse_unfit(fund, given_to, today)
    await _refuse_overdue(fund, given_to, today)
    found = await weigh(given_to, fund.id, fitting, today, place_kinds=place_kinds, income_pence=income_pence)
    if found.not_yet is not None:
        raise Refused(found.not_yet.words, rule=found.not_yet.rule)
    if amount_pence > found.most.pence:
        raise Refused(
            f"The most is {pounds(found.most.pence)}, because of {found.most.binding_words}."
            f" {pounds(amount_pence)} can't be given.",
            rule=found.most.binds,
        )
    return found


def _refuse_closed(campaign: Campaign) -> None:
    if campaign.status != CampaignStatus.LIVE or campaign.deadline_at is None or business_now() >= campaign.deadline_at:
        raise Refused("This campaign does not take money now: only a live campaign can be offered a match.", "campaign")


async def _refuse_overdue(fund: MatchFund, given_to: Campaign | Project, today: date) -> None:
    """Where the fund's rules say so: a group that owes an overdue report gets nothing further."""
    said = await FundRules.filter(fund_id=fund.id, applies_from__lte=today).order_by("-applies_from").first()
    if said is None or not said.overdue_stops:
        return
    project_id = given_to.project_id if isinstance(given_to, Campaign) else given_to.id
    owed = await overdue_of_group((await Project.get(id=project_id)).group_id)
    if owed:
        raise Refused(
            f"This group owes an overdue report on “{owed[0].title}”. By this fund’s rules it gets nothing further before it"
            " has sent it.",
            rule="overdue report",
        )


async def _refuse_funded(project: Project) -> None:
    if project.taken_down_at is not None:
        raise Refused("The page of this project was taken down, so it can't be offered money.", rule="project")
    if await was_funded(project.id):
        raise Refused("This project met its target with a campaign before.", rule="never the same project twice")


async def refuse_second(fund_id: int, campaign_id: int | None, project_id: int | None) -> None:
    """One award of a fund for each campaign or project, whichever way it came; one of the two is None."""
    whose = Q(campaign_id=campaign_id, project_id=project_id)
    if await Award.filter(whose, fund_id=fund_id, status=AwardStatus.PROPOSED).exists():
        raise Refused("An award from this fund is proposed for this project already.", rule="one proposal")
    if await MatchPledge.filter(whose, fund_id=fund_id).exclude(status=Match.RELEASED).exists():
        raise Refused("This fund has already offered money to this project.", rule="one match")


def whose(pitch: Pitch) -> tuple[int | None, int | None]:
    """(campaign, project) as an award to this pitch would hold them: one of the two is None."""
    return (None, pitch.project_id) if pitch.round.fund.without_crowd else (pitch.campaign_id, None)


async def refuse_wrong_purpose(fund_id: int, fitting: Collection[int], purpose_reason: str) -> None:
    """Only sources of this fund with a purpose, and why the project fits them (ruling 5)."""
    known = await FundingSource.filter(fund_id=fund_id, id__in=list(fitting)).exclude(purpose="").count()
    if known != len(set(fitting)):
        raise Refused("Choose purposes of this fund only.", rule="purpose")
    if fitting and not purpose_reason.strip():
        raise Refused("Enter why the project fits the purpose, such as the health outcome it serves.", rule="purpose")


async def terms(
    stored: dict[str, Any], authority: DecisionAuthority, fitting: Collection[int], asked_on: date
) -> dict[str, Any]:
    """What the match pledge keeps: the weighing, under whose authority, which purposes it fits, and how it is paid.

    In instalments only where the fund said so before it was asked, on `asked_on` (ruling 13).
    """
    purposes = await FundingSource.filter(id__in=list(fitting)).order_by("id").values_list("purpose", flat=True)
    return {
        **stored,
        "decision_number": authority.decision_number,
        "authority_post": authority.post,
        "purposes": list(purposes),
        **await _instalments(authority.fund_id, asked_on),
    }


async def _instalments(fund_id: int, asked_on: date) -> dict[str, Any]:
    """Empty where all is paid at once."""
    said = await FundRules.filter(fund_id=fund_id, applies_from__lte=asked_on).order_by("-applies_from").first()
    if said is None or said.instalments_over_pence is None:
        return {}
    return {"instalments": {"over_pence": said.instalments_over_pence, "first_bp": said.first_part_bp}}


def accept_by(given_to: Campaign | Project, days: int) -> datetime:
    """The end of the last day to accept, no later than a campaign's deadline."""
    ends = day_ends(business_today() + timedelta(days=days))
    return min(ends, given_to.deadline_at) if isinstance(given_to, Campaign) and given_to.deadline_at else ends
