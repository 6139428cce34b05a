"""A gift goes back to its giver, by two people: one enters how, another has seen the signature or the cheque's number.

A cheque that the bank does not pay after its money was handed to the group is the programme's loss (ruling 9: nobody of a
group becomes a debtor), less what the group gives back by itself (recovering.py). What a group banked itself was never
the council's: there the bank took it from the group.
"""

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from pledges import accounts
from pledges.gifts import letters, rules
from pledges.gifts.kinds import Return
from pledges.gifts.services.common import COUNTERS, locked, require_at_desk, require_outside
from pledges.gifts.states import Cause
from pledges.gifts.states import Gift as Status
from pledges.models import GiftDesk, GiftPayment, GiftReturn, OfflineGift
from projects.models import Campaign


async def enter_return(gift_id: int, cause: Cause, how: Return, proof: str, by: Actor) -> GiftReturn:
    """The gift goes back: why, how, and where the signature is or which number the cheque has. Raises Refused.

    By staff, or by the group where the group took it.
    """
    if not proof.strip():
        raise Refused("Enter where the signature is kept, or the number of the cheque.", rule="proof")
    async with transaction():
        gift, campaign = await locked(gift_id)
        desk = await GiftDesk.get(id=gift.desk_id)
        await _may_enter(by, desk, campaign)
        await _refuse(gift, campaign, cause, how)
        if await GiftReturn.filter(gift_id=gift.id, withdrawn_at=None).exists():
            raise Refused("The return of this gift is entered already.", rule="once")
        made = await GiftReturn.create(
            gift_id=gift.id,
            cause=cause,
            how=how,
            proof=proof.strip(),
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        await audit.record("gift return entered", f"gift_return:{made.id}", by, amount_pence=gift.amount_pence)
    return made


async def _may_enter(by: Actor, desk: GiftDesk, campaign: Campaign) -> None:
    try:
        await require_outside(by, campaign.id, *COUNTERS)
    except Forbidden:
        if desk.group_id is None:
            raise
        await require_at_desk(by, desk)


async def _refuse(gift: OfflineGift, campaign: Campaign, cause: Cause, how: Return) -> None:
    if gift.payment_id is not None and (await GiftPayment.get(id=gift.payment_id)).confirmed_at is None:
        raise Refused("This gift is on its way to the group. Confirm or withdraw that payment first.", rule="handed on")
    if gift.status == Status.COUNTED and gift.batch_id is not None:
        raise Refused("This gift is on its way to the bank. Confirm or withdraw that batch first.", rule="banking")
    now = business_now()
    if gift.status == Status.RETURNED or cause not in rules.return_causes(
        gift.status, gift.way, campaign.status, campaign.deadline_at, now, handed_on=gift.payment_id is not None
    ):
        if gift.payment_id is not None:
            raise Refused("This gift was handed to the group.", rule="handed on")
        raise Refused("This gift can’t go back for this reason now.", rule="cause")
    if how not in rules.ways_back(gift.way, gift.status, cause):
        raise Refused("This gift can’t go back in this way.", rule="way back")
    if gift.anonymous and cause not in {Cause.MISTAKE, Cause.BOUNCED}:
        raise Refused("Nobody knows who gave this: it goes to the group.", rule="nameless")


async def refuse_confirmer(row: GiftReturn, gift: OfflineGift, by: Actor) -> None:
    """Raises unless they are staff outside the group who did not enter it; of a loss, a finance approver."""
    await require_outside(by, gift.campaign_id, *(COUNTERS if gift.payment_id is None else (Role.FINANCE_APPROVER,)))
    refuse_same_person(by, row.entered_by_id, what="enter the return of a gift and confirm it")


async def confirm_return(return_id: int, by: Actor) -> GiftReturn:
    """Another person has seen it: the gift is returned. By staff of no part in the group."""
    async with transaction():
        found = await GiftReturn.get_or_none(id=return_id)
        if found is None:
            raise NotFound
        gift, campaign = await locked(found.gift_id)
        row = await GiftReturn.select_for_update().get(id=return_id)
        _refuse_done(row)
        await refuse_confirmer(row, gift, by)
        await _refuse(gift, campaign, Cause(row.cause), Return(row.how))
        row.confirmed_by_id, row.confirmed_at = by.person_id, business_now()
        await row.save(update_fields=["confirmed_by_id", "confirmed_at"])
        await _post(gift, await GiftDesk.get(id=gift.desk_id))
        await events.move(gift, row.cause, by, amount_pence=gift.amount_pence)
        await audit.record("gift return confirmed", f"gift_return:{row.id}", by, amount_pence=gift.amount_pence)
        await audit.record("gift returned", f"offline_gift:{gift.id}", by, amount_pence=gift.amount_pence)
        await letters.tell("returned", gift, f"gift-returned-{gift.id}", cause=row.cause, how=row.how)
        if gift.payment_id is not None:
            await letters.tell_group("group_cheque_unpaid", gift, f"gift-unpaid-{gift.id}")
    return row


async def _post(gift: OfflineGift, desk: GiftDesk) -> None:
    """Out of the books again, from where it lies. What was never counted is not in them."""
    if gift.status == Status.RECEIVED:
        return
    if gift.payment_id is not None:
        await _post_loss(gift, desk)
        return
    lies = (
        accounts.cash_in_hand(desk.id)
        if gift.status == Status.COUNTED
        else accounts.gifts_at_bank(desk.id, of_group=desk.group_id is not None)
    )
    lines = [(accounts.gifts_held(gift.campaign_id), gift.amount_pence), (lies, -gift.amount_pence)]
    await ledger.post("gift returned", f"offline_gift:{gift.id}", lines)


async def _post_loss(gift: OfflineGift, desk: GiftDesk) -> None:
    """The council's bank took it back, and the group has it. The group's own bank is in no book of ours."""
    if desk.group_id is None:
        lines = [(accounts.UNPAID_CHEQUES, gift.amount_pence), (accounts.BANK_FOR_GIFTS, -gift.amount_pence)]
        await ledger.post("cheque unpaid", f"offline_gift:{gift.id}", lines, about=f"campaign:{gift.campaign_id}")


async def withdraw_return(return_id: int, by: Actor) -> GiftReturn:
    """It did not go back after all: the giver was not found, or the cheque was written wrongly."""
    async with transaction():
        found = await GiftReturn.get_or_none(id=return_id)
        if found is None:
            raise NotFound
        gift, campaign = await locked(found.gift_id)
        row = await GiftReturn.select_for_update().get(id=return_id)
        _refuse_done(row)
        await _may_enter(by, await GiftDesk.get(id=gift.desk_id), campaign)
        row.withdrawn_at = business_now()
        await row.save(update_fields=["withdrawn_at"])
        await audit.record("gift return withdrawn", f"gift_return:{row.id}", by)
    return row


def _refuse_done(row: GiftReturn) -> None:
    if row.confirmed_at is not None or row.withdrawn_at is not None:
        raise Refused("This return was confirmed or withdrawn already.", rule="once")
