"""Offers of hours and things: made without an account, confirmed by e-mail, answered by the group.

Support is never money: nothing here touches a total or the count of backers (ruling 10). Each function opens its own
transaction. The group sees a name and what is offered once the address is confirmed, how to reach somebody once it
accepts, and whoever offers sees what the group chose to share in the same moment.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from crowdfund_kent import audit, events
from crowdfund_kent.audit import BACKER, SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.private_links import Pages
from crowdfund_kent.references import new_reference
from pledges import help_letters
from pledges.models import HelpOffer
from pledges.states import Help as Status
from projects.access import require_member
from projects.models import HelpWanted
from projects.queries import newest_campaign
from projects.states import Campaign as CampaignStatus

CONFIRM_WITHIN: Final = timedelta(days=7)
PAGES: Final = Pages("help offer", "/help-offers")
# in which help is of use; a paused campaign waits
TAKES_HELP: Final = frozenset(
    {
        CampaignStatus.LIVE,
        CampaignStatus.CLOSING,
        CampaignStatus.SUCCESSFUL,
        CampaignStatus.COLLECTING,
        CampaignStatus.SETTLED,
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody wrote. `how_many`: hours, or things."""

    how_many: int
    name: str
    email: str
    words: str = ""
    phone: str = ""


def private_path(offer: HelpOffer) -> str:
    """/help-offers/H-7F3K-9Q2M/<token>"""
    return PAGES.path_of(offer.reference)


async def by_private_link(reference: str, token: str) -> HelpOffer:
    """The offer of this address; NotFound when either part is wrong."""
    PAGES.require(reference, token)
    offer = await HelpOffer.get_or_none(reference=reference)
    if offer is None:
        raise NotFound
    return offer


async def why_not(wanted: HelpWanted) -> str | None:
    """None while help of this kind may be offered, else the words for the visitor."""
    if wanted.closed_at is not None:
        return "The group does not ask for this any more. Thank you for wanting to help."
    campaign = await newest_campaign(wanted.project_id)
    if campaign is None or campaign.status not in TAKES_HELP:
        return "This project takes no offers of help now."
    return None


async def make(wanted_id: int, form_key: str, given: Offer, by: Actor = BACKER) -> HelpOffer:
    """An offer that waits for its address to be confirmed; the mail with the link goes to it.

    The same form sent twice is one offer. Until it is confirmed, another address or number takes the place of the first.
    """
    async with transaction():
        wanted = await HelpWanted.get_or_none(id=wanted_id)
        if wanted is None:
            raise NotFound
        refused = await why_not(wanted)
        if refused:
            raise Refused(refused)
        offer = await _of_form(wanted_id, form_key, given, by)
        if offer.status == Status.UNCONFIRMED:
            if (offer.how_many, offer.words, offer.name, offer.email, offer.phone) != _columns(given):
                offer.how_many, offer.words, offer.name, offer.email, offer.phone = _columns(given)
                await offer.save()
            await help_letters.to_helper("help_confirm", offer, private_path(offer))
    return offer


def _columns(given: Offer) -> tuple[int, str, str, str, str]:
    return given.how_many, given.words, given.name, given.email, given.phone


async def _of_form(wanted_id: int, form_key: str, given: Offer, by: Actor) -> HelpOffer:
    offer = await HelpOffer.filter(form_key=form_key).select_for_update().first()
    if offer is None:
        try:
            async with transaction():
                offer = await HelpOffer.create(
                    status=Status.UNCONFIRMED,
                    wanted_id=wanted_id,
                    reference=new_reference("H"),
                    form_key=form_key,
                    how_many=given.how_many,
                    words=given.words,
                    name=given.name,
                    email=given.email,
                    phone=given.phone,
                    created_at=business_now(),
                )
                await events.begin(offer, by)
        except IntegrityError:  # the same form, sent twice at once: the other one is there now
            offer = await HelpOffer.filter(form_key=form_key).select_for_update().get()
    if offer.wanted_id != wanted_id:
        raise Conflict("This page belongs to another project. Start again from the project's page.")
    return offer


