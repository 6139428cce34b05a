"""What a group asks a round for: begun, written page by page, sent by an owner, taken back; and the officer's record.

Each function opens its own transaction and locks the round, then the pitch. Members of the group write; an owner sends
and takes back, or an officer records an owner's signed paper. No money moves here.
"""

from collections.abc import Collection
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, InvalidMove, NotFound, Refused
from crowdfund_kent.money import pounds
from crowdfund_kent.references import new_reference
from panel import access, asking, letters
from panel.kinds import ReviewOutcome
from panel.models import Pitch, PitchAnswer, Review, Round
from panel.queries import pitches as queries
from panel.services.holds import refuse_sealed
from panel.services.rounds import lock_round
from panel.states import Pitch as Status
from panel.states import Round as RoundStatus
from pledges.kinds import PlaceKind
from pledges.models import FundQuestion
from projects.access import require_member
from projects.kinds import MemberRole, PaperAct
from projects.models import Campaign, Project
from projects.paper_acts import Choice
from projects.services.signing import require_paper
from projects.states import Campaign as CampaignStatus

ACTS: Final = {
    "submitted": "pitch submitted",
    "withdrawn by group": "pitch withdrawn",
    "campaign over": "pitch withdrawn",
}
"""Cause of a move here -> what the audit record calls it."""
MOST_INCOME_PENCE: Final = 10**13  # far above any group's, and within what a column holds
_STILL: Final = frozenset({CampaignStatus.LIVE, CampaignStatus.SUSPENDED})


async def begin(round_id: int, project_id: int, by: Actor) -> Pitch:
    """A member of the project's group begins a request. The same project in the same round again: that one comes back.

    Raises NotFound to strangers, Refused (rule of asking.why_not) where it can't ask now.
    """
    async with transaction():
        round_ = await _round(round_id)
        project = await _project(project_id)
        await require_member(by, project.group_id)
        there = await _there(round_.id, project.id)
        return there or await _create(round_, project, by)


async def come_again(pitch_id: int, round_id: int, by: Actor) -> Pitch:
    """What was put off, or is to be looked at again after a review, in a later round: the answers are copied, to be changed.

    Refused (rule "comes again") for one that was decided otherwise, or for a round of another fund or the same round.
    """
    async with transaction():
        round_ = await _round(round_id)
        old = await Pitch.get_or_none(id=pitch_id).select_related("round", "project")
        if old is None:
            raise NotFound
        await require_member(by, old.project.group_id)
        there = await _there(round_.id, old.project_id)
        if there is not None:
            return there
        if not await may_come_again(old) or round_.fund_id != old.round.fund_id or round_.id == old.round_id:
            raise Refused("This request can't be sent again in that round. Begin a new one instead.", "comes again")
        made = await _create(round_, old.project, by, came_from=old)
        await _copy_answers(old, made, round_.fund_id)
    return made


async def may_come_again(pitch: Pitch) -> bool:
    """Whether its answers may be taken into a later round: put off, or a review found that it must be looked at again."""
    if pitch.forgotten_at is not None:
        return False
    if pitch.status == Status.DEFERRED:
        return True
    return await Review.filter(pitch_id=pitch.id, outcome=ReviewOutcome.AGAIN).exists()


async def save(pitch_id: int, by: Actor, *, asked_pence: int | None = None, why: str | None = None) -> Pitch:
    """A member writes the amount, the reason, or both. Refused for an amount that no fund of this kind could give."""
    async with transaction():
        pitch = await _to_write(pitch_id, by)
        if asked_pence is not None:
            await _refuse_amount(pitch, asked_pence)
            pitch.asked_pence = asked_pence
        if why is not None:
            if not why.strip():
                raise Refused("Enter why public money should help", "why")
            if wrong := asking.too_long(why, asking.WHY_WORDS):
                raise Refused(wrong, "words")
            pitch.why = why
        await pitch.save(update_fields=["asked_pence", "why"])
    return pitch


async def answer(pitch_id: int, question_id: int, words: str, by: Actor) -> PitchAnswer | None:
    """A member answers one of the fund's questions; nothing takes the answer back. NotFound for a question of another fund."""
    async with transaction():
        pitch = await _to_write(pitch_id, by)
        question = await FundQuestion.get_or_none(id=question_id, fund_id=pitch.round.fund_id, retired_at=None)
        if question is None:
            raise NotFound
        if not words.strip():
            if question.needed:
                raise Refused("Enter an answer to this question", "needed")
            await PitchAnswer.filter(pitch_id=pitch.id, question_id=question.id).delete()
            return None
        if wrong := asking.too_long(words, question.most_words):
            raise Refused(wrong, "words")
        made, _ = await PitchAnswer.update_or_create(
            defaults={"words": words}, pitch_id=pitch.id, question_id=question.id
        )
    return made


async def submit(pitch_id: int, by: Actor) -> Pitch:
    """An owner sends it. What stood then is kept in `submitted`: numbers and ids only. Sent twice, it is sent once.

    The trigger need not be met yet: it must hold when the list is signed. Raises Refused where something is missing.
    """
    async with transaction():
        pitch = await _locked(pitch_id)
        await require_member(by, pitch.project.group_id, MemberRole.OWNER)
        return await _send(pitch, by)


