"""Gifts of one desk are paid in together: one person enters the batch and its slip, another has seen the stamped slip."""

from collections.abc import Collection

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.money import pounds_exact
from pledges import accounts
from pledges.gifts.services.common import COUNTERS, require_at_desk
from pledges.gifts.states import Gift as Status
from pledges.models import GiftBatch, GiftDesk, GiftReturn, OfflineGift
from projects.access import was_ever_member


async def enter_batch(
    desk_id: int, gift_ids: Collection[int], slip_number: str, total_pence: int, by: Actor
) -> GiftBatch:
    """These counted gifts of one desk are being paid in; `total_pence` as on the slip. Raises Refused."""
    if not slip_number.strip():
        raise Refused("Enter the number of the paying-in slip.", rule="slip")
    async with transaction():
        desk = await GiftDesk.get_or_none(id=desk_id)
        if desk is None:
            raise NotFound
        await require_at_desk(by, desk)
        gifts = await OfflineGift.filter(id__in=list(gift_ids)).order_by("id").select_for_update()
        returning = await GiftReturn.filter(
            gift_id__in=list(gift_ids), withdrawn_at=None, confirmed_at=None
        ).values_list("gift_id", flat=True)
        fit = [
            one
            for one in gifts
            if one.desk_id == desk.id
            and one.status == Status.COUNTED
            and one.batch_id is None
            and one.id not in returning
        ]
        if not gifts or len(fit) != len(set(gift_ids)):
            raise Refused(
                "Some of these gifts can’t be banked any more. Look at the list again and choose anew.", rule="counted"
            )
        together = sum(one.amount_pence for one in gifts)
        if together != total_pence:
            raise Refused(
                f"The gifts you chose come to {pounds_exact(together)}, and the slip says {pounds_exact(total_pence)}.",
                rule="slip total",
            )
        batch = await GiftBatch.create(
            desk_id=desk.id,
            slip_number=slip_number.strip(),
            amount_pence=together,
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        await OfflineGift.filter(id__in=[one.id for one in gifts]).update(batch_id=batch.id)
        await audit.record("gift batch entered", f"gift_batch:{batch.id}", by, amount_pence=together)
    return batch


async def refuse_confirmer(batch: GiftBatch, desk: GiftDesk, by: Actor) -> None:
    """Raises unless they are staff who did not enter it, of no part in the group whose hands took it."""
    await require_role(by, *COUNTERS)
    refuse_same_person(by, batch.entered_by_id, what="enter what was paid in and confirm it")
    if desk.group_id is not None and await was_ever_member(by.person_id, desk.group_id):
        raise Forbidden("You are or were a member of this group. Somebody else must do this.")


async def confirm_batch(batch_id: int, by: Actor) -> GiftBatch:
    """Another person has seen the stamped slip: the gifts are banked. By staff of no part in the group that took them."""
    async with transaction():
        batch, desk = await _open(batch_id)
        await refuse_confirmer(batch, desk, by)
        batch.confirmed_by_id, batch.confirmed_at = by.person_id, business_now()
        await batch.save(update_fields=["confirmed_by_id", "confirmed_at"])
        for gift in await OfflineGift.filter(batch_id=batch.id).order_by("id").select_for_update():
            await events.move(gift, "banked", by, amount_pence=gift.amount_pence)
            await audit.record("gift banked", f"offline_gift:{gift.id}", by, amount_pence=gift.amount_pence)
        at_bank = accounts.gifts_at_bank(desk.id, of_group=desk.group_id is not None)
        lines = [(at_bank, batch.amount_pence), (accounts.cash_in_hand(desk.id), -batch.amount_pence)]
        await ledger.post("gifts banked", f"gift_batch:{batch.id}", lines)
        await audit.record("gift batch confirmed", f"gift_batch:{batch.id}", by, amount_pence=batch.amount_pence)
    return batch


async def withdraw_batch(batch_id: int, by: Actor) -> GiftBatch:
    """It was not paid in after all, or the slip says otherwise: the gifts lie at the desk as before."""
    async with transaction():
        batch, desk = await _open(batch_id)
        await require_at_desk(by, desk)
        batch.withdrawn_at = business_now()
        await batch.save(update_fields=["withdrawn_at"])
        await OfflineGift.filter(batch_id=batch.id).update(batch_id=None)
        await audit.record("gift batch withdrawn", f"gift_batch:{batch.id}", by)
    return batch


async def _open(batch_id: int) -> tuple[GiftBatch, GiftDesk]:
    batch = await GiftBatch.select_for_update().get_or_none(id=batch_id)
    if batch is None:
        raise NotFound
    if batch.confirmed_at is not None or batch.withdrawn_at is not None:
        raise Refused("This batch was confirmed or withdrawn already.", rule="once")
    return batch, await GiftDesk.get(id=batch.desk_id)
