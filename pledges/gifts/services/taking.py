"""A gift is taken by one person and counted by another: then it counts."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tortoise.exceptions import IntegrityError

from crowdfund_kent import audit, events, ledger, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, london_day, real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.money import pounds, pounds_exact
from crowdfund_kent.references import email_key, new_reference
from crowdfund_kent.settings import get_settings
from pledges import accounts
from pledges.backers import name_key
from pledges.gifts import letters, rules
from pledges.gifts.kinds import Way, Wish
from pledges.gifts.services.common import COUNTERS, TAKERS, locked, refuse_own_gift, require_outside
from pledges.gifts.states import KEPT
from pledges.gifts.states import Gift as Status
from pledges.kinds import BackerKind
from pledges.models import GiftDesk, OfflineGift
from pledges.pledging import lock_campaign, runs
from pledges.rules import why_no_pledge
from projects.access import require_member
from projects.kinds import MemberRole
from projects.models import Campaign, Group
from projects.queries import group_id_of
from projects.states import Campaign as CampaignStatus

_TRIES: Final = 3
MISCOUNTED: Final = (
    "The receipt says another amount. Count again together with whoever took it; if the receipt is wrong, give the gift"
    " back as entered by mistake and take it anew."
)


@dataclass(frozen=True, slots=True)
class NewGift:
    """What is written when a gift is taken. Without a name: neither postcode nor e-mail, and the wish is the group's."""

    amount_pence: int
    way: Way
    wish: Wish
    name: str = ""
    postcode: str = ""
    email: str = ""
    address: str = ""
    anonymous: bool = False
    giver_kind: str = BackerKind.PERSON
    cheque_number: str = ""
    received_on: date | None = None  # today unless a paper form says another day
    from_paper: bool = False
    runs_campaign: bool = False


async def open_desk(name: str, place: str, by: Actor) -> GiftDesk:
    """A desk of the council at which gifts are taken. By a fund officer."""
    await require_role(by, *TAKERS[1:])
    if not name.strip():
        raise Refused("Enter the name of the desk, like Margate Library.", rule="name")
    async with transaction():
        desk = await GiftDesk.create(
            name=name.strip(), place=place.strip(), entered_by_id=by.person_id, created_at=business_now()
        )
        await audit.record("gift desk opened", f"gift_desk:{desk.id}", by)
    return desk


async def close_desk(desk_id: int, by: Actor) -> GiftDesk:
    """Nothing more is taken there; what lies there goes its way. By a fund officer."""
    await require_role(by, *TAKERS[1:])
    async with transaction():
        desk = await GiftDesk.select_for_update().get_or_none(id=desk_id, group_id=None)
        if desk is None:
            raise NotFound
        if desk.closed_at is None:
            desk.closed_at = business_now()
            await desk.save(update_fields=["closed_at"])
            await audit.record("gift desk closed", f"gift_desk:{desk.id}", by)
    return desk


async def desk_of_group(group_id: int) -> GiftDesk:
    """The group's own hands, as a desk."""
    group = await Group.get(id=group_id)
    found, _ = await GiftDesk.get_or_create(
        group_id=group_id, defaults={"name": group.name[:80], "created_at": business_now()}
    )
    return found


async def take(campaign_id: int, desk_id: int, form_key: str, new: NewGift, by: Actor) -> OfflineGift:
    """A gift is received; it counts once somebody else has counted it. The one made with this form before comes back.

    By staff at a desk of the council, or by an owner or editor of the group itself. Raises Refused.
    """
    await _may_take(campaign_id, desk_id, by)
    async with transaction():
        campaign = await lock_campaign(campaign_id)
        for _ in range(_TRIES):
            made = await OfflineGift.get_or_none(form_key=form_key)
            if made is not None:
                if made.campaign_id != campaign_id or made.taken_by_id != by.person_id:
                    raise Conflict("This page belongs to another gift. Start again.")
                return made
            await _refuse(campaign, new, by)
            try:
                return await _create(campaign, desk_id, form_key, new, by)
            except IntegrityError:
                continue  # the same form, sent twice at once: the other one is there now
    raise Conflict("The gift could not be kept. Go back and send it again.")


async def _may_take(campaign_id: int, desk_id: int, by: Actor) -> None:
    desk = await GiftDesk.get_or_none(id=desk_id)
    if desk is None:
        raise NotFound
    if desk.closed_at is not None:
        raise Refused("This desk takes no gifts any more. Choose another.", rule="desk open")
    if desk.group_id is None:
        await require_role(by, *TAKERS)
    elif desk.group_id != await group_id_of(campaign_id):
        raise NotFound
    else:
        await require_member(by, desk.group_id, MemberRole.OWNER, MemberRole.EDITOR)


async def _refuse(campaign: Campaign, new: NewGift, by: Actor) -> None:
    refused = why_no_pledge(campaign.status, campaign.deadline_at, business_now())
    if refused:
        raise Refused(refused.replace("pledges", "gifts"), rule="campaign takes pledges")
    settings = get_settings()
    least, most = settings.least_pledge_pence, settings.most_pledge_pence
    if not least <= new.amount_pence <= most:
        raise Refused(f"Enter an amount from {pounds(least)} to {pounds(most)}.", rule="ruling 16")
    if new.anonymous:
        if new.wish != Wish.TO_GROUP or new.name or new.postcode or new.email or new.address:
            raise Refused("Without a name a gift can’t go back: it goes to the group in any case.", rule="nameless")
    elif not rules.plain_name(new.name) or rules.postcode(new.postcode) is None:
        raise Refused("Enter the giver’s name and postcode, like CT9 1AB.", rule="ruling 10")
    before = 0 if new.anonymous else await _cash_before(campaign.id, new)
    refused = rules.why_not_taken(
        new.way,
        new.amount_pence,
        before,
        nameless=new.anonymous,
        most_cash_pence=settings.most_cash_gift_pence,
        most_nameless_pence=settings.most_nameless_gift_pence,
    )
    if refused:
        raise Refused(refused, rule="limits")
    opened_on = london_day(campaign.opened_at or campaign.created_at)
    wrong_day = rules.why_not_on(new.received_on or business_today(), opened_on, business_today())
    if wrong_day:
        raise Refused(f"{wrong_day}.", rule="day")
    await refuse_own_gift(by, new.email)


