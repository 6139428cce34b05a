"""Who may claim, and what givers declare: made, corrected, cancelled. Nothing is overwritten."""

from dataclasses import dataclass
from datetime import date

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from pledges.gift_aid import rules
from pledges.gift_aid.kinds import Declared, RecipientKind
from pledges.gift_aid.states import Declaration as Status
from pledges.gift_aid.states import Recipient as RecipientStatus
from pledges.gifts.rules import postcode
from pledges.kinds import BackerKind
from pledges.models import GiftAidDeclaration, GiftAidRecipient, OfflineGift, Pledge
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole
from projects.queries import group_id_of
from projects.queries.receiving import receiver_of


@dataclass(frozen=True, slots=True)
class Answers:
    """What a giver declares. `abroad`: they live outside the UK and have no postcode there."""

    first_name: str
    last_name: str
    house: str
    postcode: str = ""
    address: str = ""
    title: str = ""
    abroad: bool = False
    declared_on: date | None = None  # the day on a paper


# who may claim ------------------------------------------------------------------------------------------------


async def enter_reference(
    group_id: int, by: Actor, *, kind: RecipientKind, hmrc_name: str, hmrc_reference: str
) -> GiftAidRecipient:
    """An owner enters the group's reference at HMRC; an officer verifies it. The one before must be ended or withdrawn."""
    await require_member(by, group_id, MemberRole.OWNER)
    plain = rules.reference(hmrc_reference)
    if plain is None:
        raise Refused("Enter the reference as HMRC writes it, like AB12345.", rule="reference")
    if not hmrc_name.strip():
        raise Refused("Enter the name as HMRC knows it.", rule="name")
    async with transaction():
        await execute("SELECT id FROM community_group WHERE id = $1 FOR UPDATE", group_id)
        if await recipient_row(group_id) is not None:
            raise Refused(
                "A reference is entered already. Withdraw it first, or ask your officer to end it.", rule="once"
            )
        row = await GiftAidRecipient.create(
            status=RecipientStatus.ENTERED,
            group_id=group_id,
            kind=kind,
            hmrc_name=hmrc_name.strip(),
            hmrc_reference=plain,
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        await events.begin(row, by)
        await audit.record("gift aid reference entered", f"gift_aid_recipient:{row.id}", by)
    return row


async def recipient_row(group_id: int) -> GiftAidRecipient | None:
    """The reference of a group that waits or is verified."""
    return await GiftAidRecipient.get_or_none(
        group_id=group_id, status__in=[RecipientStatus.ENTERED, RecipientStatus.VERIFIED]
    )


async def _recipient(recipient_id: int) -> GiftAidRecipient:
    row = await GiftAidRecipient.select_for_update().get_or_none(id=recipient_id)
    if row is None:
        raise NotFound
    return row


async def _outside(by: Actor, row: GiftAidRecipient) -> None:
    await require_role(by, Role.FUND_OFFICER)
    refuse_same_person(by, row.entered_by_id, what="enter a reference at HMRC and verify it")
    if await was_ever_member(by.person_id, row.group_id):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")


async def verify(recipient_id: int, by: Actor, evidence: str) -> GiftAidRecipient:
    """A fund officer has seen HMRC's letter, or the register, and writes what they saw."""
    if not evidence.strip():
        raise Refused("Enter what you saw, like HMRC’s letter of recognition.", rule="evidence")
    async with transaction():
        row = await _recipient(recipient_id)
        await _outside(by, row)
        await events.move(
            row, "verified", by, evidence=evidence.strip(), verified_by_id=by.person_id, verified_at=business_now()
        )
        await audit.record("gift aid reference verified", f"gift_aid_recipient:{row.id}", by)
    return row


async def refuse(recipient_id: int, by: Actor, evidence: str) -> GiftAidRecipient:
    """It could not be verified; the words say why."""
    if not evidence.strip():
        raise Refused("Enter why it can’t be verified.", rule="evidence")
    async with transaction():
        row = await _recipient(recipient_id)
        await _outside(by, row)
        await events.move(row, "refused", by, evidence=evidence.strip(), ended_at=business_now())
        await audit.record("gift aid reference refused", f"gift_aid_recipient:{row.id}", by)
    return row


async def end(recipient_id: int, by: Actor) -> GiftAidRecipient:
    """The group is no charity any more, or has another reference: nothing is declared or claimed under it from now on."""
    async with transaction():
        row = await _recipient(recipient_id)
        await require_role(by, Role.FUND_OFFICER)
        await events.move(row, "ended", by, ended_at=business_now())
        await audit.record("gift aid reference ended", f"gift_aid_recipient:{row.id}", by)
    return row


async def withdraw_reference(recipient_id: int, by: Actor) -> GiftAidRecipient:
    """An owner takes back what no officer has looked at yet."""
    async with transaction():
        row = await _recipient(recipient_id)
        await require_member(by, row.group_id, MemberRole.OWNER)
        await events.move(row, "withdrawn", by, ended_at=business_now())
        await audit.record("gift aid reference withdrawn", f"gift_aid_recipient:{row.id}", by)
    return row


# what givers declare --------------------------------------------------------------------------------------------


async def recipient_of(campaign_id: int) -> GiftAidRecipient | None:
    """Who claims on gifts to a campaign: whoever receives its money, if an officer has verified that they may."""
    receiver = await receiver_of(await group_id_of(campaign_id))
    return await GiftAidRecipient.get_or_none(group_id=receiver, status=RecipientStatus.VERIFIED)


def may_declare(donation: Pledge | OfflineGift) -> bool:
    """Individuals only, and not for money that went back or never came."""
    if isinstance(donation, Pledge):
        gone = {"expired", "cancelled", "released", "dropped", "refunded", "charged back"}
        return donation.backer_kind == BackerKind.PERSON and donation.status not in gone
    return donation.giver_kind == BackerKind.PERSON and not donation.anonymous and donation.status != "returned"


async def in_force(donation: Pledge | OfflineGift) -> GiftAidDeclaration | None:
    """The declaration about a pledge or a gift that stands."""
    which = {"pledge_id": donation.id} if isinstance(donation, Pledge) else {"gift_id": donation.id}
    return await GiftAidDeclaration.get_or_none(status=Status.IN_FORCE, **which)


async def declare(
    donation: Pledge | OfflineGift, new: Answers, how: Declared, by: Actor, *, taken_by_id: int | None = None
) -> GiftAidDeclaration:
    """A declaration about one pledge or gift; where one stands, it is corrected by this one. Raises Refused."""
    _check(new)
    await _staff_or_giver(by)
    async with transaction():
        locked = await type(donation).select_for_update().get(id=donation.id)
        recipient = await recipient_of(locked.campaign_id)
        if recipient is None:
            raise Refused("This group can’t claim Gift Aid here.", rule="recipient")
        if not may_declare(locked):
            raise Refused("Gift Aid is for gifts of people that were not given back.", rule="individuals")
        if new.declared_on is not None and new.declared_on > business_today():
            raise Refused("The day on the paper can’t be in the future.", rule="day")
        before = await in_force(locked)
        if before is not None:
            await events.move(before, "corrected", by, ended_at=business_now())
            await audit.record("gift aid corrected", f"gift_aid_declaration:{before.id}", by)
        row = await GiftAidDeclaration.create(
            status=Status.IN_FORCE,
            recipient_id=recipient.id,
            pledge_id=locked.id if isinstance(locked, Pledge) else None,
            gift_id=locked.id if isinstance(locked, OfflineGift) else None,
            replaces_id=before.id if before is not None else None,
            title=new.title.strip(),
            first_name=new.first_name.strip(),
            last_name=new.last_name.strip(),
            house=new.house.strip(),
            address=new.address.strip(),
            postcode="" if new.abroad else postcode(new.postcode) or "",
            statement=rules.STATEMENT,
            declared=how,
            declared_on=new.declared_on or business_today(),
            created_at=business_now(),
            taken_by_id=taken_by_id,
        )
        await events.begin(row, by)
        await audit.record("gift aid declared", f"gift_aid_declaration:{row.id}", by)
    return row


async def _staff_or_giver(by: Actor) -> None:
    """The giver by the private page, who is nobody in particular; else staff at a desk, from a signed paper."""
    if by.person_id is not None:
        await require_role(by, Role.HELPER, Role.FUND_OFFICER, Role.FINANCE_APPROVER)


def _check(new: Answers) -> None:
    if not new.first_name.strip() or not new.last_name.strip():
        raise Refused("Enter the first name and the last name.", rule="name")
    if not new.house.strip():
        raise Refused("Enter the name or number of the house.", rule="home address")
    if not new.abroad and postcode(new.postcode) is None:
        raise Refused("Enter the postcode of the home address, like CT9 1AB.", rule="home address")


async def cancel(donation: Pledge | OfflineGift, by: Actor) -> None:
    """The giver takes it back, at any time. What was claimed before is put right on the next claim."""
    await _staff_or_giver(by)
    async with transaction():
        await type(donation).select_for_update().get(id=donation.id)
        row = await in_force(donation)
        if row is None:
            return
        await events.move(row, "cancelled", by, ended_at=business_now())
        await audit.record("gift aid cancelled", f"gift_aid_declaration:{row.id}", by)
