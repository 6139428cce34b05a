"""Awards: proposed by one person, signed by another, earmarked in the signing transaction or refused with the rule.

Each function opens its own transaction and locks campaign, then fund, before it looks; nothing is written when it
raises. Refused.rule names what said no: a term of the calculator, the trigger, the authority, the campaign.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, day_ends
from crowdfund_kent.database import retrying, transaction
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.money import pounds
from panel.models import Award
from panel.states import Award as Status
from panel.weighing import Weighing, weigh
from pledges import matches, pots
from pledges.kinds import Accrual
from pledges.models import DecisionAuthority, FundingSource, MatchFund, MatchPledge
from pledges.recipients import group_id_for
from pledges.states import Match
from projects.access import was_ever_member
from projects.models import Campaign
from projects.queries import group_id_of
from projects.states import Campaign as CampaignStatus


async def propose(
    campaign_id: int,
    fund_id: int,
    amount_pence: int,
    reasons: str,
    by: Actor,
    *,
    purpose_reason: str = "",
    fitting: Collection[int] = (),
) -> Award:
    """A fund officer proposes an award. Nothing is set aside until it is signed.

    `reasons` will be public. `fitting`: ids of the fund's sources with a purpose that the award fits, which needs a
    `purpose_reason` (ruling 5). Refused when the crowd has not done its part, or above what the calculator finds.
    """
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    await _refuse_interest(await group_id_of(campaign_id), by)
    async with transaction():
        campaign, fund = await _locked(campaign_id, fund_id)
        await _refuse_second(campaign.id, fund.id)
        await _refuse_wrong_purpose(fund.id, fitting, purpose_reason)
        weighing = await _weighed(campaign, fund, amount_pence, fitting)
        award = await Award.create(
            status=Status.PROPOSED,
            campaign_id=campaign.id,
            fund_id=fund.id,
            amount_pence=amount_pence,
            reasons=reasons,
            purpose_reason=purpose_reason,
            calculation={"proposed": weighing.as_stored()},
            proposed_by_id=by.person_id,
            proposed_at=business_now(),
        )
        await events.begin(award, by, cause="proposed", amount_pence=amount_pence)
        await _tell("award proposed", award, by)
    return award


async def sign(award_id: int, by: Actor) -> MatchPledge:
    """An authorised signatory, who did not propose it, signs: the amount is set aside whole in the same transaction.

    Everything is looked at once more under the locks: authority, interest, trigger, calculator, pot. The group is told
    what is offered, and until when it can be accepted. Raises Refused, Forbidden, or Conflict where it was decided already.
    """
    return await retrying(lambda: _sign(award_id, by))


async def _sign(award_id: int, by: Actor) -> MatchPledge:
    async with transaction():
        award, campaign, fund = await _locked_award(award_id)
        authority = await _may_decide(award, by, award.amount_pence)
        fitting = award.calculation["proposed"]["fitting"]
        weighing = await _weighed(campaign, fund, award.amount_pence, fitting)
        stored = weighing.as_stored()
        offer = pots.Offer(
            campaign_id=campaign.id,
            terms=await _terms(stored, authority, fitting),
            accrual=Accrual(fund.accrual),
            fitting=fitting,
            authority_id=authority.id,
            proposed_by_id=award.proposed_by_id,
            signed_by_id=by.person_id,
            accept_by=_accept_by(campaign, weighing.fund_rules.days_to_accept),
        )
        match = await pots.take_exact(fund.id, award.amount_pence, offer, by)
        await events.move(
            award,
            "signed",
            by,
            amount_pence=award.amount_pence,
            signed_by_id=by.person_id,
            decided_at=business_now(),
            match_pledge_id=match.id,
            calculation={**award.calculation, "signed": stored},
        )
        await _tell("award signed", award, by, match_pledge_id=match.id, authority_id=authority.id)
        await matches.tell_owners(match, "made")
    return match


async def refuse(award_id: int, reason: str, by: Actor) -> Award:
    """A signatory of the fund, who did not propose it, says no, with the reason for the record."""
    async with transaction():
        award, _, _ = await _locked_award(award_id)
        await require_role(by, Role.SIGNATORY, fund_id=award.fund_id)
        refuse_same_person(by, award.proposed_by_id, what="propose an award and decide on it")
        await _refuse_interest(await group_id_for(award), by)
        await events.move(
            award,
            "refused by signatory",
            by,
            signed_by_id=by.person_id,
            decided_at=business_now(),
            refusal_reason=reason,
        )
        await _tell("award refused", award, by)
    return award


async def withdraw(award_id: int, by: Actor) -> Award:
    """An officer of the fund takes a proposal back, their own or a colleague's: it decides nothing and moves nothing."""
    async with transaction():
        award, _, _ = await _locked_award(award_id)
        await require_role(by, Role.FUND_OFFICER, fund_id=award.fund_id)
        await _refuse_interest(await group_id_for(award), by)
        await events.move(award, "withdrawn", by, decided_at=business_now())
        await _tell("award withdrawn", award, by)
    return award


