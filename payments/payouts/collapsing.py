"""Settled -> collapsed before anything was paid: everybody's money goes back, by two people (ruling 14).

The match is let go, every backer is told and refunded, and the programme bears the card cost, as when too little could be
collected. After the first transfer there is no way back: single payments are refunded then.
"""

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import RULE, refuse_same_person, require_first
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from payments import letters, settlement
from payments.match_payments.models import MatchPayment
from payments.match_payments.states import Payment
from payments.payouts.looking import look_again
from payments.payouts.models import CollapseProposal, Payout
from payments.payouts.states import Collapse as Status
from payments.payouts.states import Payout as PayoutStatus
from payments.waking import wake
from pledges import matches
from pledges.gifts.tasks import TELL_GIVERS
from pledges.models import MatchPledge
from pledges.states import Match
from projects.access import gains_from
from projects.models import Campaign, Delivery
from projects.queries import campaign_for_update, group_id_of
from projects.states import RUNNING
from projects.states import Campaign as CampaignStatus


async def propose(campaign_id: int, why: str, by: Actor) -> CollapseProposal:
    """A fund officer proposes it with a reason: the payout waits from now on. Proposed twice it is the same."""
    await require_role(by, Role.FUND_OFFICER)
    if not why.strip():
        raise Refused("Enter why everybody shall get their money back.")
    async with transaction():
        campaign = await _lock(campaign_id, by)
        there = await CollapseProposal.filter(campaign_id=campaign.id, status=Status.PROPOSED).first()
        if there is not None:
            return there
        assert by.person_id is not None
        proposal = await CollapseProposal.create(
            status=Status.PROPOSED,
            campaign_id=campaign.id,
            why=why.strip(),
            proposed_by_id=by.person_id,
            proposed_at=business_now(),
        )
        await events.begin(proposal, by)
        await _record("collapse proposed", proposal, by)
    return proposal


async def agree(proposal_id: int, by: Actor) -> CollapseProposal:
    """A finance approver agrees, who is another person: the campaign collapses in this transaction; refunds follow."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        campaign = await _lock((await one(proposal_id)).campaign_id, by)
        proposal = await CollapseProposal.filter(id=proposal_id).select_for_update().get()
        if proposal.status == Status.AGREED:
            return proposal
        refuse_same_person(by, proposal.proposed_by_id, what="propose to give everything back and agree to it")
        await _decide(proposal, "agreed", by)
        await _collapse(campaign, by)
    return proposal


async def refuse(proposal_id: int, by: Actor) -> CollapseProposal:
    """A finance approver refuses: the payout goes on. Also once a fund has paid, when nobody can agree any more."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        campaign = await _lock_for((await one(proposal_id)).campaign_id, by)
        proposal = await CollapseProposal.filter(id=proposal_id).select_for_update().get()
        refuse_same_person(by, proposal.proposed_by_id, what="propose to give everything back and refuse it")
        await _decide(proposal, "refused", by)
        await look_again(campaign.id)
    return proposal


async def withdraw(proposal_id: int, by: Actor) -> CollapseProposal:
    """Whoever proposed it takes it back: that decides nothing."""
    async with transaction():
        campaign = await campaign_for_update((await one(proposal_id)).campaign_id)
        proposal = await CollapseProposal.filter(id=proposal_id).select_for_update().get()
        require_first(by, proposal.proposed_by_id)
        await _decide(proposal, "withdrawn", by)
        await look_again(campaign.id)
    return proposal


async def one(proposal_id: int) -> CollapseProposal:
    """One proposal; NotFound."""
    found = await CollapseProposal.get_or_none(id=proposal_id)
    if found is None:
        raise NotFound
    return found


async def _collapse(campaign: Campaign, by: Actor) -> None:
    found = await settlement.secured(campaign.id)
    payout = await Payout.filter(campaign_id=campaign.id).select_for_update().first()
    if payout is not None:
        await events.move(payout, "collapsed", by, next_at=None)
        await audit.record("payout collapsed", f"payout:{payout.id}", by, campaign_id=campaign.id)
    await events.move(campaign, "collapsed before payout", by, amount_pence=found.total_pence)
    await audit.record(
        "campaign collapsed before payout", f"campaign:{campaign.id}", by, amount_pence=found.total_pence
    )
    await matches.release_all(campaign, "collapsed", by)
    for delivery in await Delivery.filter(campaign_id=campaign.id, status__in=RUNNING):
        await events.move(delivery, "ended without delivery", by)
        await audit.record("delivery ended without delivery", f"delivery:{delivery.id}", by)
    await letters.to_group("group_collapsed", campaign, secured=found, before_payout=True)
    await wake("give_all_back", campaign.id)
    await outbox.job(TELL_GIVERS, campaign.id, "ended")


async def _lock(campaign_id: int, by: Actor) -> Campaign:
    """The settled campaign, locked, before any payout. Refused for anybody of the group, and where money is paid already."""
    campaign = await _lock_for(campaign_id, by)
    payout = await Payout.filter(campaign_id=campaign_id).select_for_update().first()
    if campaign.status != CampaignStatus.SETTLED or (payout is not None and payout.status != PayoutStatus.WAITING):
        raise Refused("This campaign is not settled, or its payout has begun: single payments can be given back.")
    paid = [Match.PART_PAID, Match.PAID, Match.PART_RECOVERED, Match.CLOSED_SHORT]
    if await MatchPledge.filter(campaign_id=campaign_id, status__in=paid, paid_pence__gt=0).exists():
        raise Refused("A fund has paid its match already. Get that money back first.", rule="match paid")
    if await MatchPayment.filter(match_pledge__campaign_id=campaign_id, status=Payment.EXPORTED).exists():
        raise Refused(
            "A fund’s payment is on its way through the bank. Wait until it is paid or came back.", rule="match paid"
        )
    return campaign


async def _lock_for(campaign_id: int, by: Actor) -> Campaign:
    """The campaign, locked. Refused for anybody of the group, or of the one that receives for it."""
    campaign = await campaign_for_update(campaign_id)
    if await gains_from(by.person_id, await group_id_of(campaign_id)):
        raise Refused(
            "You are, or were, in the group or the one that receives for it, so somebody else decides.", rule=RULE
        )
    return campaign


async def _decide(proposal: CollapseProposal, cause: str, by: Actor) -> None:
    if proposal.status != Status.PROPOSED:
        raise Refused("This was decided meanwhile. Look at the page again.")
    await events.move(proposal, cause, by, decided_by_id=by.person_id, decided_at=business_now())
    await _record(f"collapse {cause}", proposal, by)


async def _record(act: str, proposal: CollapseProposal, by: Actor) -> None:
    await audit.record(act, f"collapse_proposal:{proposal.id}", by, campaign_id=proposal.campaign_id)
