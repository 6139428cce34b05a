"""Giving a backer's money back before the payout: an officer proposes with a reason, a finance approver agrees or refuses.

Two people, neither of them the backer or in the group. After they agree, the refund goes its usual way (refunds.py): all
that was charged, the cover of the card cost with it, and the programme bears what the card cost (ruling 9).
"""

from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.money import pounds
from crowdfund_kent.references import email_key
from payments import refunds, rules, settlement
from payments.models import ChargeAttempt, Refund, RefundProposal
from payments.states import Attempt as AttemptStatus
from payments.states import RefundProposal as Status
from pledges import pledging
from pledges.models import Pledge, UnspentShare
from pledges.states import STILL_TO_COLLECT
from pledges.states import Pledge as PledgeStatus
from projects.access import was_ever_member
from projects.models import Campaign
from projects.queries import campaign_for_update, group_id_of
from projects.states import Campaign as CampaignStatus

BEFORE_PAYOUT: Final = frozenset({CampaignStatus.COLLECTING, CampaignStatus.SETTLED})


async def ask_refund(pledge_id: int, by: Actor, why: str) -> RefundProposal:
    """A fund officer proposes to give all of a payment back. Sent twice, it is the same proposal. Raises Refused."""
    await require_role(by, Role.FUND_OFFICER)
    if not why.strip():
        raise Refused("Enter why the money shall go back.")
    async with transaction():
        campaign, pledge = await _lock(pledge_id)
        known = await RefundProposal.filter(pledge_id=pledge.id, status=Status.PROPOSED).first()
        if known is not None:
            return known
        attempt = await _payment(pledge, campaign, by)
        assert by.person_id is not None
        proposal = await RefundProposal.create(
            status=Status.PROPOSED,
            pledge_id=pledge.id,
            amount_pence=attempt.amount_pence,
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
        await _decide(proposal, "agreed", by)
        await refunds.ask(pledge, attempt, refunds.ASKED_FOR, by)
    return proposal


async def refuse(proposal_id: int, by: Actor) -> RefundProposal:
    """A second person refuses; nothing goes back."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        proposal = await _locked(proposal_id)
        if proposal.status == Status.REFUSED:
            return proposal
        _second_person(proposal, by)
        await _decide(proposal, "refused", by)
    return proposal


async def withdraw(proposal_id: int, by: Actor) -> RefundProposal:
    """Whoever proposed it takes it back: that decides nothing."""
    async with transaction():
        proposal = await _locked(proposal_id)
        if proposal.proposed_by_id != by.person_id:
            raise Forbidden("Only whoever proposed it can take it back.")
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
    person = await Person.get_or_none(id=by.person_id)
    if person is not None and person.email is not None and email_key(str(person.email)) == pledge.email_key:
        raise Refused("This pledge was made with your own address, so somebody else decides.", rule="two people")
    if await was_ever_member(by.person_id, await group_id_of(campaign.id)):
        raise Refused("You are, or were, in the group, so somebody else decides.", rule="two people")
    if pledge.status != PledgeStatus.COLLECTED:
        raise Refused("Nothing of this pledge is with us, so there is nothing to give back.")
    if campaign.status not in BEFORE_PAYOUT:
        raise Refused("This campaign is not being collected or waiting for its payout.")
    payment = await _standing_payment(pledge)
    if payment is None:
        raise Refused("This payment is on its way back already.")
    if await Refund.filter(attempt_id=payment.id).exists():  # it failed, or it would be on its way
        raise Refused("The bank did not take this payment back. It is owed to the backer: pay it another way.")
    if await UnspentShare.filter(pledge_id=pledge.id, amount_pence__gt=0).exists():
        raise Refused("A share of what was not spent is due back to this backer already.", rule="ruling 18")
    await _refuse_under_threshold(pledge, campaign)
    return payment


async def _refuse_under_threshold(pledge: Pledge, campaign: Campaign) -> None:
    """While cards are still being charged: also if all of them paid."""
    assert campaign.target_pence is not None
    assert campaign.threshold_bp is not None
    still = [PledgeStatus.ACTIVE, *STILL_TO_COLLECT]  # a large campaign begins in chunks
    open_pledges = await Pledge.filter(campaign_id=campaign.id, status__in=still)
    to_come = sum(one.amount_pence for one in open_pledges)
    left = (await settlement.secured(campaign.id)).total_pence + to_come - pledge.amount_pence
    if not rules.pays_out(left, campaign.target_pence, campaign.threshold_bp):
        least = pounds(rules.least_secured(campaign.target_pence, campaign.threshold_bp))
        raise Refused(
            f"Without this payment less than {least} would be secured, and the group could not be paid. Then everybody"
            " gets their money back, which is decided for the whole campaign (ruling 14).",
            rule="ruling 14",
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
