"""What officers do at the checking desk before they decide, and what a group answers. approving.py decides.

Every write locks the campaign first, refuses an officer with a part in it, and one who works on what another has taken.
"""

from collections.abc import Mapping
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.queries import called, people_by_id
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from projects import letters, queries
from projects.access import require_member
from projects.kinds import CheckAnswer, CheckItem
from projects.models import (
    Campaign,
    CheckDraft,
    CheckQuestion,
    DeskTake,
    FundingWord,
    Project,
    SecondLook,
)
from projects.queries.desk import Desk, desk_of
from projects.services.guarding import for_officer
from projects.states import Campaign as Status

TEXT_LONGEST: Final = 2_000


async def take(campaign_id: int, by: Actor) -> DeskTake:
    """ "I take this one." Taken by the same officer before, it stays; Refused where another officer has it."""
    async with transaction():
        campaign = await _on_the_desk(campaign_id, by)
        return await _take(campaign, by)


async def take_over(campaign_id: int, by: Actor) -> DeskTake:
    """Another officer is ill or away: it is this one's from now on, and both stay on record."""
    async with transaction():
        campaign = await _on_the_desk(campaign_id, by)
        held = await _held(campaign_id)
        if held is not None and held.officer_id != by.person_id:
            await _end(held, by)
        return await _take(campaign, by)


async def give_back(campaign_id: int, by: Actor) -> None:
    """It waits for whoever takes it next. The answers so far are kept."""
    async with transaction():
        await _on_the_desk(campaign_id, by)
        held = await _held(campaign_id)
        if held is not None and held.officer_id == by.person_id:
            await _end(held, by)


async def save_answers(
    campaign_id: int, by: Actor, answers: Mapping[CheckItem, tuple[CheckAnswer, str]]
) -> dict[CheckItem, CheckAnswer]:
    """Keep answers with their notes, as the officer goes; takes the campaign where nobody has. Returns what was new.

    An answer that did not change keeps its day, unless the group sent something since: then it is given again today.
    """
    async with transaction():
        campaign = await _on_the_desk(campaign_id, by)
        await _take(campaign, by)
        if await SecondLook.filter(campaign_id=campaign_id, ended_at=None).exists():
            raise Refused("It waits for a second officer. Their answer comes first.", rule="second look")
        found = await desk(campaign, by)
        new = {}
        for item, (answer, note) in answers.items():
            said = found.held.get(item)
            if said is not None and (said.answer, said.note) == (answer, note.strip()):
                continue
            await CheckDraft.update_or_create(
                campaign_id=campaign_id,
                officer_id=by.person_id,
                item=item,
                defaults={"answer": answer, "note": note.strip()[:TEXT_LONGEST], "at": business_now()},
            )
            new[item] = answer
        if new:
            await audit.record("check items", f"campaign:{campaign_id}", by, items=len(new))
    return new


async def ask(campaign_id: int, by: Actor, item: CheckItem, text: str) -> CheckQuestion:
    """Ask the group about an item. One e-mail for all that is asked until it answers."""
    async with transaction():
        campaign = await _on_the_desk(campaign_id, by)
        await _take(campaign, by)
        words = _text(text, "Enter your question.")
        talk = await CheckQuestion.filter(campaign_id=campaign_id).order_by("-id")
        same = next((one for one in talk if one.item == item), None)
        if same is not None and not same.from_group and same.text == words:
            return same  # a second click
        asked = await CheckQuestion.create(
            campaign_id=campaign_id, item=item, text=words, by_id=by.person_id, at=business_now()
        )
        await audit.record("ask group", f"campaign:{campaign_id}", by, question_id=asked.id)
        answered = next((one.id for one in talk if one.from_group), 0)
        await letters.tell_owners("question", campaign, about=f"after-answer-{answered}", item=item, text=words)
    return asked


async def answer_question(campaign_id: int, by: Actor, item: CheckItem, text: str) -> CheckQuestion:
    """A member answers what was asked about an item; the campaign stays where it is."""
    async with transaction():
        campaign = await queries.campaign_for_update(campaign_id)
        await require_member(by, await queries.group_id_of(campaign_id))
        if campaign.status not in {Status.SUBMITTED, Status.CHANGES_REQUESTED}:
            raise Refused("It is decided by now. Ring your officer if something is wrong.", rule="not editable")
        talk = await CheckQuestion.filter(campaign_id=campaign_id, item=item).order_by("-id").first()
        if talk is None:
            raise NotFound
        words = _text(text, "Enter your answer.")
        if talk.from_group and talk.text == words:
            return talk  # a second click
        said = await CheckQuestion.create(
            campaign_id=campaign_id, item=item, text=words, from_group=True, by_id=by.person_id, at=business_now()
        )
        await audit.record("answer officer", f"campaign:{campaign_id}", by, question_id=said.id)
    return said


