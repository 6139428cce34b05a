"""Decisions on paper: an owner without e-mail signs what was printed, and an officer records it and carries it out.

The officer never had a place in the group, never decided about the campaign, and decides nothing about it afterwards: no
person acts twice on one item. The reference on the paper follows from what it says, so a
paper is worth nothing once something was changed.
"""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from crowdfund_kent import audit, storage
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.references import ALPHABET, keyed_hash
from projects import paper_acts, queries, uploads
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole, PaperAct
from projects.models import Campaign, CampaignEvent, LetterToPost, SignedPaper
from projects.paper_acts import Choice
from projects.services.campaigns import OFFICERS_CAUSES, cancel_now, open_now, submit_now, withdraw_now
from projects.services.helping import digest_of
from projects.states import CAMPAIGN

OLDEST: Final = timedelta(days=60)  # of a signature
_GROUP: Final = 4
CAUSES: Final = {
    PaperAct.SUBMIT: "submitted on paper",
    PaperAct.OPEN: "opened on paper",
    PaperAct.WITHDRAW: "withdrawn on paper",
    PaperAct.CANCEL: "cancelled on paper",
}
WORDS: Final = {
    PaperAct.SUBMIT: "Send the campaign to be checked",
    PaperAct.OPEN: "Open the campaign",
    PaperAct.WITHDRAW: "Take the campaign back",
    PaperAct.CANCEL: "Cancel the campaign",
}


async def choices(campaign: Campaign) -> list[Choice]:
    """What an owner may decide on paper now, in this package and in others."""
    subject = f"campaign:{campaign.id}"
    own = [Choice(act, subject, WORDS[act]) for act, cause in CAUSES.items() if (campaign.status, cause) in CAMPAIGN]
    return own + await paper_acts.choices(campaign.id)


async def choice_of(campaign: Campaign, act: str, subject: str) -> Choice:
    """The choice with these words of the address; NotFound for what can't be decided now."""
    found = next((one for one in await choices(campaign) if one.act == act and one.subject == subject), None)
    if found is None:
        raise NotFound
    return found


async def reference_of(campaign: Campaign, choice: Choice) -> str:
    """S-7F3K-9Q2M, as it is printed: of this decision, about what stands there now, since the campaign's last move."""
    event_id = await queries.newest_event_id(campaign.id)
    facts = f"paper:{campaign.id}:{event_id}:{choice.act}:{choice.subject}:{await digest_of(campaign)}"
    number = int(keyed_hash(facts), 16)
    letters = [ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(2 * _GROUP)]
    return f"S-{''.join(letters[:_GROUP])}-{''.join(letters[_GROUP:])}"


async def record_paper(
    campaign_id: int,
    choice: Choice,
    by: Actor,
    *,
    reference: str,
    person_id: int,
    signed_on: date,
    content: bytes,
    name: str = "",
    message: str = "",
) -> SignedPaper:
    """Keep the picture of a signed paper and do what it says. `message`: what everybody reads, of a cancellation.

    Refused where the reference is not of what stands there now; then nothing is kept. The same paper twice is recorded once.
    """
    typed = "".join(reference.split()).upper()
    known = await SignedPaper.get_or_none(campaign_id=campaign_id, reference=typed)
    if known is not None and known.recorded_by_id == by.person_id:
        return known  # a second click
    _refuse_day(signed_on)
    async with transaction():
        await _may_record(campaign_id, by)
    taken = await asyncio.to_thread(uploads.take, content, name, queries.upload_limits())
    key = f"signed/{secrets.token_hex(16)}.{taken.ending}"
    await storage.save(key, taken.content)
    try:
        async with transaction():
            campaign = await _may_record(campaign_id, by)
            await _refuse_reference(campaign, choice, typed)
            group_id = await queries.group_id_of(campaign_id)
            await require_member(Actor(person_id, ""), group_id, MemberRole.OWNER)
            paper = await SignedPaper.create(
                campaign_id=campaign_id,
                person_id=person_id,
                act=choice.act,
                subject=choice.subject,
                reference=typed,
                signed_on=signed_on,
                file_key=key,
                media_type=taken.media_type,
                recorded_by_id=by.person_id,
                recorded_at=real_now(),
            )
            await audit.record(
                "record signed paper",
                f"campaign:{campaign_id}",
                by,
                paper_id=paper.id,
                decision=choice.act,
                owner_id=person_id,
            )
            await _carry_out(campaign, choice, by, message)
    except BaseException:
        await storage.remove(key)
        raise
    return paper