async def confirm(offer_id: int, by: Actor = BACKER) -> HelpOffer:
    """The address is theirs: the group hears of the offer. Twice is no error."""
    async with transaction():
        offer = await _locked(offer_id)
        if offer.status != Status.UNCONFIRMED:
            return offer
        await events.move(offer, "confirmed", by, confirmed_at=business_now())
        await audit.record("help offered", f"help_offer:{offer.id}", by, how_many=offer.how_many)
        await help_letters.to_group("help_offered", offer)
    return offer


async def withdraw(offer_id: int, by: Actor = BACKER) -> HelpOffer:
    """Whoever offered takes it back, without a reason; a group that had accepted hears of it. Twice is no error."""
    async with transaction():
        offer = await _locked(offer_id)
        if offer.status == Status.WITHDRAWN:
            return offer
        if offer.status not in {Status.UNCONFIRMED, Status.OFFERED, Status.ACCEPTED}:
            raise Refused("This offer is over, so there is nothing to take back.")
        was_accepted = offer.status == Status.ACCEPTED
        await events.move(offer, "withdrawn", by, decided_at=business_now())
        await audit.record("help withdrawn", f"help_offer:{offer.id}", by)
        if was_accepted:
            await help_letters.to_group("help_withdrawn", offer)
    return offer


async def accept(offer_id: int, by: Actor, contact: str) -> HelpOffer:
    """The group says yes. `contact`: what it shares, in its own words; both sides get one mail. Raises Refused."""
    async with transaction():
        offer = await _for_group(offer_id, by)
        if offer.status == Status.ACCEPTED:
            return offer
        _must_be(offer, Status.OFFERED)
        await events.move(offer, "accepted", by, decided_at=business_now())
        await audit.record("help accepted", f"help_offer:{offer.id}", by, how_many=offer.how_many)
        await help_letters.to_helper("help_accepted", offer, private_path(offer), contact=contact)
        await help_letters.to_member("help_contact", offer, by)
    return offer


async def decline(offer_id: int, by: Actor) -> HelpOffer:
    """The group says no, and thanks; it never learns how to reach them."""
    async with transaction():
        offer = await _for_group(offer_id, by)
        if offer.status == Status.DECLINED:
            return offer
        _must_be(offer, Status.OFFERED)
        await events.move(offer, "declined", by, decided_at=business_now())
        await audit.record("help declined", f"help_offer:{offer.id}", by)
        await help_letters.to_helper("help_declined", offer, private_path(offer))
    return offer


async def note_given(offer_id: int, by: Actor) -> HelpOffer:
    """What was promised was given."""
    async with transaction():
        offer = await _for_group(offer_id, by)
        if offer.status == Status.GIVEN:
            return offer
        _must_be(offer, Status.ACCEPTED)
        await events.move(offer, "given", by)
        await audit.record("help given", f"help_offer:{offer.id}", by, how_many=offer.how_many)
    return offer


def _must_be(offer: HelpOffer, status: Status) -> None:
    if offer.status != status:
        raise Refused("This offer has changed meanwhile. Look at the list again.")


async def lapse() -> int:
    """Offers that nobody confirmed lose their personal text and lapse. Returns how many."""
    stale = await HelpOffer.filter(status=Status.UNCONFIRMED, created_at__lt=business_now() - CONFIRM_WITHIN)
    for one in stale:
        async with transaction():
            offer = await _locked(one.id)
            if offer.status == Status.UNCONFIRMED:
                await events.move(offer, "not confirmed", SYSTEM, name="", email=None, phone="", words="")
    return len(stale)


async def _locked(offer_id: int) -> HelpOffer:
    offer = await HelpOffer.filter(id=offer_id).select_for_update().first()
    if offer is None:
        raise NotFound
    return offer


async def _for_group(offer_id: int, by: Actor) -> HelpOffer:
    offer = await _locked(offer_id)
    wanted = await HelpWanted.get(id=offer.wanted_id).select_related("project")
    await require_member(by, wanted.project.group_id)
    if offer.confirmed_at is None:
        raise NotFound
    return offer
