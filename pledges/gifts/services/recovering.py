"""A group gives back money of a cheque that bounced after it was handed on: entered by one, seen by another. By its own will."""

from crowdfund_kent import audit, ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.money import pounds_exact
from pledges import accounts
from pledges.gifts.services.common import locked, require_outside
from pledges.gifts.services.paying import ENTERS
from pledges.gifts.states import Gift as Status
from pledges.models import GiftDesk, GiftRecovery, OfflineGift


async def lost_pence(gift: OfflineGift) -> int:
    """What the programme bears of this gift now; 0 for one that was never handed on, or whose bank was the group's own."""
    desk = await GiftDesk.get(id=gift.desk_id)
    if gift.status != Status.RETURNED or gift.payment_id is None or desk.group_id is not None:
        return 0
    rows = await fetch(
        "SELECT coalesce(sum(amount_pence), 0)::bigint AS pence FROM gift_recovery"
        " WHERE gift_id = $1 AND confirmed_at IS NOT NULL",
        gift.id,
    )
    came: int = rows[0]["pence"]
    return int(gift.amount_pence) - came


async def enter_recovery(gift_id: int, amount_pence: int, reference: str, by: Actor) -> GiftRecovery:
    """The group gave so much back, by a transfer with this reference. Raises Refused."""
    if not reference.strip():
        raise Refused("Enter the reference on the bank statement.", rule="reference")
    async with transaction():
        gift, campaign = await locked(gift_id)
        await require_outside(by, campaign.id, *ENTERS)
        lost = await lost_pence(gift)
        if not lost:
            raise Refused("Nothing of this gift is to come back from the group.", rule="lost")
        if not 0 < amount_pence <= lost:
            raise Refused(f"Enter an amount up to {pounds_exact(lost)}: more is not missing.", rule="amount")
        if await GiftRecovery.filter(gift_id=gift.id, confirmed_at=None, withdrawn_at=None).exists():
            raise Refused("Money back for this gift waits to be confirmed already.", rule="one open")
        made = await GiftRecovery.create(
            gift_id=gift.id,
            amount_pence=amount_pence,
            reference=reference.strip(),
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        await audit.record("gift recovery entered", f"gift_recovery:{made.id}", by, amount_pence=amount_pence)
    return made


async def refuse_confirmer(row: GiftRecovery, gift: OfflineGift, by: Actor) -> None:
    """Raises unless they are a finance approver outside the group who did not enter it."""
    await require_outside(by, gift.campaign_id, Role.FINANCE_APPROVER)
    refuse_same_person(by, row.entered_by_id, what="enter money back from a group and confirm it")


async def confirm_recovery(recovery_id: int, by: Actor) -> GiftRecovery:
    """A finance approver who did not enter it has seen the bank's line: the loss is so much less."""
    async with transaction():
        row, gift = await _open(recovery_id)
        await refuse_confirmer(row, gift, by)
        row.confirmed_by_id, row.confirmed_at = by.person_id, business_now()
        await row.save(update_fields=["confirmed_by_id", "confirmed_at"])
        lines = [(accounts.BANK_FOR_GIFTS, row.amount_pence), (accounts.UNPAID_CHEQUES, -row.amount_pence)]
        await ledger.post("cheque made good", f"gift_recovery:{row.id}", lines, about=f"campaign:{gift.campaign_id}")
        await audit.record("gift recovery confirmed", f"gift_recovery:{row.id}", by, amount_pence=row.amount_pence)
    return row


async def withdraw_recovery(recovery_id: int, by: Actor) -> GiftRecovery:
    """It did not come after all."""
    async with transaction():
        row, gift = await _open(recovery_id)
        await require_outside(by, gift.campaign_id, *ENTERS)
        row.withdrawn_at = business_now()
        await row.save(update_fields=["withdrawn_at"])
        await audit.record("gift recovery withdrawn", f"gift_recovery:{row.id}", by)
    return row


async def _open(recovery_id: int) -> tuple[GiftRecovery, OfflineGift]:
    found = await GiftRecovery.get_or_none(id=recovery_id)
    if found is None:
        raise NotFound
    gift, _ = await locked(found.gift_id)
    row = await GiftRecovery.select_for_update().get(id=recovery_id)
    if row.confirmed_at is not None or row.withdrawn_at is not None:
        raise Refused("This was confirmed or withdrawn already.", rule="once")
    return row, gift
