"""Asking, reminding, answering, declining, closing. An answer counts from the moment at which it was sent."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.mail import Topic, choices
from crowdfund_kent.references import new_reference
from evaluation.surveys import letters, links, queries, rules
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.models import SurveyAnswer, SurveyInvitation, SurveyRound, SurveyWords
from evaluation.surveys.queries import Due
from evaluation.surveys.questionnaires import CURRENT
from evaluation.surveys.states import CHANGED, REMINDED
from evaluation.surveys.states import Invitation as Status
from projects.access import was_ever_member

CLOSED: Final = "The last day for this is over. Thank you all the same."
BY_LINK: Final = Actor(None, "visitor")  # whoever has the private address


async def round_of(kind: SurveyKind, day: date) -> SurveyRound:
    """The round of this kind on a day, begun where it is the first of its half-year, or where an earlier one ended within it."""
    first = rules.half_of(day)
    these = SurveyRound.filter(kind=kind, version=CURRENT[kind].version, first_day__range=(first, day))
    running = await these.filter(closed_at=None, last_day__gt=day).order_by("-first_day").first()
    if running is not None:
        return running
    found, _ = await SurveyRound.get_or_create(
        kind=kind,
        version=CURRENT[kind].version,
        first_day=day if await these.exists() else first,
        defaults={"last_day": rules.closes_on(rules.half_ends(first), queries.days())},
    )
    return found


async def invite(due: Due) -> SurveyInvitation | None:
    """Ask one group or one backer, once: None where it was done already, or where the backer wants no such e-mails."""
    if due.email and not await choices.wants(due.email, Topic.QUESTIONS):
        return None
    today = business_today()
    async with transaction():
        round_ = await SurveyRound.select_for_update().get(id=(await round_of(due.kind, today)).id)
        if await SurveyInvitation.filter(**_once(due)).exists():
            return None
        reference = new_reference("S")
        row = await SurveyInvitation.create(
            round=round_,
            kind=due.kind,
            variant=due.variant,
            campaign_id=due.campaign_id,
            pledge_id=due.pledge_id,
            gift_id=due.gift_id,
            status=Status.ASKED,
            reference=reference,
            token_hash=links.PAGES.hash_of(reference),
            invited_on=today,
            closes_on=min(rules.closes_on(today, queries.days()), round_.last_day),  # a setting may have grown since
        )
        await events.begin(row, SYSTEM)
        await letters.write(letters.INVITE, row)
        await audit.record("survey asked", f"survey_invitation:{row.id}", SYSTEM)
    return row


def _once(due: Due) -> dict[str, Any]:
    if due.kind is SurveyKind.BACKER:
        return {"pledge_id": due.pledge_id} if due.pledge_id else {"gift_id": due.gift_id}
    return {"campaign_id": due.campaign_id, "kind": due.kind}


async def remind(invitation_id: int) -> None:
    """Bring it to mind again, once."""
    async with transaction():
        row = await _locked(invitation_id)
        if row.status != Status.ASKED or row.id not in await queries.to_remind(business_today()):
            return
        await events.note(row, REMINDED, SYSTEM)
        await letters.write(letters.REMIND, row)


async def keep(invitation_id: int, given: rules.Given) -> None:
    """Save what was filled in so far; nothing is counted before it is sent."""
    async with transaction():
        row = await _open(invitation_id)
        draft = rules.taken(queries.questions_of(row), given)
        await SurveyInvitation.filter(id=row.id).update(draft=draft or None)


async def answer(invitation_id: int, given: rules.Given, by: Actor = BY_LINK) -> None:
    """Send it, or change what was sent. Refused where an answer is missing, or contradicts another, or the time is over."""
    async with transaction():
        row = await _open(invitation_id)
        await _answer(row, given, by, "answered")


async def answer_on_paper(invitation_id: int, given: rules.Given, by: Actor) -> None:
    """A fund officer enters what a group, or a backer who was asked by post, filled in on paper.

    Nobody who has or had a part in the group: it may read into what its backers say, too.
    """
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        row = await _open(invitation_id)
        if row.kind == SurveyKind.BACKER and not await queries.is_by_post(row.id):
            raise NotFound
        if await was_ever_member(by.person_id, row.campaign.project.group_id):
            raise Forbidden("You are or were a member of this group, or helped it. Another officer must do this.")
        if row.status == Status.ANSWERED:
            raise Refused("It is answered already.", rule="once")
        await _answer(row, given, by, "answered on paper")


async def _answer(row: SurveyInvitation, given: rules.Given, by: Actor, cause: str) -> None:
    questions = queries.questions_of(row)
    taken = rules.taken(questions, given)
    if missing := rules.unanswered(questions, taken):
        raise Refused(f"Choose an answer: {missing[0].words}", rule="unanswered")
    for question in questions:
        if wrong := rules.contradiction(question, taken.get(question.key, ())):
            raise Refused(wrong, rule="contradiction")
    if row.status == Status.ANSWERED:
        await events.note(row, CHANGED, by)
    else:
        await events.move(row, cause, by, draft=None)
    await SurveyInvitation.filter(id=row.id).update(draft=None)
    before, now, recorded = await queries.answers_of(row.id), business_now(), real_now()
    for question in questions:
        if question.is_words:
            await _write(row.id, question.key, str(taken.get(question.key, "")))
            continue
        chosen = list(taken.get(question.key, ()))
        if question.key not in before or before[question.key] != chosen:
            await SurveyAnswer.create(
                invitation_id=row.id,
                question=question.key,
                choices=",".join(chosen),
                effective_at=now,
                recorded_at=recorded,
            )
    await audit.record(f"survey {cause}", f"survey_invitation:{row.id}", by)


async def _write(invitation_id: int, question: str, text: str) -> None:
    if text:
        await SurveyWords.update_or_create(defaults={"text": text}, invitation_id=invitation_id, question=question)
    else:
        await SurveyWords.filter(invitation_id=invitation_id, question=question).delete()


async def decline(invitation_id: int, by: Actor = BY_LINK) -> None:
    """They would rather not: nothing more comes about it."""
    async with transaction():
        row = await _open(invitation_id)
        if row.status == Status.DECLINED:
            return
        await events.move(row, "declined", by, draft=None)
        await audit.record("survey declined", f"survey_invitation:{row.id}", by)


async def close(invitation_id: int) -> None:
    """Its last day is over: what was not sent is let go of."""
    async with transaction():
        row = await _locked(invitation_id)
        if rules.is_open(row.closes_on, business_today()):
            return
        if row.status == Status.ASKED:
            await events.move(row, "last day over", SYSTEM, draft=None)
            await audit.record("survey lapsed", f"survey_invitation:{row.id}", SYSTEM)
        await SurveyInvitation.filter(id=row.id).update(draft=None)


async def close_rounds() -> int:
    """Rounds whose last day is over take nothing more, and count from now on; returns how many.

    All at one moment: as known on a day, a round is told only where every round that ended before it is.
    """
    now = real_now()
    async with transaction():
        found = (
            await SurveyRound.filter(closed_at=None, last_day__lt=business_today()).select_for_update().order_by("id")
        )
        for row in found:
            await SurveyRound.filter(id=row.id).update(closed_at=now)
            await audit.record("survey round closed", f"survey_round:{row.id}", SYSTEM)
    return len(found)


async def _locked(invitation_id: int) -> SurveyInvitation:
    if await SurveyInvitation.filter(id=invitation_id).select_for_update().first() is None:
        raise NotFound
    return await SurveyInvitation.get(id=invitation_id).select_related("round", "campaign__project__group")


async def _open(invitation_id: int) -> SurveyInvitation:
    row = await _locked(invitation_id)
    if row.status == Status.LAPSED or not rules.is_open(row.closes_on, business_today()):
        raise Refused(CLOSED, rule="closed")
    return row


def draft_of(row: SurveyInvitation, sent: Mapping[str, list[str] | str]) -> dict[str, list[str] | str]:
    """What the form begins with: what was kept, else what was sent."""
    return {**sent, **(row.draft or {})}
