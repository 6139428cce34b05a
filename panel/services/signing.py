"""A round is signed as one list, in rank order, in one transaction; or nothing of it happens (ruling 17).

Locks, always in this order: round, pitches, campaigns by id (projects where there is no crowd), fund, sources.
Refused.rule names what says no, and the words name the pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import fetch, retrying, transaction
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import AuditRow
from crowdfund_kent.money import pounds
from crowdfund_kent.working_days import add_working_days
from panel import access, letters, ranking
from panel.kinds import Outcome
from panel.models import Award, Decision, Hold, Pitch, Recommendation, Round, ScoreSheet, Vote
from panel.queries import meeting as queries
from panel.queries.scoring import Place, ranking_of
from panel.services import awarding
from panel.services.holds import held, refuse_sealed
from panel.services.interests import record_found
from panel.services.rounds import lock_round
from panel.states import Award as AwardStatus
from panel.states import Pitch as PitchStatus
from panel.states import Round as RoundStatus
from panel.tally import Tally
from panel.weighing import Weighing
from pledges import matches, pots
from pledges.kinds import Accrual
from pledges.models import DecisionAuthority, FundingSource

DAYS_BEFORE_PUBLIC: Final = 5  # working days in which groups see their entry first
_MOVES: Final = {
    Outcome.AWARD: "signed",
    Outcome.PART: "signed",
    Outcome.DECLINE: "declined",
    Outcome.DEFER: "deferred",
}
ACTS: Final = {"signed": "pitch awarded", "declined": "pitch declined", "deferred": "pitch deferred"}
"""Cause of a move of a pitch here -> what the audit record calls it."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One row of the list as it was found under the locks."""

    place: Place
    title: str
    recommendation: Recommendation
    tally: Tally

    @property
    def pitch(self) -> Pitch:
        return self.place.pitch

    @property
    def gives(self) -> bool:
        return self.recommendation.outcome in queries.GIVES

    @property
    def amount_pence(self) -> int:
        return self.recommendation.amount_pence or 0


async def sign_round(round_id: int, by: Actor, seen: str | None = None) -> list[Decision]:
    """Sign the list of a round under the authority of `by`: every submitted pitch is decided, or nothing is.

    Looked at once more under the locks: quorum and majority of each pitch, interests, holds, the pass mark, the
    authority for each award and for the list, the trigger, the calculator in rank order with what the rows above took,
    and the pot. `seen`: queries.meeting.mark_of() the list that was looked at; Refused (rule "list changed") where it is
    another one now. Groups are told. Raises Refused, Forbidden, or Conflict where the round is signed or not at its meeting.
    """
    return await retrying(lambda: _sign(round_id, by, seen))


async def _sign(round_id: int, by: Actor, seen: str | None) -> list[Decision]:
    async with transaction():
        round_ = await _locked(round_id)
        await require_role(by, Role.SIGNATORY, fund_id=round_.fund_id)
        if round_.status != RoundStatus.MEETING:
            raise Conflict("Only a list that its panel has met on, and that nobody has signed yet, can be signed.")
        items = await _items(round_)
        if seen is not None and seen != queries.mark_of((item.pitch.id, item.recommendation.id) for item in items):
            raise Refused(
                "The list has changed since you opened this page. Read it again before you sign.", rule="list changed"
            )
        await _refuse_second_act(items, by)
        for item in items:
            await _refuse_interest(item, by)
            await _refuse_unready(item, round_)
        authority = await _authority(round_, items, by)
        seats = [seat.person_id for seat in await access.seats_of(round_)]
        await record_found([item.pitch.id for item in items], seats)  # the record says what was known at the signature
        decided = [await _decide(item, round_, authority, by) for item in items]
        today = business_today()
        await events.move(
            round_,
            "signed",
            by,
            amount_pence=sum(item.amount_pence for item in items),
            signed_at=business_now(),
            signed_by_id=by.person_id,
            authority_id=authority.id,
            publish_on=add_working_days(today, DAYS_BEFORE_PUBLIC),
        )
        await audit.record(
            "round signed",
            f"panel_round:{round_.id}",
            by,
            authority_id=authority.id,
            fund_id=round_.fund_id,
            number=len(items),
            amount_pence=sum(item.amount_pence for item in items),
        )
    return decided


