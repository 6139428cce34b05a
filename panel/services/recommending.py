"""What is put to the vote of each pitch, and the votes. Another wording or amount is another row, with votes of its own."""

from collections.abc import Collection
from dataclasses import dataclass

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.money import pounds
from panel import access, ranking
from panel.kinds import Choice, Outcome
from panel.models import Pitch, Recommendation, Round, Vote
from panel.queries.scoring import ranking_of
from panel.services import awarding
from panel.services.holds import held, refuse_sealed
from panel.services.locking import pitch_locked
from panel.services.rounds import require_officer_or_chair
from panel.states import Round as RoundStatus

GIVES = (Outcome.AWARD, Outcome.PART)


@dataclass(frozen=True, slots=True)
class Wording:
    """A recommendation as it is typed. `reasons`, `alternatives` and `feedback` may be released to the public.

    `amount_pence`: None where nothing is given. `fitting`: ids of the fund's sources with a purpose that it fits, with
    `purpose_reason` (ruling 5). `feedback`: to the group, with how to come back.
    """

    outcome: Outcome
    reasons: str
    alternatives: str
    feedback: str = ""
    amount_pence: int | None = None
    fitting: Collection[int] = ()
    purpose_reason: str = ""


async def recommend(pitch_id: int, wording: Wording, by: Actor) -> Recommendation:
    """Who chairs, or an officer of the fund, puts a recommendation to the vote; the one before counts no more.

    An award gives what was asked, one in part less. Refused (rule names what binds) where the pitch is under the pass
    mark, the crowd has not done its part, or the amount is above the most that the calculator finds now.
    """
    async with transaction():
        round_, pitch = await pitch_locked(pitch_id)
        await require_officer_or_chair(round_, by)
        if await access.seat_of(round_, by.person_id) is not None:
            await access.require_declared(round_, by, pitch)
        await access.refuse_barred(pitch, by)
        _require_meeting(round_)
        await refuse_sealed(pitch)
        _refuse_unfinished(wording)
        if wording.outcome in GIVES:
            await _refuse_award(round_, pitch, wording)
        elif wording.amount_pence is not None:
            raise Refused("Only an award has an amount.", rule="amount")
        last = await newest(pitch.id)
        made = await Recommendation.create(
            pitch_id=pitch.id,
            number=last.number + 1 if last else 1,
            outcome=wording.outcome,
            amount_pence=wording.amount_pence,
            reasons=wording.reasons,
            alternatives=wording.alternatives,
            feedback=wording.feedback,
            fitting=sorted(wording.fitting) if wording.outcome in GIVES else [],
            purpose_reason=wording.purpose_reason if wording.outcome in GIVES else "",
            made_by_id=by.person_id,
            made_at=business_now(),
        )
        await audit.record(
            "recommended",
            f"pitch:{pitch.id}",
            by,
            recommendation_id=made.id,
            outcome=str(wording.outcome),
            amount_pence=wording.amount_pence,
        )
    return made


async def newest(pitch_id: int) -> Recommendation | None:
    """The recommendation that counts: the one made last."""
    return await Recommendation.filter(pitch_id=pitch_id).order_by("-number").first()


async def vote(recommendation_id: int, choice: Choice, by: Actor, *, for_person_id: int | None = None) -> Vote:
    """A member who is present votes, once, from their own device. The vote of who chairs the pitch decides a tie.

    `for_person_id`: an officer of the fund records the raised hand of a member who has no device; who recorded it is in
    the audit record. Raises Forbidden where an interest bars, Refused where not present, voted already, or not newest.
    """
    async with transaction():
        found = await Recommendation.get_or_none(id=recommendation_id)
        if found is None:
            raise NotFound
        round_, pitch = await pitch_locked(found.pitch_id)
        voter = Actor(for_person_id, "panel member") if for_person_id is not None else by
        await _require_voter(pitch, voter, by)
        _require_meeting(round_)
        await refuse_sealed(pitch)
        last = await newest(pitch.id)
        if last is None or last.id != found.id:
            raise Conflict("Another recommendation was put to the vote meanwhile. Go back and read it first.")
        if await Vote.filter(recommendation_id=found.id, person_id=voter.person_id).exists():
            raise Refused("This vote was given already: everybody votes once on a recommendation.", rule="once")
        chair = await access.chairs(pitch)
        given = await Vote.create(
            recommendation_id=found.id,
            person_id=voter.person_id,
            choice=choice,
            casting=chair is not None and chair.person_id == voter.person_id,
            at=business_now(),
        )
        act, more = ("vote given", {}) if voter is by else ("vote recorded", {"for_person_id": voter.person_id})
        await audit.record(
            act, f"pitch:{pitch.id}", by, recommendation_id=found.id, vote_id=given.id, choice=str(choice), **more
        )
    return given


async def _require_voter(pitch: Pitch, voter: Actor, by: Actor) -> None:
    """Present, declared, not barred; and where somebody else records it, an officer of the fund without an interest."""
    if voter is not by:
        await require_role(by, Role.FUND_OFFICER, fund_id=pitch.round.fund_id)
        await access.refuse_barred(pitch, by)
        if voter.person_id == by.person_id:
            raise Forbidden("Vote yourself. You record the votes of others only.")
    else:
        await access.require_seat(pitch.round, by)
        await access.require_declared(pitch.round, by, pitch)
        await access.refuse_barred(pitch, by)
    if voter.person_id not in {seat.person_id for seat in await access.may_vote_on(pitch)}:
        raise Refused(
            "Only members who are present, have declared and are not barred vote on this. Ask who takes the chair to"
            " mark who is present.",
            rule="present",
        )


def _require_meeting(round_: Round) -> None:
    if round_.status == RoundStatus.SCORING:
        raise Refused("The meeting has not begun: recommendations and votes come then.", rule="meeting")
    if round_.status != RoundStatus.MEETING:
        raise Refused("The list of this round is signed: nothing is recommended or voted on any more.", rule="signed")


def _refuse_unfinished(wording: Wording) -> None:
    if not wording.reasons.strip():
        raise Refused("Enter the reasons.", rule="reasons")
    if not wording.alternatives.strip():
        raise Refused("Enter what else was thought of, and why not.", rule="alternatives")
    if wording.outcome != Outcome.AWARD and not wording.feedback.strip():
        raise Refused(
            "Enter what the group is told: what was good, what was missing, how to come back.", rule="feedback"
        )


async def _refuse_award(round_: Round, pitch: Pitch, wording: Wording) -> None:
    amount, asked = wording.amount_pence or 0, pitch.asked_pence or 0
    if wording.outcome == Outcome.AWARD and amount != asked:
        raise Refused(f"The group asked for {pounds(asked)}. Choose “award in part” to recommend less.", rule="amount")
    if wording.outcome == Outcome.PART and not 0 < amount < asked:
        raise Refused(f"An award in part is less than the {pounds(asked)} asked for. Enter less.", rule="amount")
    (place,) = [one for one in await ranking_of(round_) if one.pitch.id == pitch.id]
    if not ranking.passes(place.entry.score, round_.pass_bp):
        raise Refused("This pitch is under the pass mark that was published, so nothing can be awarded.", "pass mark")
    if await held(pitch.id) is not None:
        raise Refused("This pitch is held. Somebody else must let go of it before it can be awarded.", rule="held")
    await awarding.refuse_wrong_purpose(round_.fund_id, wording.fitting, wording.purpose_reason)
    await awarding.refuse_second(round_.fund_id, *awarding.whose(pitch))
    await awarding.weighed(pitch, amount, wording.fitting)
