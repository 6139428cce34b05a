"""A pitch as an answer may hold it: what was asked, scores without names, what was recommended, decided and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from crowdfund_kent.templating import day
from panel.models import (
    Criterion,
    Decision,
    Hold,
    Pitch,
    PitchAnswer,
    PitchInterest,
    Recommendation,
    Review,
    Round,
    Score,
    ScoreSheet,
    Seat,
    Vote,
)
from panel.queries.disclosing.terms import terms_of
from panel.queries.pitches import title_of
from panel.redacting import Item, Section
from panel.states import Round as RoundStatus

_FULL: Final = 5
_BEFORE_MEETING: Final = (RoundStatus.PLANNED, RoundStatus.OPEN, RoundStatus.SCORING)


async def pitch_sections(pitches: Sequence[Pitch]) -> list[Section]:
    """One section a pitch, in their order; a dozen queries however many there are."""
    ids = [one.id for one in pitches]
    answers = _by_pitch(await PitchAnswer.filter(pitch_id__in=ids).order_by("id").select_related("question"))
    interests = _by_pitch(await PitchInterest.filter(pitch_id__in=ids).order_by("id"))
    recommended = _by_pitch(await Recommendation.filter(pitch_id__in=ids).order_by("number"))
    decisions = {one.pitch_id: one for one in await Decision.filter(pitch_id__in=ids).select_related("authority")}
    holds = _by_pitch(await Hold.filter(pitch_id__in=ids).order_by("id"))
    reviews = {one.pitch_id: one for one in await Review.filter(pitch_id__in=ids)}
    sheets = await _sheets(pitches)
    votes = await _votes([one.id for rows in recommended.values() for one in rows])
    posts = await _posts(pitches)
    made = []
    for pitch in pitches:
        decision = decisions.get(pitch.id)
        items = _asked(pitch, answers[pitch.id])
        items += _interests(pitch, interests[pitch.id], posts)
        items += sheets[pitch.id]
        items += _recommended(recommended[pitch.id], decision, votes)
        items += _decided(decision) if decision else []
        items += _held(holds[pitch.id])
        items += _reviewed(reviews.get(pitch.id))
        key = f"pitch:{pitch.id}"
        made.append(Section(key, Item(f"{key}:title", f"Request {pitch.reference}", title_of(pitch)), items))
    return made


def _by_pitch(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.pitch_id].append(row)
    return found


def _asked(pitch: Pitch, answers: Sequence[PitchAnswer]) -> list[Item]:
    key = f"pitch:{pitch.id}"
    items = [
        Item(f"{key}:group", "Group", pitch.project.group.name),
        Item(f"{key}:status", "What became of it", str(pitch.status)),
        Item(f"{key}:asked", "Asked for", "", pitch.asked_pence, figure=True),
    ]
    if pitch.submitted_at is not None:
        items.append(Item(f"{key}:sent", "Sent", day(pitch.submitted_at)))
    if pitch.why:
        items.append(Item(f"{key}:why", "Why public money should help", pitch.why))
    items += [Item(f"{key}:answer:{one.id}", one.question.words, one.words) for one in answers if one.words]
    if pitch.place_kinds:
        items.append(Item(f"{key}:place", "Kind of place", ", ".join(pitch.place_kinds)))
    if pitch.income_pence is not None:
        items.append(Item(f"{key}:income", "The group's income last year", "", pitch.income_pence, figure=True))
    if pitch.place_reason:
        items.append(Item(f"{key}:place-reason", "Where that was found", pitch.place_reason))
    return items


async def _posts(pitches: Sequence[Pitch]) -> dict[tuple[int, int], str]:
    """(fund, person) -> the post of their place on its panel."""
    seats = await Seat.filter(fund_id__in=list({one.round.fund_id for one in pitches})).order_by("id")
    return {(seat.fund_id, seat.person_id): f"{seat.kind}, {seat.post}" for seat in seats}


def _interests(pitch: Pitch, rows: Sequence[PitchInterest], posts: dict[tuple[int, int], str]) -> list[Item]:
    """By post. The words that somebody wrote about their own life are left out whole."""
    items = []
    for one in rows:
        who = posts.get((pitch.round.fund_id, one.person_id), "an officer")
        key = f"interest:{one.id}"
        items.append(Item(key, "Interest", f"{who}: {one.nature}, {one.bar}, {one.found}"))
        if one.words:
            items.append(Item(f"{key}:words", "What they said of it", one.words, private=True))
    return items


async def _sheets(pitches: Sequence[Pitch]) -> dict[int, list[Item]]:
    """Every sheet with its points and reasons; a member has the same number throughout a round.

    None before its meeting has begun: until then nobody reads what members gave, not even officers.
    """
    round_of = {one.id: one.round_id for one in pitches}
    begun = await Round.filter(id__in=list(round_of.values())).exclude(status__in=_BEFORE_MEETING)
    rounds = [one.id for one in begun]
    numbers: dict[int, dict[int, int]] = defaultdict(dict)
    firsts = await ScoreSheet.filter(pitch__round_id__in=rounds).order_by("given_at", "id").select_related("pitch")
    for row in firsts:
        mine = numbers[row.pitch.round_id]
        mine.setdefault(row.person_id, len(mine) + 1)
    criteria = {one.id: one.name for one in await Criterion.filter(round_id__in=rounds)}
    scores: dict[int, list[Score]] = defaultdict(list)
    for score in await Score.filter(sheet__pitch_id__in=list(round_of)).order_by("criterion_id"):
        scores[score.sheet_id].append(score)
    made: dict[int, list[Item]] = defaultdict(list)
    for row in firsts:
        if row.pitch_id not in round_of:
            continue
        who = f"Member {numbers[row.pitch.round_id][row.person_id]}"
        who += f", sheet {row.number}" if row.number > 1 else ""
        for score in scores[row.id]:
            label = f"{who}: {criteria[score.criterion_id]}"
            made[row.pitch_id].append(
                Item(f"score:{score.id}:points", f"{label}, of {_FULL}", str(score.points), figure=True)
            )
            if score.reason:
                made[row.pitch_id].append(Item(f"score:{score.id}:reason", f"{label}, why", score.reason))
        made[row.pitch_id].append(Item(f"sheet:{row.id}:reason", f"{who}: reason", row.reason))
    return made


async def _votes(ids: Sequence[int]) -> dict[int, str]:
    """Counts only: how somebody voted is theirs."""
    counted: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in await Vote.filter(recommendation_id__in=list(ids)):
        counted[row.recommendation_id][row.choice] += 1
    return {
        one: f"{found['for']} for, {found['against']} against, {found['abstain']} abstained"
        for one, found in counted.items()
    }


def _recommended(rows: Sequence[Recommendation], decision: Decision | None, votes: dict[int, str]) -> list[Item]:
    items = []
    for one in rows:
        decided = decision is not None and decision.recommendation_id == one.id
        key = f"decision:{decision.id}" if decided and decision else f"recommendation:{one.id}"
        label = "Decision" if decided else f"Recommendation {one.number}"
        items.append(Item(f"{key}:outcome", label, one.outcome))
        if one.amount_pence is not None:
            items.append(Item(f"{key}:amount", f"{label}: amount", "", one.amount_pence, figure=True))
        for name, words in (
            ("reasons", one.reasons),
            ("alternatives", one.alternatives),
            ("feedback", one.feedback),
            ("purpose", one.purpose_reason),
        ):
            if words:
                items.append(Item(f"{key}:{name}", f"{label}: {name}", words))
        if one.id in votes:
            items.append(Item(f"{key}:votes", f"{label}: votes", votes[one.id], figure=True))
    return items


def _decided(decision: Decision) -> list[Item]:
    key = f"decision:{decision.id}"
    items = [
        Item(f"{key}:day", "Decided", day(decision.decided_at)),
        Item(f"{key}:authority", "Under the decision", decision.authority.decision_number),
        Item(f"{key}:rank", "Rank", str(decision.rank), figure=True),
    ]
    if decision.score_bp is not None:
        score = f"{decision.score_bp // 100}.{decision.score_bp % 100:02d}%"
        items.append(Item(f"{key}:score", "Score", score, figure=True))
    return items + terms_of(key, decision.calculation)


def _held(rows: Sequence[Hold]) -> list[Item]:
    items = []
    for one in rows:
        key = f"hold:{one.id}"
        items.append(Item(f"{key}:reason", f"{one.kind.capitalize()}, {day(one.placed_at)}", one.reason))
        if one.agreed_reason:
            items.append(Item(f"{key}:agreed", "First of two who let go", one.agreed_reason))
        if one.release_reason:
            items.append(Item(f"{key}:released", "Let go", one.release_reason))
    return items


def _reviewed(review: Review | None) -> list[Item]:
    if review is None:
        return []
    key = f"review:{review.id}"
    items = [Item(f"{key}:words", "Review of process: what the group wrote", review.words)]
    if review.answer:
        items.append(Item(f"{key}:outcome", "Review of process: found", review.outcome))
        items.append(Item(f"{key}:answer", "Review of process: answer", review.answer))
    return items
