"""A review of process: asked for by the group within its days, answered by somebody who took no part. It moves no money.

`to be looked at again` only lets the group send its pitch again in a later round (services/pitches.py, come_again).
"""

from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.templating import day
from crowdfund_kent.working_days import add_working_days
from panel import access, letters
from panel.kinds import ReviewOutcome
from panel.models import Decision, Pitch, Review
from panel.queries import pitches as queries
from panel.queries.feedback import ask_by
from panel.queries.reviews import part_of
from panel.services.holds import refuse_sealed
from panel.states import Review as Status
from projects.access import require_member
from projects.kinds import MemberRole

ANSWER_WITHIN: Final = 20
"""Working days in England after the day on which it was asked."""
ACTS: Final = {"asked": "review asked", "answered": "review answered"}
"""Cause of an event here -> what the audit record calls it."""


async def ask(pitch_id: int, words: str, by: Actor) -> Review:
    """An owner asks for a look at how the pitch was handled. Asked twice, it is asked once.

    Refused (rule "review days") after 20 working days, or before anything was decided.
    """
    async with transaction():
        pitch = await _locked(pitch_id)
        await require_member(by, pitch.project.group_id, MemberRole.OWNER)
        there = await Review.get_or_none(pitch_id=pitch.id)
        if there is not None:
            return there
        decision = await Decision.get_or_none(pitch_id=pitch.id)
        if decision is None:
            raise Refused("Nothing is decided yet, so there is nothing to look at again.", "review days")
        last = ask_by(decision)
        if business_today() > last:
            raise Refused(f"The last day to ask was {day(last)}. You can complain instead: /complaints.", "review days")
        review = await Review.create(
            status=Status.ASKED,
            pitch_id=pitch.id,
            words=words,
            asked_by_id=by.person_id,
            asked_at=business_now(),
            answer_by=add_working_days(business_today(), ANSWER_WITHIN),
        )
        await events.begin(review, by, cause="asked")
        await audit.record(ACTS["asked"], f"pitch_review:{review.id}", by, pitch_id=pitch.id)
        await letters.tell_review_asked(pitch, review)
    return review


async def why_not_answer(pitch: Pitch, by: Actor) -> str:
    """Why this person can't answer a review of this pitch, in words; empty where they can."""
    if by.person_id is None:
        return "Sign in first."
    if await access.barred(pitch, by.person_id):
        return "You have an interest in this group or its request. Somebody else must answer."
    part = await part_of(pitch, by.person_id)
    return f"You {part}. Somebody who took no part must answer." if part else ""


async def answer(review_id: int, outcome: ReviewOutcome, words: str, by: Actor) -> Review:
    """Somebody of the staff who took no part says what they found. Raises Forbidden to who did, InvalidMove when answered."""
    async with transaction():
        first = await Review.get_or_none(id=review_id)
        if first is None:
            raise NotFound
        pitch = await _locked(first.pitch_id)
        await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund_id=pitch.round.fund_id)
        if words_of_refusal := await why_not_answer(pitch, by):
            raise Forbidden(words_of_refusal)
        await refuse_sealed(pitch)
        review = await Review.get(id=review_id)
        if review.status != Status.ASKED:
            raise InvalidMove(review.status, "answered")
        await events.move(
            review,
            "answered",
            by,
            outcome=outcome.value,
            answer=words,
            answered_by_id=by.person_id,
            answered_at=business_now(),
        )
        await audit.record(
            ACTS["answered"],
            f"pitch_review:{review.id}",
            by,
            pitch_id=pitch.id,
            again=outcome is ReviewOutcome.AGAIN,
        )
        await letters.tell_review_answered(pitch, review)
    return review


async def _locked(pitch_id: int) -> Pitch:
    if await Pitch.select_for_update().get_or_none(id=pitch_id) is None:
        raise NotFound
    return await queries.pitch_with_all(pitch_id)