async def _locked(campaign_id: int, fund_id: int) -> tuple[Campaign, MatchFund]:
    await pots.lock(campaign_id, [fund_id])
    campaign = await Campaign.get_or_none(id=campaign_id)
    fund = await MatchFund.get_or_none(id=fund_id)
    if campaign is None or fund is None:
        raise NotFound
    return campaign, fund


async def _locked_award(award_id: int) -> tuple[Award, Campaign, MatchFund]:
    """The award, its campaign and its fund, read after the locks were got; InvalidMove when it was decided already."""
    first = await Award.get_or_none(id=award_id)
    if first is None:
        raise NotFound
    if first.campaign_id is None:
        raise NotFound
    campaign, fund = await _locked(first.campaign_id, first.fund_id)
    award = await Award.get(id=award_id)
    if award.status != Status.PROPOSED:
        raise InvalidMove(award.status, "decided")
    return award, campaign, fund


async def _weighed(campaign: Campaign, fund: MatchFund, amount_pence: int, fitting: Collection[int]) -> Weighing:
    """The weighing, once everything in it lets the fund give this amount."""
    today, now = business_today(), business_now()
    if campaign.status != CampaignStatus.LIVE or campaign.deadline_at is None or now >= campaign.deadline_at:
        raise Refused("This campaign does not take money now: only a live campaign can be offered a match.", "campaign")
    if not fund.starts_on <= today <= fund.ends_on:
        raise Refused("This fund is not open today.", rule="fund days")
    weighing = await weigh(campaign, fund.id, fitting, today)
    if weighing.not_yet is not None:
        raise Refused(weighing.not_yet.words, rule=weighing.not_yet.rule)
    if amount_pence > weighing.most.pence:
        raise Refused(
            f"The most is {pounds(weighing.most.pence)}, because of {weighing.most.binding_words}."
            f" {pounds(amount_pence)} can't be given.",
            rule=weighing.most.binds,
        )
    return weighing


async def _may_decide(award: Award, by: Actor, amount_pence: int) -> DecisionAuthority:
    """The authority under which `by` signs today, or the reason why not."""
    await require_role(by, Role.SIGNATORY, fund_id=award.fund_id)
    refuse_same_person(by, award.proposed_by_id, what="propose and sign an award")
    await _refuse_interest(await group_id_for(award), by)
    today = business_today()
    held = await DecisionAuthority.filter(
        fund_id=award.fund_id, person_id=by.person_id, from_day__lte=today, to_day__gte=today
    ).order_by("-limit_pence", "id")
    if not held:
        raise Refused("No decision in force lets you sign for this fund today. Ask a fund officer.", rule="authority")
    covering = [one for one in held if one.limit_pence >= amount_pence]
    if not covering:
        raise Refused(
            f"Your authority covers awards up to {pounds(held[0].limit_pence)}. Somebody with a higher limit must sign.",
            rule="authority",
        )
    return covering[-1]  # the narrowest that covers it


async def _refuse_interest(group_id: int, by: Actor) -> None:
    if await was_ever_member(by.person_id, group_id):
        raise Forbidden("You are, or were, in the group that runs this campaign, so you can't act on it for a fund.")


async def _refuse_second(campaign_id: int, fund_id: int) -> None:
    if await Award.filter(campaign_id=campaign_id, fund_id=fund_id, status=Status.PROPOSED).exists():
        raise Refused("An award from this fund is proposed for this campaign already.", rule="one proposal")
    if await MatchPledge.filter(campaign_id=campaign_id, fund_id=fund_id).exclude(status=Match.RELEASED).exists():
        raise Refused("This fund has already offered money to this campaign.", rule="one match")


async def _refuse_wrong_purpose(fund_id: int, fitting: Collection[int], purpose_reason: str) -> None:
    known = await FundingSource.filter(fund_id=fund_id, id__in=list(fitting)).exclude(purpose="").count()
    if known != len(set(fitting)):
        raise Refused("Choose purposes of this fund only.", rule="purpose")
    if fitting and not purpose_reason.strip():
        raise Refused("Enter why the project fits the purpose, such as the health outcome it serves.", rule="purpose")


async def _terms(stored: dict[str, Any], authority: DecisionAuthority, fitting: Collection[int]) -> dict[str, Any]:
    """What the match pledge keeps: the weighing, under whose authority, and which purposes it fits."""
    purposes = await FundingSource.filter(id__in=list(fitting)).order_by("id").values_list("purpose", flat=True)
    return {
        **stored,
        "decision_number": authority.decision_number,
        "authority_post": authority.post,
        "purposes": list(purposes),
    }


def _accept_by(campaign: Campaign, days: int) -> datetime:
    """The end of the last day to accept, no later than the campaign's deadline."""
    ends = day_ends(business_today() + timedelta(days=days))
    return min(ends, campaign.deadline_at) if campaign.deadline_at else ends


async def _tell(act: str, award: Award, by: Actor, **more: int | None) -> None:
    await audit.record(
        act,
        f"award:{award.id}",
        by,
        amount_pence=award.amount_pence,
        fund_id=award.fund_id,
        campaign_id=award.campaign_id,
        **more,
    )