async def _locked(round_id: int) -> Round:
    """Everything that the list touches, locked in order; the round with fund and funder."""
    await lock_round(round_id)
    round_ = await Round.get(id=round_id).select_related("fund__funder")
    await fetch("SELECT id FROM pitch WHERE round_id = $1 ORDER BY id FOR NO KEY UPDATE", round_id)
    of = "SELECT {} FROM pitch WHERE round_id = $1 AND status = 'submitted'"
    await fetch(
        f"SELECT id FROM campaign WHERE id IN ({of.format('campaign_id')}) ORDER BY id FOR NO KEY UPDATE", round_id
    )
    if round_.fund.without_crowd:
        await fetch(
            f"SELECT id FROM project WHERE id IN ({of.format('project_id')}) ORDER BY id FOR NO KEY UPDATE", round_id
        )
    await fetch("SELECT id FROM match_fund WHERE id = $1 FOR NO KEY UPDATE", round_.fund_id)
    await fetch("SELECT id FROM funding_source WHERE fund_id = $1 ORDER BY id FOR NO KEY UPDATE", round_.fund_id)
    return round_


async def _items(round_: Round) -> list[_Item]:
    """The submitted pitches in rank order, each with what is recommended for it and how the votes fell."""
    places = [one for one in await ranking_of(round_) if one.pitch.status == PitchStatus.SUBMITTED]
    newest = await queries.newest_recommendations([one.pitch.id for one in places])
    votes = await queries.votes_on([row.id for row in newest.values()])
    items = []
    for place in places:
        title, found = queries.title(place.pitch), newest.get(place.pitch.id)
        if found is None:
            raise Refused(
                f"{title}: nothing is recommended yet. A list decides every pitch of its round.", "whole list"
            )
        given = votes[found.id]
        shut_out = await access.who_is_barred([place.pitch.id], [vote.person_id for vote in given])
        if shut_out:
            raise Refused(
                f"{title}: somebody who voted is barred from it now. Put a new recommendation to the vote.", "interests"
            )
        items.append(_Item(place, title, found, queries.count(given)))
    return items


async def _refuse_second_act(items: Sequence[_Item], by: Actor) -> None:
    """Who signs did nothing else on any pitch of the list, in whatever role (docs/decisions/0010)."""
    ids = [item.pitch.id for item in items]
    acted: set[int | None] = {item.pitch.place_by_id for item in items}
    acted |= {row.made_by_id for row in await Recommendation.filter(pitch_id__in=ids)}
    acted |= {row.person_id for row in await Vote.filter(recommendation__pitch_id__in=ids)}
    acted |= {row.person_id for row in await ScoreSheet.filter(pitch_id__in=ids)}
    for hold in await Hold.filter(pitch_id__in=ids):
        acted |= {hold.placed_by_id, hold.agreed_by_id, hold.released_by_id}
    subjects = [f"pitch:{pitch_id}" for pitch_id in ids]
    # also where another officer recorded the place again afterwards: the row keeps only the last one
    kept = AuditRow.filter(act__in=["vote recorded", "pitch place recorded"], subject__in=subjects)
    acted |= {row.person_id for row in await kept}
    refuse_same_person(by, *(acted - {None}), what="score, recommend, vote on or hold a pitch, and sign the list")


async def _refuse_interest(item: _Item, by: Actor) -> None:
    try:
        await access.refuse_barred(item.pitch, by)
    except Forbidden as error:
        raise Forbidden(f"{item.title}: {error.message}") from error


