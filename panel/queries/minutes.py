"""The minutes of a round's meeting, composed from its rows and what its chair wrote. By post, never by name."""

import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import day, long_day, percent
from panel.kinds import Outcome
from panel.models import Decision, Pitch, Recommendation, Round
from panel.queries import decisions as written
from panel.queries.decisions import interests_recorded
from panel.queries.feedback import OUTCOMES
from panel.queries.meeting import Told, count, newest_recommendations, title, votes_on
from panel.queries.round_record import is_shown
from panel.queries.scoring import ranking_of
from panel.queries.seats import Sat, who_sat
from panel.states import Pitch as PitchStatus
from panel.states import Round as Status
from pledges.models import DecisionAuthority

WIDTH: Final = 78


@dataclass(frozen=True, slots=True)
class Item:
    """One request as the meeting took it. `decision`: empty until the list is signed."""

    rank: int
    title: str
    group: str
    asked_pence: int
    score: str
    recommended: str
    reasons: str
    alternatives: str
    votes: str
    decision: str
    interests: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Minutes:
    """The whole. `unnamed`: requests that got nothing and are not named; `closed`: items that this reader may not see."""

    round: Round
    authority: DecisionAuthority | None
    sat: Sequence[Sat]
    items: Sequence[Item]
    unnamed: int
    closed: int

    @property
    def is_draft(self) -> bool:
        """Until the record of the round is public."""
        return self.round.status != Status.PUBLISHED

    @property
    def present(self) -> list[Sat]:
        """Who was there."""
        return [one for one in self.sat if one.present]

    @property
    def apologies(self) -> list[Sat]:
        """Members who were not there."""
        return [one for one in self.sat if not one.present]

    @property
    def signature(self) -> str:
        """Who signed, when and under which decision, in one sentence."""
        if self.round.signed_at is None or self.authority is None:
            return "The list is not signed yet."
        return (
            f"The list was signed as one on {long_day(self.round.signed_at)} by the {self.authority.post},"
            f" under decision {self.authority.decision_number}."
        )


async def minutes_of(round_: Round, *, public: bool = False, closed: Collection[int] = ()) -> Minutes:
    """The minutes of a round whose meeting has begun. `public`: without what its setting does not name.

    `closed`: ids of pitches from which the reader is barred.
    """
    if round_.signed_at is None:
        found = await _before(round_)
    else:
        found = [
            (one.decision.pitch, _decided(one.decision), one.decision) for one in await written.decisions_of(round_)
        ]
    told = await interests_recorded(round_, [pitch.id for pitch, _, _ in found])
    named = [one for one in found if not public or one[2] is None or is_shown(one[2], round_)]
    authority = await DecisionAuthority.get_or_none(id=round_.authority_id) if round_.authority_id else None
    return Minutes(
        round=round_,
        authority=authority,
        sat=await who_sat(round_),
        items=[_item(pitch, item, told[pitch.id]) for pitch, item, _ in named if pitch.id not in closed],
        unnamed=len(found) - len(named),
        closed=sum(pitch.id in closed for pitch, _, _ in named),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    rank: int
    score_bp: int | None
    recommendation: Recommendation | None
    votes: str
    decision: str


async def _before(round_: Round) -> list[tuple[Pitch, _Facts, Decision | None]]:
    """As the meeting stands before the signature."""
    places = [one for one in await ranking_of(round_) if one.pitch.status == PitchStatus.SUBMITTED]
    newest = await newest_recommendations([one.pitch.id for one in places])
    votes = await votes_on([row.id for row in newest.values()])
    made: list[tuple[Pitch, _Facts, Decision | None]] = []
    for place in places:
        row = newest.get(place.pitch.id)
        tally = count(votes[row.id]) if row else None
        words = (
            f"{tally.votes_for} for, {tally.votes_against} against, {tally.votes_abstained} abstained" if tally else ""
        )
        made.append((place.pitch, _Facts(place.rank, place.entry.score, row, words, ""), None))
    return made


def _decided(one: Decision) -> _Facts:
    votes = f"{one.votes_for} for, {one.votes_against} against, {one.votes_abstained} abstained"
    return _Facts(one.rank, one.score_bp, one.recommendation, votes, _words(one.outcome, one.amount_pence))


def _words(outcome: str, amount_pence: int | None) -> str:
    return OUTCOMES[Outcome(outcome)] + (f": {pounds_exact(amount_pence)}" if amount_pence else "")


def _item(pitch: Pitch, facts: _Facts, told: Sequence[Told]) -> Item:
    row = facts.recommendation
    return Item(
        rank=facts.rank,
        title=title(pitch),
        group=pitch.project.group.name,
        asked_pence=pitch.asked_pence or 0,
        score="not scored" if facts.score_bp is None else f"{percent(facts.score_bp)} of all points",
        recommended=_words(row.outcome, row.amount_pence) if row else "Nothing yet",
        reasons=row.reasons if row else "",
        alternatives=row.alternatives if row else "",
        votes=facts.votes,
        decision=facts.decision,
        interests=told,
    )


def as_text(found: Minutes) -> str:
    """The same as plain text, to keep or to paste. Lines of 78 characters."""
    round_ = found.round
    lines = [f"{round_.fund.name}, {round_.name}", "Draft minutes" if found.is_draft else "Minutes", ""]
    lines.append(_line("Date", long_day(round_.meets_on)))
    lines.append(_line("Place", round_.place or "not recorded"))
    lines.append(_line("Present", "; ".join(_post(one) for one in found.present) or "nobody is recorded"))
    lines.append(_line("Apologies", "; ".join(one.words for one in found.apologies) or "none"))
    lines.append(
        _line("Interests told", "; ".join(_told(item, one) for item in found.items for one in item.interests) or "none")
    )
    for item in found.items:
        lines += ["", f"{item.rank}. {item.title}", _line("Group", item.group)]
        lines.append(_line("Asked for", pounds_exact(item.asked_pence)))
        lines.append(_line("Score", item.score))
        lines.append(_line("Recommended", item.recommended))
        lines.append(_line("Reasons", item.reasons or "none"))
        lines.append(_line("What else was thought of", item.alternatives or "nothing is recorded"))
        lines.append(_line("Votes", item.votes or "none yet"))
        lines.append(_line("Decided", item.decision or "not yet"))
    if found.unnamed:
        lines += ["", f"{found.unnamed} more got nothing. This fund does not name them."]
    if found.closed:
        lines += ["", f"{found.closed} of the list left out: you take no part in it."]
    lines += ["", textwrap.fill(found.signature, WIDTH)]
    if round_.minutes:
        lines += ["", "From the meeting", *(textwrap.fill(one, WIDTH) for one in round_.minutes.splitlines())]
    if round_.published_at is not None:
        lines += ["", f"Public since {day(round_.published_at)}."]
    return "\n".join(lines) + "\n"


def _line(words: str, value: str) -> str:
    return textwrap.fill(f"{words}: {' '.join(value.split())}", WIDTH, subsequent_indent="    ")


def _post(one: Sat) -> str:
    called = f", called in reserve: {one.called_because}" if one.called_because else ""
    return f"{one.words} ({one.kind}{', took the chair' if one.chaired else ''}{called})"


def _told(item: Item, one: Told) -> str:
    return f"{one.post} in {item.title}: {one.nature}{', took no part' if one.bars else ''}"