def _refuse_day(signed_on: date) -> None:
    today = business_today()
    if not today - OLDEST <= signed_on <= today:
        raise Refused(f"Enter the day of the signature: today or in the last {OLDEST.days} days.", rule="signed on")


async def _refuse_reference(campaign: Campaign, choice: Choice, typed: str) -> None:
    await choice_of(campaign, choice.act, choice.subject)
    if typed != await reference_of(campaign, choice):
        raise Refused(
            "This is not the reference of what stands here now: something was changed after it was printed, or it is of"
            " another page. Print it again and let them sign that.",
            rule="reference",
        )


async def _may_record(campaign_id: int, by: Actor) -> Campaign:
    """The campaign, locked, for a fund officer who neither helped its group nor decided about it."""
    await require_role(by, Role.FUND_OFFICER)
    campaign = await queries.campaign_for_update(campaign_id)
    if await was_ever_member(by.person_id, await queries.group_id_of(campaign_id)):
        raise Forbidden("You helped this group, or belong to it. Another officer must record its papers.")
    if await CampaignEvent.filter(subject_id=campaign_id, by_id=by.person_id, cause__in=OFFICERS_CAUSES).exists():
        raise Forbidden("You have checked this campaign. Another officer must record its papers.")
    return campaign


async def _carry_out(campaign: Campaign, choice: Choice, by: Actor, message: str) -> None:
    cause = CAUSES.get(choice.act, "")
    if choice.act == PaperAct.SUBMIT:
        await submit_now(campaign, by, cause)
    elif choice.act == PaperAct.OPEN:
        await open_now(campaign, by, cause)
    elif choice.act == PaperAct.WITHDRAW:
        await withdraw_now(campaign, by, cause)
    elif choice.act == PaperAct.CANCEL:
        await cancel_now(campaign, by, message, cause)
    elif (carry := paper_acts.carrier(choice.act)) is not None:
        await carry(choice.act, choice.subject, by)
    else:
        raise NotFound


async def require_paper(by: Actor, act: PaperAct, subject: str) -> SignedPaper:
    """The paper that `by` has just recorded for this; Forbidden without one. For what other packages carry out."""
    found = await SignedPaper.filter(act=act, subject=subject, recorded_by_id=by.person_id).order_by("-id").first()
    if found is None:
        raise Forbidden("There is no signed paper for this.")
    return found


async def papers_of(campaign_id: int) -> Sequence[SignedPaper]:
    """What was recorded about a campaign, newest first."""
    return await SignedPaper.filter(campaign_id=campaign_id).select_related("person").order_by("-id")


def words_of(paper: SignedPaper) -> str:
    """What was decided, in words; of an offer only that it was answered."""
    own = WORDS.get(PaperAct(paper.act))
    others = {
        "accept": "Accept an offer",
        "decline": "Decline an offer",
        "pitch": "Send a request to a fund",
        "report": "Send a report",
    }
    return own or others[paper.act]


# letters ------------------------------------------------------------------------------------------------------


async def letters_to_post() -> Sequence[LetterToPost]:
    """What must be printed and posted, the oldest first."""
    return await LetterToPost.filter(posted_at=None).select_related("person").order_by("id")


async def letter(letter_id: int) -> tuple[LetterToPost, Person]:
    """A letter with its reader; NotFound for none."""
    found = await LetterToPost.get_or_none(id=letter_id).select_related("person")
    if found is None:
        raise NotFound
    return found, found.person


async def mark_posted(letter_id: int, by: Actor) -> LetterToPost:
    """An officer posted it. Once is enough: a second click changes nothing."""
    async with transaction():
        await require_role(by, Role.FUND_OFFICER)
        found = await LetterToPost.select_for_update().get_or_none(id=letter_id)
        if found is None:
            raise NotFound
        if found.posted_at is None:
            found.posted_at, found.posted_by_id = real_now(), by.person_id
            await found.save(update_fields=["posted_at", "posted_by_id"])
            await audit.record("post letter", f"letter_to_post:{letter_id}", by)
    return found