async def _refuse_unready(item: _Item, round_: Round) -> None:
    """Quorum and majority as the votes stand, no hold, and for an award the pass mark."""
    await refuse_sealed(item.pitch)
    missing = item.tally.missing(round_.quorum)
    if missing:
        rule = "quorum" if item.tally.cast < round_.quorum else "majority"
        raise Refused(f"{item.title}: {missing[0].lower()}{missing[1:]}.", rule=rule)
    if not item.gives:
        return
    if await held(item.pitch.id) is not None:
        raise Refused(f"{item.title} is held, so nothing can be awarded to it now.", rule="held")
    if not ranking.passes(item.place.entry.score, round_.pass_bp):
        raise Refused(f"{item.title} is under the pass mark that was published.", rule="pass mark")


async def _authority(round_: Round, items: Sequence[_Item], by: Actor) -> DecisionAuthority:
    """The narrowest decision in force that lets `by` sign each award, and all of them together."""
    today = business_today()
    in_force = await DecisionAuthority.filter(
        fund_id=round_.fund_id, person_id=by.person_id, from_day__lte=today, to_day__gte=today
    ).order_by("limit_pence", "list_limit_pence", "id")
    if not in_force:
        raise Refused("No decision in force lets you sign for this fund today. Ask a fund officer.", rule="authority")
    largest = max(items, key=lambda item: item.amount_pence, default=None)
    highest = largest.amount_pence if largest else 0
    enough = [one for one in in_force if one.limit_pence >= highest]
    if largest is not None and not enough:
        raise Refused(
            f"{largest.title}: your authority covers awards up to {pounds(in_force[-1].limit_pence)}, and this one is"
            f" {pounds(highest)}. Somebody with a higher limit must sign the list.",
            rule="authority",
        )
    together = sum(item.amount_pence for item in items)
    covering = [one for one in enough if one.list_limit_pence is None or one.list_limit_pence >= together]
    if not covering:
        limit = max(one.list_limit_pence or 0 for one in enough)
        raise Refused(
            f"Your authority covers a list of up to {pounds(limit)}, and this one comes to {pounds(together)}."
            " Somebody with a higher limit must sign it.",
            rule="list authority",
        )
    return covering[0]


async def _decide(item: _Item, round_: Round, authority: DecisionAuthority, by: Actor) -> Decision:
    """One row, after all above it: weighed anew, taken from the pot where it gives, written down, told."""
    pitch, fitting = item.pitch, tuple(item.recommendation.fitting)
    award, stored = None, {}
    pot = await FundingSource.filter(fund_id=round_.fund_id).order_by("id")
    if item.gives:
        try:
            await awarding.refuse_second(round_.fund_id, *awarding.whose(pitch))
            weighing = await awarding.weighed(pitch, item.amount_pence, fitting)
            stored = _stored(item, weighing, pot)
            award = await _award(item, round_, authority, weighing, by)
        except Refused as error:
            raise Refused(f"{item.title}, rank {item.place.rank}: {error.message}", rule=error.rule) from error
    else:
        try:
            stored = _stored(item, await queries.weighing_of(pitch, fitting), pot)
        except Refused as error:
            stored = _stored(item, None, pot, error.rule)
    decision = await Decision.create(
        pitch_id=pitch.id,
        recommendation_id=item.recommendation.id,
        award_id=award.id if award else None,
        authority_id=authority.id,
        rank=item.place.rank,
        score_bp=item.place.entry.score,
        outcome=item.recommendation.outcome,
        amount_pence=item.recommendation.amount_pence,
        calculation=stored,
        votes_for=item.tally.votes_for,
        votes_against=item.tally.votes_against,
        votes_abstained=item.tally.votes_abstained,
        signed_by_id=by.person_id,
        decided_at=business_now(),
    )
    cause = _MOVES[Outcome(item.recommendation.outcome)]
    await events.move(pitch, cause, by, amount_pence=item.recommendation.amount_pence)
    await audit.record(
        ACTS[cause],
        f"pitch:{pitch.id}",
        by,
        round_id=round_.id,
        decision_id=decision.id,
        amount_pence=item.amount_pence,
    )
    await letters.tell_decided(pitch, decision)
    return decision


