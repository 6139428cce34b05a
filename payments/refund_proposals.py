"""Giving a backer's money back, all of it or a part: an officer proposes with a reason, a finance approver agrees or refuses.

Two people, neither of them the backer or in the group. After they agree, the refund goes its usual way (refunds.py). All
of it: the cover of the card cost too, and the programme bears what the card cost (ruling 9). Before the payout, one that
would leave too little for the group becomes a proposal to give everybody's money back (ruling 14). After it, the group's
account gives back what it still holds, and the rest is the programme's loss, within a limit.
"""

from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import require_first
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.money import pounds, pounds_exact
from payments import refund_rows, refunds, rules, settlement
from payments.interests import refuse_own
from payments.models import ChargeAttempt, Refund, RefundProposal
from payments.payouts import collapsing, transfers
from payments.payouts.models import CollapseProposal, Payout
from payments.payouts.states import Payout as PayoutStatus
from payments.states import Attempt as AttemptStatus
from payments.states import Refund as RefundStatus
from payments.states import RefundProposal as Status
from pledges import pledging
from pledges.models import Pledge
from pledges.states import STILL_TO_COLLECT
from pledges.states import Pledge as PledgeStatus
from projects.models import Campaign
from projects.queries import campaign_for_update
from projects.states import Campaign as CampaignStatus

# a share that is back already, or is not owed any more, stands in nobody's way
_SHARE_DUE: Final = """
SELECT 1 FROM unspent_share u WHERE u.pledge_id = $1 AND u.amount_pence > 0
  AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.source = 'unspent_share:' || u.id AND r.status IN ('succeeded', 'repaid'))
  AND NOT EXISTS (SELECT 1 FROM share_back s WHERE s.share_id = u.id AND s.status = 'ended') LIMIT 1"""
WHERE_MONEY_IS: Final = frozenset({CampaignStatus.COLLECTING, CampaignStatus.SETTLED})


async def ask_refund(
    pledge_id: int, by: Actor, why: str, pence: int | None = None
) -> RefundProposal | CollapseProposal:
    """A fund officer proposes to give a payment back: all that is left of it, or `pence` of the pledge.

    Sent twice, it is the same proposal. Where too little would be left for the group before its payout, what is proposed
    is that everybody gets their money back. Raises Refused.
    """
    await require_role(by, Role.FUND_OFFICER)
    if not why.strip():
        raise Refused("Enter why the money shall go back.")
    async with transaction():
        campaign, pledge = await _lock(pledge_id)
        known = await RefundProposal.filter(pledge_id=pledge.id, status=Status.PROPOSED).first()
        if known is not None:
            return known
        attempt = await _payment(pledge, campaign, by)
        left, cover = await refund_rows.left_of(attempt)
        whole = pence is None or pence == left - cover
        asked = left if pence is None or whole else pence
        if not whole and not 0 < asked < left - cover:
            raise Refused(f"Enter an amount of up to {pounds_exact(left - cover)}: that is what is left of the pledge.")
        if await _takes_under(campaign, left - cover if whole else asked):
            if campaign.status == CampaignStatus.COLLECTING:
                raise Refused(_under(campaign), rule="ruling 14")
            return await collapsing.propose(campaign.id, why, by)
        assert by.person_id is not None
        proposal = await RefundProposal.create(
            status=Status.PROPOSED,
            pledge_id=pledge.id,
            amount_pence=asked,
            whole=whole,
            why=why.strip(),
            proposed_by_id=by.person_id,
            proposed_at=business_now(),
        )
        await events.begin(proposal, by, amount_pence=proposal.amount_pence)
        await _record("refund proposed", proposal, by)
    return proposal


async def agree(proposal_id: int, by: Actor) -> RefundProposal:
    """A second person agrees: the provider hears of the refund after this commit. Twice is no error. Raises Refused."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        campaign, pledge = await _lock((await one(proposal_id)).pledge_id)
        proposal = await _locked(proposal_id)
        if proposal.status == Status.AGREED:
            return proposal
        _second_person(proposal, by)
        attempt = await _payment(pledge, campaign, by)
        left, cover = await refund_rows.left_of(attempt)
        if proposal.amount_pence > left or (proposal.whole and proposal.amount_pence != left):
            raise Refused("Some of this payment went back meanwhile. Take the proposal back and make another.")
        if await _takes_under(campaign, left - cover if proposal.whole else proposal.amount_pence):
            raise Refused(_under(campaign), rule="ruling 14")
        await _decide(proposal, "agreed", by)
        if proposal.whole:
            await refunds.ask(pledge, attempt, refunds.ASKED_FOR, by)
        else:
            source = f"refund_proposal:{proposal.id}"
            await refunds.ask_part(pledge, attempt, proposal.amount_pence, refunds.IN_PART, by, source=source)
    return proposal


async def refund_part(
    pledge_id: int, pence: int, reason: str, by: Actor, *, source: str, may_lose: bool = False
) -> Refund:
    """Give a part of a pledge back that two people have decided on elsewhere, such as a share of unspent money.

    `source` names the row that says so, "unspent_share:3": asked twice, it is one refund. After the payout the group's
    account gives it; without `may_lose` the refund waits until it can. Raises Refused for more than is left, or while
    something else is under way with the payment.
    """
    async with transaction():
        _, pledge = await _lock(pledge_id)
        known = await Refund.get_or_none(source=source)
        if known is not None:
            return known
        if pledge.status != PledgeStatus.COLLECTED:
            raise Refused("Nothing of this pledge is with the group, so there is nothing to give back.")
        attempt = await _standing_payment(pledge)
        if attempt is None:
            raise Refused("This payment is on its way back already.")
        await _refuse_under_way(attempt)
        return await refunds.ask_part(pledge, attempt, pence, reason, by, source=source, may_lose=may_lose)


async def refuse(proposal_id: int, by: Actor) -> RefundProposal:
    """A second person refuses, who gains nothing by it; nothing goes back."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        proposal = await _locked(proposal_id)
        if proposal.status == Status.REFUSED:
            return proposal
        pledge = await Pledge.get(id=proposal.pledge_id)
        await refuse_own(pledge, by)
        _second_person(proposal, by)
        await _decide(proposal, "refused", by)
    return proposal


