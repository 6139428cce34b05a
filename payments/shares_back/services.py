"""To give a campaign's shares of unspent money back: a fund officer proposes, a finance approver who is another agrees.

For the whole campaign: every share of a backer or giver that is due then and in no decision yet (a fund's is a
recovery). Agreeing writes a row for each; cards follow by a job, what was given by hand by two people (giving.py).
"""

from typing import Final

from crowdfund_kent import audit, events, ledger, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person, require_first
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.references import email_key
from payments.shares_back import accounts, letters, queries
from payments.shares_back.models import ShareBack, SharesBack
from payments.shares_back.queries import Due
from payments.shares_back.states import Giving, Share
from pledges.gifts.kinds import Wish
from pledges.gifts.states import Gift as GiftStatus
from pledges.models import OfflineGift, Pledge
from projects.access import gains_from
from projects.queries import campaign_for_update, group_id_of

JOB: Final = "give_shares_back"


async def propose(campaign_id: int, why: str, by: Actor) -> SharesBack:
    """A fund officer outside the group proposes to give all that is due of this campaign back. Raises Refused."""
    await refuse_proposer(campaign_id, by)
    if not why.strip():
        raise Refused("Enter why it is right to give this back now.", rule="reason")
    async with transaction():
        await campaign_for_update(campaign_id)
        found = await queries.due(campaign_id)
        if not found:
            raise Refused("No share of this campaign is due that nobody has decided about.", rule="due")
        if await SharesBack.filter(campaign_id=campaign_id, status=Giving.PROPOSED).exists():
            raise Refused("A proposal for this campaign waits already. Decide or withdraw it first.", rule="one open")
        assert by.person_id is not None
        made = await SharesBack.create(
            status=Giving.PROPOSED,
            campaign_id=campaign_id,
            amount_pence=sum(one.amount_pence for one in found),
            shares=len(found),
            why=why.strip(),
            proposed_by_id=by.person_id,
            proposed_at=business_now(),
        )
        await events.begin(made, by, cause="proposed", amount_pence=made.amount_pence)
        await _record("shares back proposed", made, by)
    return made


async def refuse_proposer(campaign_id: int, by: Actor) -> None:
    """Raises unless they are a fund officer outside the group, who gets no share of what is due."""
    await require_role(by, Role.FUND_OFFICER)
    await _outside(campaign_id, await queries.due(campaign_id), by)


async def agree(giving_id: int, by: Actor) -> SharesBack:
    """A finance approver who did not propose it, outside the group, agrees: each share is on its way now.

    What was handed over without a name, or with the wish that the group keeps it, stays with the group. Twice is no error.
    """
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made = await _locked(giving_id)
        if made.status == Giving.AGREED:
            return made
        if made.status != Giving.PROPOSED:
            raise Conflict("This was decided meanwhile. Look at it again.")
        found = await queries.due(made.campaign_id)
        await refuse_decider(made, found, by)
        if (sum(one.amount_pence for one in found), len(found)) != (made.amount_pence, made.shares):
            raise Conflict("More is due now than was proposed. Take the proposal back and make another.")
        await _decide(made, "agreed", by)
        gifts = {one.id: one for one in await OfflineGift.filter(id__in=[one.gift_id for one in found if one.gift_id])}
        for one in found:
            await _begin(made, one, gifts.get(one.gift_id or 0), by)
        await _tell_group(made, found, gifts)
        await outbox.job(JOB, made.id, unique_key=f"{JOB}:{made.id}")
    return made


async def _begin(made: SharesBack, one: Due, gift: OfflineGift | None, by: Actor) -> None:
    row = await ShareBack.create(
        status=Share.AGREED, giving_id=made.id, share_id=one.share_id, amount_pence=one.amount_pence
    )
    await events.begin(row, by, cause="agreed", amount_pence=row.amount_pence)
    if gift is None:
        await events.move(row, "falls due", by, amount_pence=row.amount_pence, next_at=business_now())
        return
    if gift.status == GiftStatus.RETURNED:  # the bank did not pay the cheque: nothing came in of which this is a share
        await end(row, by)
        return
    stays = _stays(gift)
    await events.move(row, "wish of giver" if stays else "falls due", by, amount_pence=row.amount_pence)
    if not stays:
        await post_due(row, made.campaign_id)
    await letters.to_giver("share_due", row, gift)