async def _send(pitch: Pitch, by: Actor) -> Pitch:
    if pitch.status == Status.SUBMITTED:
        return pitch
    if pitch.status != Status.DRAFT:
        raise InvalidMove(pitch.status, "submitted")
    await _refuse_now(pitch.round, pitch.project, pitch.campaign)
    missing = [one.problem for one in await queries.steps_of(pitch) if one.problem]
    if missing:
        raise Refused(f"{missing[0]} before you send it.", "missing")
    assert pitch.asked_pence is not None
    await _refuse_amount(pitch, pitch.asked_pence)
    await events.move(
        pitch,
        "submitted",
        by,
        amount_pence=pitch.asked_pence,
        submitted=await _snapshot(pitch),
        submitted_by_id=by.person_id,
        submitted_at=business_now(),
    )
    await _tell("submitted", pitch, by, amount_pence=pitch.asked_pence)
    await letters.tell_sent(pitch)
    return pitch


async def _snapshot(pitch: Pitch) -> dict[str, Any]:
    """What stood when it was sent: numbers, ids and fixed words, nothing that a person wrote."""
    found = await queries.weighing_of(pitch)
    crowd = queries.progress_in(pitch, found)
    return {
        **found.as_stored(),
        "asked_pence": pitch.asked_pence,
        "target_pence": found.terms.target_pence,
        "trigger_met": crowd is None or crowd.is_met,
        "raised_pence": found.totals.raised_pence,
        "questions": [one.id for one in await queries.questions_of(pitch)],
    }


async def withdraw(pitch_id: int, by: Actor) -> Pitch:
    """An owner takes back what was sent, until the list is signed. Twice is once."""
    async with transaction():
        pitch = await _locked(pitch_id)
        await require_member(by, pitch.project.group_id, MemberRole.OWNER)
        if pitch.status == Status.WITHDRAWN:
            return pitch
        await refuse_sealed(pitch)
        await events.move(pitch, "withdrawn by group", by)
        await _tell("withdrawn by group", pitch, by)
    return pitch


async def end_over() -> int:
    """Take back what was sent for a campaign that has ended: nothing is left to add to. Safe to repeat. Returns how many."""
    waiting = await Pitch.filter(status=Status.SUBMITTED, campaign_id__not_isnull=True).select_related("campaign")
    ended = 0
    for one in waiting:
        if one.campaign is None or one.campaign.status in _STILL:
            continue
        try:
            async with transaction():
                pitch = await _locked(one.id)
                await refuse_sealed(pitch)
                await events.move(pitch, "campaign over", SYSTEM)
                await _tell("campaign over", pitch, SYSTEM)
                ended += 1
        except (Conflict, Refused):
            continue  # signed or taken back a moment ago, or with auditors
    return ended


async def record_place(
    pitch_id: int, place_kinds: Collection[str], income_pence: int | None, reason: str, by: Actor
) -> Pitch:
    """An officer of the fund says what kind of place it is and how large the group, with where they looked: for variants.

    Until the list is signed. Raises Forbidden for who is barred from the pitch.
    """
    async with transaction():
        pitch = await _locked(pitch_id)
        await require_role(by, Role.FUND_OFFICER, fund_id=pitch.round.fund_id)
        await access.refuse_barred(pitch, by)
        await refuse_sealed(pitch)
        if pitch.status != Status.SUBMITTED:
            raise Refused("This is recorded between the day a request is sent and the signature.", "status")
        if not set(place_kinds) <= {kind.value for kind in PlaceKind}:
            raise Refused("Choose kinds of place from those offered.", "place")
        if income_pence is not None and not 0 <= income_pence <= MOST_INCOME_PENCE:
            raise Refused("Enter the income of one year, in pounds: £0 or more.", "income")
        if (place_kinds or income_pence is not None) and not reason.strip():
            raise Refused("Enter where you found this, such as the index of deprivation.", "reason")
        pitch.place_kinds = [kind.value for kind in PlaceKind if kind.value in set(place_kinds)]
        pitch.income_pence = income_pence
        pitch.place_reason = reason
        pitch.place_by_id = by.person_id
        await pitch.save(update_fields=["place_kinds", "income_pence", "place_reason", "place_by_id"])
        await audit.record(
            "pitch place recorded",
            f"pitch:{pitch.id}",
            by,
            income_pence=income_pence,
            **{kind.value: kind.value in pitch.place_kinds for kind in PlaceKind},
        )
    return pitch


# on paper -----------------------------------------------------------------------------------------------------


