"""Awards: proposed by one person, signed by another, earmarked in the signing transaction or refused with the rule.

Each function opens its own transaction and locks campaign, then fund, before it looks; nothing is written when it
raises. Refused.rule names what said no: a term of the calculator, the trigger, the authority, the campaign.
"""

from collections.abc import Collection

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import retrying, transaction
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.money import pounds
from panel.access import interest_in
from panel.kinds import Nature
from panel.models import Award
from panel.services.awarding import accept_by, may_give, refuse_second, refuse_wrong_purpose, terms
from panel.services.holds import refuse_held
from panel.states import Award as Status
from panel.weighing import Weighing
from pledges import matches, pots
from pledges.fund_scope import decided_between_rounds
from pledges.kinds import Accrual
from pledges.models import DecisionAuthority, MatchFund, MatchPledge
from projects.models import Campaign, Project


async def propose(
    campaign_id: int | None,
    fund_id: int,
    amount_pence: int,
    reasons: str,
    by: Actor,
    *,
    project_id: int | None = None,
    purpose_reason: str = "",
    fitting: Collection[int] = (),
) -> Award:
    """A fund officer proposes an award. Nothing is set aside until it is signed.

    `project_id`: instead of a campaign, where the fund works without a crowd. `reasons` will be public. `fitting`: ids of
    the fund's sources with a purpose that the award fits, which needs a `purpose_reason` (ruling 5). Refused when the crowd
    has not done its part, or nobody looked at the project, or above what the calculator finds.
    """
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        given_to, fund = await _locked(campaign_id, project_id, fund_id)
        await _refuse_interest(given_to, by)
        await refuse_second(fund.id, campaign_id, project_id)
        await refuse_wrong_purpose(fund.id, fitting, purpose_reason)
        weighing = await _weighed(given_to, fund, amount_pence, fitting)
        award = await Award.create(
            status=Status.PROPOSED,
            campaign_id=campaign_id,
            project_id=project_id,
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
        award, given_to, fund = await _locked_award(award_id)
        authority = await _may_decide(award, given_to, by)
        fitting = award.calculation["proposed"]["fitting"]
        weighing = await _weighed(given_to, fund, award.amount_pence, fitting)
        stored = weighing.as_stored()
        offer = pots.Offer(
            campaign_id=award.campaign_id,
            project_id=award.project_id,
            terms=await terms(stored, authority, fitting, london_day(award.proposed_at)),
            accrual=Accrual(fund.accrual),
            fitting=fitting,
            authority_id=authority.id,
            proposed_by_id=award.proposed_by_id,
            signed_by_id=by.person_id,
            accept_by=accept_by(given_to, weighing.fund_rules.days_to_accept),
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
        award, given_to, _ = await _locked_award(award_id)
        await require_role(by, Role.SIGNATORY, fund_id=award.fund_id)
        refuse_same_person(by, award.proposed_by_id, what="propose an award and decide on it")
        await _refuse_interest(given_to, by)
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
        award, given_to, _ = await _locked_award(award_id)
        await require_role(by, Role.FUND_OFFICER, fund_id=award.fund_id)
        await _refuse_interest(given_to, by)
        await events.move(award, "withdrawn", by, decided_at=business_now())
        await _tell("award withdrawn", award, by)
    return award


async def _locked(
    campaign_id: int | None, project_id: int | None, fund_id: int
) -> tuple[Campaign | Project, MatchFund]:
    """Who may get the money, and the fund. Refused where the fund gives to the other kind."""
    await pots.lock(campaign_id, [fund_id], project_id=project_id)
    given_to: Campaign | Project | None = (
        await Campaign.get_or_none(id=campaign_id)
        if campaign_id is not None
        else await Project.get_or_none(id=project_id)
    )
    fund = await MatchFund.get_or_none(id=fund_id)
    if given_to is None or fund is None:
        raise NotFound
    if fund.without_crowd != isinstance(given_to, Project):
        needs = "projects without a crowd" if fund.without_crowd else "campaigns that a crowd backs"
        raise Refused(f"This fund gives to {needs} only.", rule="crowd")
    return given_to, fund


async def _locked_award(award_id: int) -> tuple[Award, Campaign | Project, MatchFund]:
    """The award, whose it is and its fund, read after the locks were got; InvalidMove when it was decided already."""
    first = await Award.get_or_none(id=award_id)
    if first is None:
        raise NotFound
    given_to, fund = await _locked(first.campaign_id, first.project_id, first.fund_id)
    award = await Award.get(id=award_id)
    if award.status != Status.PROPOSED:
        raise InvalidMove(award.status, "decided")
    return award, given_to, fund


async def _weighed(
    given_to: Campaign | Project, fund: MatchFund, amount_pence: int, fitting: Collection[int]
) -> Weighing:
    """The weighing, once everything in it lets the fund give this amount."""
    await refuse_held(fund.id, given_to)
    weighing = await may_give(given_to, fund, amount_pence, fitting)
    _refuse_above_between(weighing.fund_rules.between_rounds_pence, amount_pence)
    return weighing


def _refuse_above_between(limit_pence: int | None, amount_pence: int) -> None:
    """More than the fund's rules let be decided between rounds is for its panel."""
    if decided_between_rounds(limit_pence, amount_pence):
        return
    limit = limit_pence or 0
    small = f"Up to {pounds(limit)} can be decided between rounds, and this is more. " if limit else ""
    raise Refused(f"{small}This fund decides in rounds: let the group ask its next one.", rule="between rounds")


async def _may_decide(award: Award, given_to: Campaign | Project, by: Actor) -> DecisionAuthority:
    """The authority under which `by` signs today, or the reason why not."""
    await require_role(by, Role.SIGNATORY, fund_id=award.fund_id)
    refuse_same_person(by, award.proposed_by_id, what="propose and sign an award")
    await _refuse_interest(given_to, by)
    today = business_today()
    held = await DecisionAuthority.filter(
        fund_id=award.fund_id, person_id=by.person_id, from_day__lte=today, to_day__gte=today
    ).order_by("-limit_pence", "id")
    if not held:
        raise Refused("No decision in force lets you sign for this fund today. Ask a fund officer.", rule="authority")
    covering = [one for one in held if one.limit_pence >= award.amount_pence]
    if not covering:
        raise Refused(
            f"Your authority covers awards up to {pounds(held[0].limit_pence)}. Somebody with a higher limit must sign.",
            rule="authority",
        )
    return covering[-1]  # the narrowest that covers it


async def _refuse_interest(given_to: Campaign | Project, by: Actor) -> None:
    reason = await interest_in(given_to, by.person_id)
    if reason is None:
        return
    if reason.nature is Nature.GROUP:
        raise Forbidden("You are, or were, in the group that runs this project, so you can't act on it for a fund.")
    raise Forbidden(f"{reason.words} So you can't act on it for a fund.")


async def _tell(act: str, award: Award, by: Actor, **more: int | None) -> None:
    await audit.record(
        act,
        f"award:{award.id}",
        by,
        amount_pence=award.amount_pence,
        fund_id=award.fund_id,
        **({"campaign_id": award.campaign_id} if award.campaign_id is not None else {"project_id": award.project_id}),
        **more,
    )