async def end(row: ShareBack, by: Actor) -> None:
    """Nothing of this share is owed any more."""
    await events.move(row, "not owed any more", by, amount_pence=row.amount_pence, next_at=None)
    await audit.record(
        "share not owed", f"share_back:{row.id}", by, amount_pence=row.amount_pence, giving_id=row.giving_id
    )


async def post_due(row: ShareBack, campaign_id: int) -> None:
    """The promise of a share by hand, in the memorandum: the group holds the money, and owes it to the giver."""
    await ledger.post("share due by hand", f"share_back:{row.id}", accounts.lines(campaign_id, row.amount_pence))


async def _tell_group(made: SharesBack, found: list[Due], gifts: dict[int, OfflineGift]) -> None:
    hands = [one for one in found if one.gift_id and _is_to_give(gifts[one.gift_id])]
    cards = [one for one in found if one.pledge_id]
    await letters.to_group(
        made,
        by_card=len(cards),
        card_pence=sum(one.amount_pence for one in cards),
        by_hand=len(hands),
        hand_pence=sum(one.amount_pence for one in hands),
    )


def _stays(gift: OfflineGift) -> bool:
    return gift.anonymous or gift.wish == Wish.TO_GROUP


def _is_to_give(gift: OfflineGift) -> bool:
    return gift.status != GiftStatus.RETURNED and not _stays(gift)


async def refuse_decider(made: SharesBack, found: list[Due], by: Actor) -> None:
    """Raises unless they are a finance approver who did not propose it, outside the group, and get no share of it."""
    await require_role(by, Role.FINANCE_APPROVER)
    refuse_same_person(by, made.proposed_by_id, what="propose and decide to give shares back")
    await _outside(made.campaign_id, found, by)


async def refuse(giving_id: int, by: Actor) -> SharesBack:
    """A finance approver does not agree: nothing goes back, and it can be proposed again."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made = await _locked(giving_id)
        await refuse_decider(made, await queries.due(made.campaign_id), by)
        await _decide(made, "refused", by)
    return made


async def withdraw(giving_id: int, by: Actor) -> SharesBack:
    """Whoever proposed it takes it back: that decides nothing."""
    async with transaction():
        made = await _locked(giving_id)
        require_first(by, made.proposed_by_id)
        await _decide(made, "withdrawn", by)
    return made


async def _decide(made: SharesBack, cause: str, by: Actor) -> None:
    await events.move(
        made, cause, by, amount_pence=made.amount_pence, decided_by_id=by.person_id, decided_at=business_now()
    )
    await _record(f"shares back {cause}", made, by)


async def _outside(campaign_id: int, found: list[Due], by: Actor) -> None:
    """Nobody of the group or of its host, and nobody who gets a share of it."""
    if await gains_from(by.person_id, await group_id_of(campaign_id)):
        raise Forbidden(
            "You are, or were, in the group or the one that receives for it, so somebody else must do this."
        )
    person = await Person.get_or_none(id=by.person_id)
    if person is None or not person.email:
        return
    key = email_key(str(person.email))
    pledges, gifts = [one.pledge_id for one in found], [one.gift_id for one in found]
    if (
        await Pledge.filter(id__in=[one for one in pledges if one], email_key=key).exists()
        or await OfflineGift.filter(id__in=[one for one in gifts if one], email_key=key).exists()
    ):
        raise Refused("You would get a share of it yourself, so somebody else must do this.", rule="two people")


async def _locked(giving_id: int) -> SharesBack:
    """The campaign is locked first."""
    found = await SharesBack.get_or_none(id=giving_id)
    if found is None:
        raise NotFound
    await campaign_for_update(found.campaign_id)
    return await SharesBack.select_for_update().get(id=giving_id)


async def _record(act: str, made: SharesBack, by: Actor) -> None:
    await audit.record(act, f"shares_back:{made.id}", by, amount_pence=made.amount_pence, campaign_id=made.campaign_id)