async def paper_choices(campaign_id: int) -> list[Choice]:
    """What an owner may send on paper now: each whole draft of a request for the project of this campaign."""
    campaign = await Campaign.get(id=campaign_id)
    drafts = await Pitch.filter(project_id=campaign.project_id, status=Status.DRAFT).order_by("id")
    made = []
    for one in drafts:
        pitch = await queries.pitch_with_all(one.id)
        if any(step.problem for step in await queries.steps_of(pitch)) or pitch.asked_pence is None:
            continue
        if await queries.why_not(pitch.round, pitch.project, await _campaign_of(pitch)) is not None:
            continue
        funder = pitch.round.fund.funder.short_name
        about = (
            ("Fund", f"{pitch.round.fund.name}, {pitch.round.name}"),
            ("How much", pounds(pitch.asked_pence)),
            ("Why public money should help", pitch.why),
            *((asked.words, asked.answer or "Not answered") for asked in await queries.asked_of(pitch)),
        )
        words = f"Ask {funder} for {pounds(pitch.asked_pence)}"
        made.append(Choice(PaperAct.PITCH, f"pitch:{pitch.id}:{await queries.digest_of(pitch)}", words, about))
    return made


async def send_on_paper(_act: PaperAct, subject: str, by: Actor) -> Pitch:
    """What a signed paper sends, by the officer who has just recorded it; Refused where the words were changed since."""
    async with transaction():
        await require_role(by, Role.FUND_OFFICER)
        await require_paper(by, PaperAct.PITCH, subject)
        _, pitch_id, digest = subject.split(":")
        pitch = await _locked(int(pitch_id))
        if digest != await queries.digest_of(pitch):
            raise Refused("Something was changed after this was printed. Print it again.", "reference")
        return await _send(pitch, by)


# shared -------------------------------------------------------------------------------------------------------


async def _round(round_id: int) -> Round:
    """The round, locked, with fund and funder."""
    await lock_round(round_id)
    return await Round.get(id=round_id).select_related("fund__funder")


async def _project(project_id: int) -> Project:
    found = await Project.get_or_none(id=project_id).select_related("group")
    if found is None:
        raise NotFound
    return found


async def _there(round_id: int, project_id: int) -> Pitch | None:
    return await Pitch.filter(round_id=round_id, project_id=project_id).exclude(status__in=list(asking.GONE)).first()


async def _locked(pitch_id: int) -> Pitch:
    """The pitch with all that belongs to it, read after the round's lock and its own were got."""
    first = await Pitch.get_or_none(id=pitch_id)
    if first is None:
        raise NotFound
    await lock_round(first.round_id)
    await Pitch.select_for_update().get(id=pitch_id)
    return await queries.pitch_with_all(pitch_id)


async def _to_write(pitch_id: int, by: Actor) -> Pitch:
    pitch = await _locked(pitch_id)
    await require_member(by, pitch.project.group_id)
    if pitch.status != Status.DRAFT:
        raise Refused("This was sent, or its round is closed: it can't be changed now.", "status")
    if pitch.round.status not in {RoundStatus.OPEN, RoundStatus.PLANNED}:
        raise Refused("The round is closed: nothing can be changed now.", "round")
    return pitch


async def _create(round_: Round, project: Project, by: Actor, came_from: Pitch | None = None) -> Pitch:
    campaign = await queries.campaign_for(project.id)
    await _refuse_now(round_, project, campaign)
    pitch = await Pitch.create(
        status=Status.DRAFT,
        round_id=round_.id,
        reference=new_reference("R"),
        project_id=project.id,
        campaign_id=campaign.id if campaign and not round_.fund.without_crowd else None,
        asked_pence=came_from.asked_pence if came_from else None,
        why=came_from.why if came_from else "",
        came_from_id=came_from.id if came_from else None,
        generated=round_.generated,
        created_at=business_now(),
    )
    await events.begin(pitch, by, cause="begun")
    await audit.record("pitch begun", f"pitch:{pitch.id}", by, round_id=round_.id, project_id=project.id)
    return await queries.pitch_with_all(pitch.id)


async def _copy_answers(old: Pitch, new: Pitch, fund_id: int) -> None:
    """Answers to questions that are still asked; those with other words now are asked anew."""
    in_force = {one.id for one in await FundQuestion.filter(fund_id=fund_id, retired_at=None)}
    for one in await PitchAnswer.filter(pitch_id=old.id).order_by("id"):
        if one.question_id in in_force:
            await PitchAnswer.create(pitch_id=new.id, question_id=one.question_id, words=one.words)


async def _campaign_of(pitch: Pitch) -> Campaign | None:
    return pitch.campaign or await queries.campaign_for(pitch.project_id)


async def _refuse_now(round_: Round, project: Project, campaign: Campaign | None) -> None:
    campaign = campaign or await queries.campaign_for(project.id)
    found = await queries.why_not(round_, project, campaign)
    if found is not None:
        raise Refused(found.words, found.rule)


async def _refuse_amount(pitch: Pitch, asked_pence: int) -> None:
    wrong = asking.amount_problem(
        asked_pence,
        target_pence=await queries.target_of(pitch),
        largest_pence=await queries.largest_pence(pitch.round.fund_id),
        funder=pitch.round.fund.funder.short_name,
    )
    if wrong:
        raise Refused(wrong, "amount")


async def _tell(cause: str, pitch: Pitch, by: Actor, **more: int) -> None:
    await audit.record(ACTS[cause], f"pitch:{pitch.id}", by, round_id=pitch.round_id, **more)