async def withdraw(proposal_id: int, by: Actor) -> RefundProposal:
    """Whoever proposed it takes it back: that decides nothing."""
    async with transaction():
        proposal = await _locked(proposal_id)
        require_first(by, proposal.proposed_by_id)
        if proposal.status != Status.WITHDRAWN:
            await _decide(proposal, "withdrawn", by)
    return proposal


async def why_not(pledge: Pledge, by: Actor) -> str | None:
    """None where this person may propose it now, else the words."""
    try:
        await _payment(pledge, await Campaign.get(id=pledge.campaign_id), by)
    except Refused as refused:
        return refused.message
    return None


async def _decide(proposal: RefundProposal, cause: str, by: Actor) -> None:
    await events.move(
        proposal,
        cause,
        by,
        amount_pence=proposal.amount_pence,
        decided_by_id=by.person_id,
        decided_at=business_now(),
    )
    await _record(f"refund proposal {cause}", proposal, by)


async def _record(act: str, proposal: RefundProposal, by: Actor) -> None:
    await audit.record(
        act, f"refund_proposal:{proposal.id}", by, pledge_id=proposal.pledge_id, amount_pence=proposal.amount_pence
    )


def _second_person(proposal: RefundProposal, by: Actor) -> None:
    if proposal.status != Status.PROPOSED:
        raise Refused("This was decided meanwhile. Look at the list again.")
    if by.person_id is None or by.person_id == proposal.proposed_by_id:
        raise Refused("You proposed this refund, so somebody else decides.", rule="two people")


async def _lock(pledge_id: int) -> tuple[Campaign, Pledge]:
    """Campaign, then pledge: the settlement waits, and what is secured does not change meanwhile."""
    found = await Pledge.get_or_none(id=pledge_id)
    if found is None:
        raise NotFound
    return await campaign_for_update(found.campaign_id), await pledging.lock(pledge_id)


async def _payment(pledge: Pledge, campaign: Campaign, by: Actor) -> ChargeAttempt:
    """The payment that a pledge stands on. Raises Refused where it may not go back now, or not by this person."""
    await refuse_own(pledge, by)
    if pledge.status != PledgeStatus.COLLECTED:
        raise Refused("Nothing of this pledge is with us, so there is nothing to give back.")
    if campaign.status not in WHERE_MONEY_IS:
        raise Refused("This campaign is not being collected, and its money is not with us or its group.")
    payment = await _standing_payment(pledge)
    if payment is None:
        raise Refused("This payment is on its way back already.")
    if await Refund.filter(attempt_id=payment.id, status=RefundStatus.FAILED).exists():
        raise Refused("The bank did not take this payment back. It is owed to the backer: pay it another way.")
    if await fetch(_SHARE_DUE, pledge.id):
        raise Refused("A share of what was not spent is due back to this backer already.", rule="ruling 18")
    await _refuse_under_way(payment)
    return payment


async def _refuse_under_way(payment: ChargeAttempt) -> None:
    """One thing at a time happens to a payment."""
    if await transfers.in_the_way(payment.id, transfers.IN_THE_WAY_OF_A_REFUND):
        raise Refused(
            "Something is under way with this payment: it is being sent to the group, a part goes back, or the backer’s"
            " bank disputes it. Wait until that is over."
        )


async def _takes_under(campaign: Campaign, pence: int) -> bool:
    """Whether without so much too little would be secured, before the payout; while cards are charged: also if all paid."""
    payout = await Payout.get_or_none(campaign_id=campaign.id)
    if payout is not None and payout.status in (PayoutStatus.SENDING, PayoutStatus.PAID):
        return False
    assert campaign.target_pence is not None
    assert campaign.threshold_bp is not None
    still = [PledgeStatus.ACTIVE, *STILL_TO_COLLECT]  # a large campaign begins in chunks
    to_come = sum(one.amount_pence for one in await Pledge.filter(campaign_id=campaign.id, status__in=still))
    left = (await settlement.secured(campaign.id)).total_pence + to_come - pence
    return not rules.pays_out(left, campaign.target_pence, campaign.threshold_bp)


def _under(campaign: Campaign) -> str:
    assert campaign.target_pence is not None
    assert campaign.threshold_bp is not None
    least = pounds(rules.least_secured(campaign.target_pence, campaign.threshold_bp))
    return (
        f"Without this payment less than {least} would be secured, and the group could not be paid. Then everybody"
        " gets their money back, which is decided for the whole campaign (ruling 14)."
    )


async def _standing_payment(pledge: Pledge) -> ChargeAttempt | None:
    """The one that succeeded and is not on its way back; a second one of the same pledge goes back by itself."""
    for payment in await ChargeAttempt.filter(pledge_id=pledge.id, status=AttemptStatus.SUCCEEDED).order_by("number"):
        if not await refunds.going_back(payment):
            return payment
    return None


async def one(proposal_id: int) -> RefundProposal:
    """One proposal, with its pledge; NotFound."""
    found = await RefundProposal.get_or_none(id=proposal_id).select_related("pledge")
    if found is None:
        raise NotFound
    return found


async def _locked(proposal_id: int) -> RefundProposal:
    await one(proposal_id)
    return await RefundProposal.filter(id=proposal_id).select_for_update().get()