def _stored(item: _Item, weighing: Weighing | None, pot: Sequence[FundingSource], refused: str = "") -> dict[str, Any]:
    """What a decision keeps for ever: the weighing at its place in the list, and from which sheets its rank follows.

    `pot`: what was left in each source before it, as [id, has a purpose, pence]. `sheets`: ids of the score sheets that
    counted; `not_yet`: the rule that kept the fund out, empty where none did; `not_weighed`: why the calculator had
    nothing to say, where it had not.
    """
    entry = item.place.entry
    return {
        **(weighing.as_stored() if weighing is not None else {"not_weighed": refused}),
        "not_yet": weighing.not_yet.rule if weighing is not None and weighing.not_yet is not None else "",
        "pot": [[source.id, bool(source.purpose), source.left_pence] for source in pot],
        "sheets": [sheet.row.id for sheet in item.place.sheets],
        "ranked_by": {
            "score_bp": entry.score,
            "backers": entry.backers,
            "submitted_at": entry.submitted_at.isoformat(),
        },
    }


async def _award(item: _Item, round_: Round, authority: DecisionAuthority, weighing: Weighing, by: Actor) -> Award:
    """The award with its match pledge, taken whole from the pot or refused."""
    pitch, newest = item.pitch, item.recommendation
    campaign_id, project_id = awarding.whose(pitch)
    maker = Actor(newest.made_by_id, "panel")
    award = await Award.create(
        status=AwardStatus.PROPOSED,
        campaign_id=campaign_id,
        project_id=project_id,
        pitch_id=pitch.id,
        fund_id=round_.fund_id,
        amount_pence=item.amount_pence,
        reasons=newest.reasons,
        purpose_reason=newest.purpose_reason,
        calculation={"signed": weighing.as_stored()},
        proposed_by_id=newest.made_by_id,
        proposed_at=newest.made_at,
    )
    await events.begin(award, maker, cause="proposed", amount_pence=award.amount_pence, effective_at=newest.made_at)
    given_to = {"campaign_id": campaign_id} if campaign_id is not None else {"project_id": project_id}
    about = {"amount_pence": award.amount_pence, "fund_id": award.fund_id, **given_to}
    await audit.record("award proposed", f"award:{award.id}", by, **about, recommendation_id=newest.id)
    match = await pots.take_exact(
        round_.fund_id, award.amount_pence, await _offer(item, round_, authority, weighing, by), by
    )
    await events.move(
        award,
        "signed",
        by,
        amount_pence=award.amount_pence,
        signed_by_id=by.person_id,
        decided_at=business_now(),
        match_pledge_id=match.id,
    )
    await audit.record(
        "award signed", f"award:{award.id}", by, **about, match_pledge_id=match.id, authority_id=authority.id
    )
    await matches.tell_owners(match, "made")
    return award


async def _offer(item: _Item, round_: Round, authority: DecisionAuthority, weighing: Weighing, by: Actor) -> pots.Offer:
    """What the match pledge keeps: the weighing, whose decision it is, and the round that it comes from."""
    pitch, fund, newest = item.pitch, round_.fund, item.recommendation
    campaign_id, project_id = awarding.whose(pitch)
    return pots.Offer(
        campaign_id=campaign_id,
        project_id=project_id,
        terms={
            **await awarding.terms(
                weighing.as_stored(), authority, newest.fitting, london_day(pitch.submitted_at or newest.made_at)
            ),
            "round": round_.slug,
            "pitch": pitch.reference,
        },
        accrual=Accrual(fund.accrual),
        fitting=tuple(newest.fitting),
        authority_id=authority.id,
        proposed_by_id=newest.made_by_id,
        signed_by_id=by.person_id,
        accept_by=awarding.accept_by(queries.recipient_of(pitch), weighing.fund_rules.days_to_accept),
        generated=round_.generated,
    )