async def recommend(campaign_id: int, by: Actor, words: str = "") -> SecondLook:
    """A large target: hand it to a second officer with every item answered. Refused for one that needs no second look."""
    async with transaction():
        campaign = await _on_the_desk(campaign_id, by)
        await _take(campaign, by)
        found = await desk(campaign, by)
        if not found.needs_second:
            raise Refused("This target needs no second officer: you can approve it yourself.", rule="second look")
        if found.look is not None:
            raise Refused("It waits for a second officer already.", rule="second look")
        refuse_problems(found)
        look = await SecondLook.create(
            campaign_id=campaign_id,
            recommended_by_id=by.person_id,
            recommended_at=business_now(),
            words=words.strip()[:TEXT_LONGEST],
        )
        await audit.record("recommend campaign", f"campaign:{campaign_id}", by, second_look_id=look.id)
        await end_takes(campaign_id, by)
    return look


async def send_back(campaign_id: int, by: Actor, words: str) -> None:
    """The second officer does not agree: the first goes on, with what to look at."""
    async with transaction():
        campaign = await _on_the_desk(campaign_id, by)
        look = await SecondLook.get_or_none(campaign_id=campaign_id, ended_at=None)
        if look is None:
            raise Refused("It does not wait for a second officer.", rule="second look")
        if look.recommended_by_id != by.person_id:
            await _take(campaign, by)
        await end_look(look, by, agreed=None if look.recommended_by_id == by.person_id else False, words=words)
        await end_takes(campaign_id, by)
        await DeskTake.create(campaign_id=campaign_id, officer_id=look.recommended_by_id, taken_at=business_now())


async def word_on_funding(campaign_id: int, by: Actor, other_id: int, *, distinct: bool, words: str) -> FundingWord:
    """An officer's word on a hint: another project, or the same one. It refuses nothing by itself."""
    async with transaction():
        campaign = await _on_the_desk(campaign_id, by)
        await _take(campaign, by)
        if not await Project.filter(id=other_id).exists() or other_id == campaign.project_id:
            raise NotFound
        said = await FundingWord.create(
            campaign_id=campaign_id,
            other_id=other_id,
            distinct=distinct,
            words=_text(words, "Say what makes you think so."),
            by_id=by.person_id,
            at=business_now(),
        )
        await audit.record(
            "word on funding", f"campaign:{campaign_id}", by, other_project_id=other_id, distinct=distinct
        )
    return said


async def desk(campaign: Campaign, by: Actor) -> Desk:
    """The desk of a campaign as this officer sees it."""
    project = await queries.project_with_group(campaign.project_id)
    return await desk_of(campaign, project, await queries.lines_of(project.id), by.person_id)


def refuse_problems(found: Desk) -> None:
    """Refused while an item has no answer, or an answer no note."""
    if found.problems:
        raise Refused(". ".join(words for _, words in found.problems) + ".", rule="checklist")


async def refuse_taken_by_another(campaign_id: int, by: Actor) -> None:
    """No two officers check one campaign unknowingly."""
    held = await _held(campaign_id)
    if held is not None and held.officer_id != by.person_id:
        name = called((await people_by_id([held.officer_id])).get(held.officer_id))
        raise Refused(f"{name} has taken this one. Ask them to give it back, or take it over.", rule="taken")


async def end_look(look: SecondLook, by: Actor, *, agreed: bool | None, words: str = "") -> None:
    """What came of a second look; without `agreed` it ends undecided, as when the group takes its campaign back."""
    await SecondLook.filter(id=look.id).update(
        agreed=agreed, ended_by_id=by.person_id, ended_at=business_now(), answer=words.strip()[:TEXT_LONGEST]
    )
    await audit.record("second look", f"campaign:{look.campaign_id}", by, second_look_id=look.id, agreed=agreed)


async def end_open_look(campaign_id: int, by: Actor) -> None:
    """A decision without approval, or the group's, ends a second look that waits."""
    for look in await SecondLook.filter(campaign_id=campaign_id, ended_at=None):
        if look.recommended_by_id == by.person_id:
            await end_look(look, by, agreed=None)
        else:
            await end_look(look, by, agreed=False)


async def end_takes(campaign_id: int, by: Actor) -> None:
    """It is off the desk."""
    for held in await DeskTake.filter(campaign_id=campaign_id, ended_at=None):
        await _end(held, by)


async def _on_the_desk(campaign_id: int, by: Actor) -> Campaign:
    campaign = await for_officer(campaign_id, by)
    if campaign.status != Status.SUBMITTED:
        raise Refused("It is not waiting to be checked any more.", rule="not submitted")
    return campaign


async def _held(campaign_id: int) -> DeskTake | None:
    return await DeskTake.get_or_none(campaign_id=campaign_id, ended_at=None)


async def _take(campaign: Campaign, by: Actor) -> DeskTake:
    await refuse_taken_by_another(campaign.id, by)
    held = await _held(campaign.id)
    if held is not None:
        return held
    if by.person_id is None:
        raise Forbidden
    taken = await DeskTake.create(campaign_id=campaign.id, officer_id=by.person_id, taken_at=business_now())
    await audit.record("take campaign", f"campaign:{campaign.id}", by)
    return taken


async def _end(held: DeskTake, by: Actor) -> None:
    await DeskTake.filter(id=held.id).update(ended_at=business_now(), ended_by_id=by.person_id)
    await audit.record("give campaign back", f"campaign:{held.campaign_id}", by, officer_id=held.officer_id)


def _text(text: str, otherwise: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(otherwise, rule="words")
    return words[:TEXT_LONGEST]
