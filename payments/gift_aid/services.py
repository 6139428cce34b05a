"""Claims: a schedule is drawn and frozen, the group sends it to HMRC and says so, or lets it be."""

from datetime import date
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.references import new_reference
from payments.gift_aid.kinds import Adjusted
from payments.gift_aid.models import GiftAidAdjustment, GiftAidClaim, GiftAidLine
from payments.gift_aid.queries import Donation, donations
from payments.gift_aid.states import Claim as Status
from pledges.gift_aid.rules import MOST_ROWS, in_time
from pledges.gift_aid.states import Recipient as RecipientStatus
from pledges.models import GiftAidDeclaration, GiftAidRecipient
from projects.access import require_member
from projects.kinds import MemberRole

ONE_AT_A_TIME: Final = "You made a list already. Say that you sent it to HMRC, or withdraw it, before you make another."


async def _locked(recipient_id: int, by: Actor) -> GiftAidRecipient:
    row = await GiftAidRecipient.select_for_update().get_or_none(id=recipient_id)
    if row is None:
        raise NotFound
    await require_member(by, row.group_id, MemberRole.OWNER)
    return row


async def draw(recipient_id: int, by: Actor) -> GiftAidClaim:
    """The schedule of all that may be claimed now, the oldest first, at most 1,000 lines; with what is to be put right.

    By an owner of the group. Raises Refused while another one is open, or when there is nothing.
    """
    async with transaction():
        recipient = await _locked(recipient_id, by)
        if recipient.status != RecipientStatus.VERIFIED:
            raise Refused("Your reference at HMRC is not verified.", rule="recipient")
        if await GiftAidClaim.filter(recipient_id=recipient.id, status=Status.DRAWN).exists():
            raise Refused(ONE_AT_A_TIME, rule="one open")
        today = business_today()
        every = await donations(recipient.id, today)
        lines = [one for one in every if one.left_pence and one.day is not None and in_time(one.day, today)][:MOST_ROWS]
        wrong = [one for one in every if one.too_much_pence]
        if not lines and not wrong:
            raise Refused("There is nothing to claim now.", rule="nothing")
        claim = await GiftAidClaim.create(
            status=Status.DRAWN,
            recipient_id=recipient.id,
            reference=new_reference("T"),
            amount_pence=sum(one.left_pence for one in lines),
            adjusted_pence=sum(one.too_much_pence for one in wrong),
            drawn_by_id=by.person_id,
            drawn_at=business_now(),
        )
        await events.begin(claim, by, amount_pence=claim.amount_pence)
        await GiftAidLine.bulk_create(
            GiftAidLine(
                claim_id=claim.id,
                declaration_id=one.declaration_id,
                amount_pence=one.left_pence,
                donated_on=one.day,
            )
            for one in lines
        )
        for one in wrong:
            await _put_right(claim, one)
        await audit.record(
            "gift aid claim drawn",
            f"gift_aid_claim:{claim.id}",
            by,
            amount_pence=claim.amount_pence,
            adjusted_pence=claim.adjusted_pence,
        )
    return claim


async def _put_right(claim: GiftAidClaim, one: Donation) -> None:
    """Against the recipient's lines of this donation that have something left: those under details that were corrected,
    then the newest."""
    left, wrong = one.too_much_pence, one.wrong_pence
    which = {"declaration__pledge_id": one.pledge_id} if one.pledge_id else {"declaration__gift_id": one.gift_id}
    lines = (
        GiftAidLine.filter(**which, claim__recipient_id=claim.recipient_id)
        .exclude(claim__status=Status.WITHDRAWN)
        .order_by("-id")
        .select_related("declaration")
    )
    now = await GiftAidDeclaration.get_or_none(id=one.declaration_id or 0)
    for line in sorted(await lines, key=lambda row: not (wrong and _other_details(row.declaration, now))):
        told = await GiftAidAdjustment.filter(line_id=line.id).exclude(claim__status=Status.WITHDRAWN)
        pence = min(left, line.amount_pence - sum(row.amount_pence for row in told))
        if pence > 0:
            why = Adjusted.CORRECTED if wrong and _other_details(line.declaration, now) else Adjusted.NO_GIFT
            await GiftAidAdjustment.create(claim_id=claim.id, line_id=line.id, amount_pence=pence, why=why)
            left -= pence


def _other_details(old: GiftAidDeclaration, now: GiftAidDeclaration | None) -> bool:
    """Whether HMRC's schedule would name another giver, house or postcode now."""
    if now is None or now.id == old.id or not (old.last_name and now.last_name):  # erased is not corrected
        return False
    names = ("title", "first_name", "last_name", "house", "postcode")
    return any(getattr(old, name) != getattr(now, name) for name in names)


async def _claim(claim_id: int, by: Actor) -> GiftAidClaim:
    found = await GiftAidClaim.get_or_none(id=claim_id)
    if found is None:
        raise NotFound
    await _locked(found.recipient_id, by)
    return await GiftAidClaim.select_for_update().get(id=claim_id)


async def mark_claimed(claim_id: int, by: Actor, claimed_on: date) -> GiftAidClaim:
    """The owner has sent it to HMRC on this day."""
    async with transaction():
        claim = await _claim(claim_id, by)
        if claimed_on > business_today():
            raise Refused("The day on which you sent it can’t be in the future.", rule="day")
        await events.move(
            claim, "claimed", by, amount_pence=claim.amount_pence, claimed_by_id=by.person_id, claimed_on=claimed_on
        )
        await audit.record("gift aid claimed", f"gift_aid_claim:{claim.id}", by, amount_pence=claim.amount_pence)
    return claim


async def withdraw(claim_id: int, by: Actor) -> GiftAidClaim:
    """It was not sent: its donations can be claimed on another schedule."""
    async with transaction():
        claim = await _claim(claim_id, by)
        await events.move(claim, "withdrawn", by, amount_pence=claim.amount_pence)
        await audit.record("gift aid claim withdrawn", f"gift_aid_claim:{claim.id}", by)
    return claim
