"""A round's list beside the pot, as the meeting, the pack and the signing page show it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound, Refused
from panel import access, ranking
from panel.kinds import Choice, Outcome, SeatKind
from panel.models import Attendance, Pitch, PitchInterest, Recommendation, Round, Seat, Vote
from panel.queries.scoring import Place, ranking_of
from panel.ranking import Beside, Wanted, beside_the_pot
from panel.services.holds import held
from panel.tally import Tally, tally_of
from panel.weighing import Weighing, weigh
from pledges.fund_queries import Pot, pot_of
from pledges.recipients import title_of
from projects.models import Campaign, Project

GIVES: Final = (Outcome.AWARD, Outcome.PART)


def title(pitch: Pitch) -> str:
    """The project's title, as it was approved where it was."""
    return title_of(pitch.campaign) if pitch.campaign is not None else str(pitch.project.title)


def recipient_of(pitch: Pitch) -> Campaign | Project:
    """Whose the money would be: the campaign's, or the project's where the fund works without a crowd."""
    if pitch.round.fund.without_crowd:
        return pitch.project
    if pitch.campaign is None:
        raise NotFound
    return pitch.campaign


async def weighing_of(pitch: Pitch, fitting: Collection[int] = ()) -> Weighing:
    """What the calculator finds for a pitch today, by the numbers of its place and size. Refused without rules or target.

    `pitch` comes with its round, fund, project and campaign.
    """
    return await weigh(
        recipient_of(pitch),
        pitch.round.fund_id,
        fitting,
        business_today(),
        place_kinds=pitch.place_kinds or (),
        income_pence=pitch.income_pence,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """An interest in a pitch, by the post of whoever has it: what the record may say."""

    post: str
    nature: str
    bars: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One pitch of the list. `weighing`: None where the calculator can't tell today; `now_words` says why or what binds."""

    place: Place
    title: str
    passes: bool
    weighing: Weighing | None
    now_words: str
    recommendation: Recommendation | None
    tally: Tally
    may_vote: Sequence[Seat]
    voted: Mapping[int, Vote]
    void: bool
    interests: Sequence[Told]
    held: bool
    beside: Beside
    quorum: int

    @property
    def pitch(self) -> Pitch:
        """The pitch itself."""
        return self.place.pitch

    @property
    def outcome(self) -> Outcome | None:
        """What the newest recommendation says; None where there is none."""
        return Outcome(self.recommendation.outcome) if self.recommendation else None

    @property
    def amount_pence(self) -> int:
        """What it would take from the pot: as recommended, else as asked where it passes."""
        return self.beside.amount_pence

    @property
    def missing(self) -> str:
        """What is missing until this row can be signed, in words; empty when nothing is."""
        if self.recommendation is None:
            return "Nothing is recommended yet"
        if self.void:
            return "Somebody who voted is barred now: put a new recommendation to the vote"
        words = self.tally.missing(self.quorum)
        if words and len(self.may_vote) < self.quorum:
            able = f"{len(self.may_vote)} of {self.quorum} needed may vote on it: call a reserve"
            return f"{words}; {able}" if self.tally.cast < self.quorum else words
        return words

    @property
    def problem(self) -> str:
        """Why the award can't be signed as it stands today, whatever the votes; empty where it can, or where none is."""
        if self.outcome not in GIVES or self.recommendation is None:
            return ""
        amount = self.recommendation.amount_pence or 0
        if self.held:
            return "It is held"
        if not self.passes:
            return "It is under the pass mark"
        if self.weighing is None:
            return self.now_words
        if self.weighing.not_yet is not None:
            return self.weighing.not_yet.words
        if amount > self.weighing.most.pence:
            return f"More than {self.weighing.most.binding_words}"
        return "" if self.beside.fits else "No room in the pot after the rows above"


@dataclass(frozen=True, slots=True)
class Table:
    """The whole list. `together_pence`: what would be set aside if it were signed now."""

    round: Round
    pot: Pot
    rows: Sequence[Row]
    seats: Sequence[Seat]
    present: Sequence[Seat]

    @property
    def has_quorum(self) -> bool:
        """Whether enough members are present for pitches from which nobody is barred."""
        return len(self.present) >= self.round.quorum

    @property
    def together_pence(self) -> int:
        """All recommended awards."""
        return sum(row.recommendation.amount_pence or 0 for row in self.rows if row.recommendation)

    @property
    def mark(self) -> str:
        """What a signature is of: mark_of() the rows."""
        return mark_of((row.pitch.id, row.recommendation.id if row.recommendation else 0) for row in self.rows)

    @property
    def missing(self) -> list[str]:
        """Each row that can't be signed, with what is missing or why not."""
        return [f"{row.title}: {words}" for row in self.rows if (words := row.missing or row.problem)]


def mark_of(rows: Iterable[tuple[int, int]]) -> str:
    """(pitch, recommendation) in rank order, to tell whether a list is still the one that somebody looked at. Pure.

    >>> mark_of([(4, 9), (2, 7)])
    '4:9 2:7'
    """
    return " ".join(f"{pitch_id}:{recommendation_id}" for pitch_id, recommendation_id in rows)


async def newest_recommendations(pitch_ids: Collection[int]) -> dict[int, Recommendation]:
    """The recommendation that counts for each pitch that has one."""
    found = await Recommendation.filter(pitch_id__in=list(pitch_ids)).order_by("number")
    return {row.pitch_id: row for row in found}


async def votes_on(recommendation_ids: Collection[int]) -> dict[int, list[Vote]]:
    """The votes on each, in the order they were given."""
    made: dict[int, list[Vote]] = {one: [] for one in recommendation_ids}
    for row in await Vote.filter(recommendation_id__in=list(recommendation_ids)).order_by("id"):
        made[row.recommendation_id].append(row)
    return made


def count(votes: Collection[Vote]) -> Tally:
    """Votes as a tally."""
    return tally_of((Choice(one.choice), one.casting) for one in votes)


async def interests_told(pitch_ids: Collection[int], seats: Collection[Seat]) -> dict[int, list[Told]]:
    """Interests on record in each pitch, by post; of somebody without a seat: an officer."""
    posts = {seat.person_id: seat.post for seat in seats}
    told: dict[int, dict[int, Told]] = {pitch_id: {} for pitch_id in pitch_ids}
    people = [seat.person_id for seat in seats]
    for (pitch_id, person_id), reasons in (await access.who_is_barred(pitch_ids, people)).items():
        told[pitch_id][person_id] = Told(posts[person_id], str(reasons[0].nature), bars=True)
    for row in await PitchInterest.filter(pitch_id__in=list(pitch_ids)).order_by("id"):
        post = posts.get(row.person_id, "An officer")
        told[row.pitch_id].setdefault(row.person_id, Told(post, row.nature, bars=row.bar == "bars"))
    return {pitch_id: list(found.values()) for pitch_id, found in told.items()}


async def table_of(round_: Round) -> Table:
    """The list as it stands now: the order, the votes, and what the pot says. `round_` comes with its fund."""
    places = await ranking_of(round_)
    ids = [place.pitch.id for place in places]
    recommended = await newest_recommendations(ids)
    votes = await votes_on([row.id for row in recommended.values()])
    seats, present = await access.seats_of(round_), await access.voters(round_)
    may_vote = await access.may_vote_on_each(round_, [place.pitch for place in places])
    told = await interests_told(ids, seats)
    voters = {vote.person_id for found in votes.values() for vote in found}
    shut_out = await access.who_is_barred(ids, voters) if voters else {}
    pot = await pot_of(round_.fund)
    order = [_wanted(place, recommended.get(place.pitch.id), round_.pass_bp) for place in places]
    sources = [(source.id, bool(source.purpose), figures.left_pence) for source, figures in pot.sources]
    rows = []
    for place, beside in zip(places, beside_the_pot(sources, order), strict=True):
        pitch, newest = place.pitch, recommended.get(place.pitch.id)
        given = votes[newest.id] if newest else []
        weighing, words = await _now(pitch, newest.fitting if newest else ())
        rows.append(
            Row(
                place=place,
                title=title(pitch),
                passes=ranking.passes(place.entry.score, round_.pass_bp),
                weighing=weighing,
                now_words=words,
                recommendation=newest,
                tally=count(given),
                may_vote=may_vote[pitch.id],
                voted={vote.person_id: vote for vote in given},
                void=any((pitch.id, vote.person_id) in shut_out for vote in given),
                interests=told[pitch.id],
                held=await held(pitch.id) is not None,
                beside=beside,
                quorum=round_.quorum,
            )
        )
    return Table(round_, pot, rows, seats, present)


def _wanted(place: Place, newest: Recommendation | None, pass_bp: int) -> Wanted:
    """What a row takes beside the pot: as recommended; before that as asked, once it passes."""
    if newest is not None:
        return Wanted(place.pitch.id, newest.amount_pence or 0, tuple(newest.fitting))
    asked = place.pitch.asked_pence or 0
    return Wanted(place.pitch.id, asked if ranking.passes(place.entry.score, pass_bp) else 0)


async def _now(pitch: Pitch, fitting: Collection[int]) -> tuple[Weighing | None, str]:
    try:
        found = await weighing_of(pitch, fitting)
    except Refused as error:
        return None, error.message
    return found, found.not_yet.words if found.not_yet else found.most.binding_words.capitalize()


async def quorum_words(table: Table) -> str:
    """How the meeting stands: who is there, and what is missing, in one sentence."""
    there, needed = len(table.present), table.round.quorum
    kinds = Counter(seat.kind for seat in table.present)
    if there >= needed:
        reserves = kinds[SeatKind.RESERVE]
        more = f", {reserves} of them called from the reserves" if reserves else ""
        return f"{there} may vote{more}. The quorum is {needed}."
    marked = await Attendance.filter(round_id=table.round.id).exists()
    how = "Call a reserve, or wait for more members." if marked else "Mark who is present first."
    return f"{there} may vote, and the quorum is {needed}: no vote counts yet. {how}"
