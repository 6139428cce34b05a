"""Gifts go to the group: once its campaign is settled, or when it failed and the giver wished so. By two people."""

from crowdfund_kent import audit, ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from pledges import accounts
from pledges.gifts import rules
from pledges.gifts.kinds import Paid
from pledges.gifts.services.common import require_outside
from pledges.gifts.states import Gift as Status
from pledges.models import GiftDesk, GiftPayment, GiftReturn, OfflineGift
from pledges.pledging import lock_campaign
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus

ENTERS = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)


async def payable(campaign: Campaign) -> list[OfflineGift]:
    """Banked gifts of a campaign that go to its group and were not handed on yet, with their desks."""
    gifts = (
        await OfflineGift.filter(campaign_id=campaign.id, status=Status.BANKED, payment_id=None)
        .order_by("id")
        .select_related("desk")
    )
    going_back = await GiftReturn.filter(
        gift_id__in=[one.id for one in gifts], withdrawn_at=None, confirmed_at=None
    ).values_list("gift_id", flat=True)
    return [
        one
        for one in gifts
        if one.id not in going_back and rules.goes_to_group(campaign.status, one.wish, at_verdict=one.at_verdict)
    ]


async def enter_payment(campaign_id: int, reference: str, by: Actor) -> GiftPayment:
    """All that can go to the group now, by one bank transfer with this reference. Raises Refused.

    What the group banked itself is only recorded as its own: no transfer is made for it.
    """
    async with transaction():
        campaign = await lock_campaign(campaign_id)
        await require_outside(by, campaign.id, *ENTERS)
        gifts = await payable(campaign)
        if not gifts:
            raise Refused("No banked gift of this campaign can go to its group now.", rule="banked")
        own = sum(one.amount_pence for one in gifts if one.desk.group_id is not None)
        total = sum(one.amount_pence for one in gifts)
        if total > own and not reference.strip():
            raise Refused("Enter the reference of the bank transfer.", rule="reference")
        if await GiftPayment.filter(campaign_id=campaign.id, confirmed_at=None, withdrawn_at=None).exists():
            raise Refused("A payment of this campaign’s gifts waits to be confirmed already.", rule="one open")
        made = await GiftPayment.create(
            campaign_id=campaign.id,
            why=Paid.SUCCESS if campaign.status == CampaignStatus.SETTLED else Paid.WISH,
            amount_pence=total,
            own_pence=own,
            reference=reference.strip(),
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        taken = await OfflineGift.filter(
            id__in=[one.id for one in gifts], status=Status.BANKED, payment_id=None
        ).update(payment_id=made.id)
        if taken != len(gifts):
            raise Refused("These gifts changed meanwhile. Look again.", rule="once")
        await audit.record("gift payment entered", f"gift_payment:{made.id}", by, amount_pence=total)
    return made


async def refuse_confirmer(payment: GiftPayment, by: Actor) -> None:
    """Raises unless they are a finance approver outside the group who did not enter it."""
    await require_outside(by, payment.campaign_id, Role.FINANCE_APPROVER)
    refuse_same_person(by, payment.entered_by_id, what="enter the payment of gifts and confirm it")


async def confirm_payment(payment_id: int, by: Actor) -> GiftPayment:
    """A finance approver who did not enter it has seen the bank's line: the gifts are the group's."""
    async with transaction():
        payment = await _open(payment_id)
        await refuse_confirmer(payment, by)
        payment.confirmed_by_id, payment.confirmed_at = by.person_id, business_now()
        await payment.save(update_fields=["confirmed_by_id", "confirmed_at"])
        lines = [
            (accounts.gifts_held(payment.campaign_id), payment.amount_pence),
            (accounts.BANK_FOR_GIFTS, payment.own_pence - payment.amount_pence),
        ]
        for desk in await GiftDesk.filter(gifts__payment_id=payment.id, group_id__isnull=False).distinct():
            lines.append((accounts.gifts_at_bank(desk.id, of_group=True), -payment.own_pence))
        await ledger.post("gifts handed on", f"gift_payment:{payment.id}", lines)
        await audit.record(
            "gift payment confirmed", f"gift_payment:{payment.id}", by, amount_pence=payment.amount_pence
        )
    return payment


async def withdraw_payment(payment_id: int, by: Actor) -> GiftPayment:
    """It was not paid after all."""
    async with transaction():
        payment = await _open(payment_id)
        await require_outside(by, payment.campaign_id, *ENTERS)
        payment.withdrawn_at = business_now()
        await payment.save(update_fields=["withdrawn_at"])
        await OfflineGift.filter(payment_id=payment.id).update(payment_id=None)
        await audit.record("gift payment withdrawn", f"gift_payment:{payment.id}", by)
    return payment


async def _open(payment_id: int) -> GiftPayment:
    payment = await GiftPayment.select_for_update().get_or_none(id=payment_id)
    if payment is None:
        raise NotFound
    if payment.confirmed_at is not None or payment.withdrawn_at is not None:
        raise Refused("This payment was confirmed or withdrawn already.", rule="once")
    return payment