async def _cash_before(campaign_id: int, new: NewGift) -> int:
    """Cash that this giver gave to this campaign and that is still here. A second desk waits until the first has written."""
    name = name_key(new.name, new.postcode)
    await execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"cash of {name} for campaign {campaign_id}")
    rows = await fetch(
        "SELECT coalesce(sum(amount_pence), 0)::bigint AS pence FROM offline_gift WHERE campaign_id = $1"
        " AND way = 'cash' AND name_key = $2 AND status = ANY($3::text[])",
        campaign_id,
        name,
        [str(one) for one in KEPT],
    )
    return int(rows[0]["pence"])


async def _create(campaign: Campaign, desk_id: int, form_key: str, new: NewGift, by: Actor) -> OfflineGift:
    async with transaction():
        person_id = None
        if not new.anonymous and not new.email and new.address:
            letter_to = await Person.create(name=new.name, postal=new.address, created_at=real_now())
            person_id = letter_to.id
        gift = await OfflineGift.create(
            status=Status.RECEIVED,
            campaign_id=campaign.id,
            desk_id=desk_id,
            reference=new_reference("G"),
            form_key=form_key,
            amount_pence=new.amount_pence,
            way=new.way,
            cheque_number=new.cheque_number,
            giver_kind=new.giver_kind,
            anonymous=new.anonymous,
            name=new.name,
            postcode=rules.postcode(new.postcode) or "",
            address=new.address,
            email=new.email or None,
            email_key=email_key(new.email) if new.email else None,
            name_key=None if new.anonymous else name_key(new.name, new.postcode),
            person_id=person_id,
            wish=new.wish,
            from_paper=new.from_paper,
            runs_campaign=not new.anonymous and (new.runs_campaign or await runs(campaign, new.email, new.name)),
            received_on=new.received_on or business_today(),
            created_at=business_now(),
            taken_by_id=by.person_id,
        )
        await events.begin(gift, by, amount_pence=gift.amount_pence, effective_at=gift.created_at)
        await audit.record("gift received", f"offline_gift:{gift.id}", by, amount_pence=gift.amount_pence)
        await letters.tell("received", gift, f"gift-received-{gift.id}")
    return gift


async def count(gift_id: int, by: Actor, *, amount_pence: int, seen: str) -> OfflineGift:
    """A second person has counted the gift, and found `amount_pence`: from now on it counts. Raises Refused.

    By staff who did not take it, did not give it and never were in the group; what the group took is counted by what they saw.
    """
    if not seen.strip():
        raise Refused("Enter what you saw, like the notes and the copy of the receipt.", rule="seen")
    async with transaction():
        gift, campaign = await locked(gift_id)
        await require_outside(by, campaign.id, *COUNTERS)
        refuse_same_person(by, gift.taken_by_id, what="take a gift and count it")
        await refuse_own_gift(by, gift.email)
        if gift.status != Status.RECEIVED:
            raise Refused("This gift is counted already, or went back.", rule="counted once")
        if not rules.may_be_counted(campaign.status):
            raise Refused("The campaign is over. What was not counted in time goes back to its giver.", rule="in time")
        if amount_pence != gift.amount_pence:
            await audit.record(
                "gift miscounted",
                f"offline_gift:{gift.id}",
                by,
                receipt_pence=gift.amount_pence,
                found_pence=amount_pence,
            )
        else:
            await _counted(gift, campaign, by, seen.strip())
    if amount_pence != gift.amount_pence:
        raise Refused(f"{MISCOUNTED} You counted {pounds_exact(amount_pence)}.", rule="amount")
    return gift


async def _counted(gift: OfflineGift, campaign: Campaign, by: Actor, seen: str) -> None:
    now = business_now()
    await events.move(
        gift, "counted", by, amount_pence=gift.amount_pence, counted_by_id=by.person_id, counted_at=now, seen=seen
    )
    lines = [
        (accounts.cash_in_hand(gift.desk_id), gift.amount_pence),
        (accounts.gifts_held(gift.campaign_id), -gift.amount_pence),
    ]
    await ledger.post("gift counted", f"offline_gift:{gift.id}", lines)
    await audit.record("gift counted", f"offline_gift:{gift.id}", by, amount_pence=gift.amount_pence)
    if campaign.status == CampaignStatus.CLOSING and not await waiting(campaign.id):
        await outbox.job("decide_campaign", campaign.id)


async def waiting(campaign_id: int) -> bool:
    """Whether a gift that was received waits to be counted."""
    return await OfflineGift.filter(campaign_id=campaign_id, status=Status.RECEIVED).exists()


async def holds_the_verdict(campaign: Campaign) -> bool:
    """Whether the verdict still waits for gifts to be counted (decision 15). Call under the campaign's lock."""
    now = business_now()
    hours = get_settings().gift_count_hours
    return rules.waits_for_counting(campaign.closing_at or now, now, hours) and await waiting(campaign.id)


async def stand_at_verdict(campaign_id: int) -> None:
    """In the verdict's transaction: what counts now stays part of what was raised, whatever becomes of it later."""
    await OfflineGift.filter(campaign_id=campaign_id, status__in=[Status.COUNTED, Status.BANKED]).update(
        at_verdict=True
    )
