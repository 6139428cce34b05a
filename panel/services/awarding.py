"""What an award of a round's list rests on: may the fund give this amount to this pitch, now? Under locks when it decides."""

from collections.abc import Collection

from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import Refused
from crowdfund_kent.money import pounds
from panel.models import Award, Pitch
from panel.queries.meeting import weighing_of
from panel.states import Award as AwardStatus
from panel.weighing import Weighing
from pledges.fitting import refuse_unfit
from pledges.models import FundingSource, MatchPledge
from pledges.states import Fund as FundStatus
from pledges.states import Match
from projects.states import Campaign as CampaignStatus


async def weighed(pitch: Pitch, amount_pence: int, fitting: Collection[int] = ()) -> Weighing:
    """The weighing, once everything in it lets the fund give this amount. Refused.rule names what does not."""
    fund, campaign, now = pitch.round.fund, pitch.campaign, business_now()
    if not fund.without_crowd and (
        campaign is None
        or campaign.status != CampaignStatus.LIVE
        or campaign.deadline_at is None
        or now >= campaign.deadline_at
    ):
        raise Refused("This campaign does not take money now: only a live campaign can be offered a match.", "campaign")
    if fund.status != FundStatus.OPEN or not fund.starts_on <= business_today() <= fund.ends_on:
        raise Refused("This fund is not open today.", rule="fund days")
    await refuse_unfit(fund, pitch.project if fund.without_crowd or campaign is None else campaign)
    found = await weighing_of(pitch, fitting)
    if found.not_yet is not None:
        raise Refused(found.not_yet.words, rule=found.not_yet.rule)
    if amount_pence > found.most.pence:
        raise Refused(
            f"The most is {pounds(found.most.pence)}, because of {found.most.binding_words}."
            f" {pounds(amount_pence)} can't be given.",
            rule=found.most.binds,
        )
    return found


async def refuse_second(pitch: Pitch) -> None:
    """One award of a fund for each campaign, or project without a crowd, whichever way it came (rulings 2 to 5)."""
    fund = pitch.round.fund
    whose = {"project_id": pitch.project_id} if fund.without_crowd else {"campaign_id": pitch.campaign_id}
    if await Award.filter(fund_id=fund.id, status=AwardStatus.PROPOSED, **whose).exists():
        raise Refused("An award from this fund is proposed for this project already.", rule="one proposal")
    if await MatchPledge.filter(fund_id=fund.id, **whose).exclude(status=Match.RELEASED).exists():
        raise Refused("This fund has already offered money to this project.", rule="one match")


async def refuse_wrong_purpose(fund_id: int, fitting: Collection[int], purpose_reason: str) -> None:
    """Only sources of this fund with a purpose, and why the project fits them (ruling 5)."""
    known = await FundingSource.filter(fund_id=fund_id, id__in=list(fitting)).exclude(purpose="").count()
    if known != len(set(fitting)):
        raise Refused("Choose purposes of this fund only.", rule="purpose")
    if fitting and not purpose_reason.strip():
        raise Refused("Enter why the project fits the purpose, such as the health outcome it serves.", rule="purpose")
