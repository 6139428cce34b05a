"""Reads of score sheets: one's own, everybody's once one's own is given, and the order that they make."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.errors import NotFound
from panel import access, ranking
from panel.models import Criterion, Pitch, Round, Score, ScoreSheet
from panel.ranking import Entry
from panel.states import Pitch as PitchStatus
from pledges.totals import totals_of

WITH: Final = ("project__group", "campaign__version", "campaign__project__group", "round__fund__funder")
CONSIDERED: Final = (PitchStatus.SUBMITTED, PitchStatus.AWARDED, PitchStatus.DECLINED, PitchStatus.DEFERRED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its scores by criterion, as it counts or counted."""

    row: ScoreSheet
    scores: Mapping[int, Score]

    @property
    def points(self) -> list[int]:
        """The points in the order of the criteria."""
        return [self.scores[criterion_id].points for criterion_id in sorted(self.scores)]

    @property
    def together(self) -> int:
        """All points of the sheet."""
        return sum(self.points)


@dataclass(frozen=True, slots=True)
class Place:
    """A pitch in the order of its round, with the sheets that count for it, oldest seat's first."""

    rank: int
    pitch: Pitch
    entry: Entry
    sheets: Sequence[Sheet]


async def criteria_of(round_id: int) -> list[Criterion]:
    """What the round scores, in order."""
    return await Criterion.filter(round_id=round_id).order_by("position")


async def newest_sheets(pitch_ids: Collection[int]) -> dict[int, dict[int, Sheet]]:
    """For each pitch the newest sheet of each person, by their id: also of those whom an interest bars."""
    found: dict[int, dict[int, ScoreSheet]] = {pitch_id: {} for pitch_id in pitch_ids}
    for row in await ScoreSheet.filter(pitch_id__in=list(pitch_ids)).order_by("number"):
        found[row.pitch_id][row.person_id] = row
    ids = [row.id for people in found.values() for row in people.values()]
    scores: dict[int, dict[int, Score]] = {sheet_id: {} for sheet_id in ids}
    for score in await Score.filter(sheet_id__in=ids).order_by("criterion_id"):
        scores[score.sheet_id][score.criterion_id] = score
    return {
        pitch_id: {person_id: Sheet(row, scores[row.id]) for person_id, row in sorted(people.items())}
        for pitch_id, people in found.items()
    }


async def ranking_of(round_: Round) -> list[Place]:
    """The pitches that the round considers, in the published order, as they stand now.

    A sheet of somebody whom an interest bars counts no more, whenever the interest came to light.
    """
    pitches = await Pitch.filter(round_id=round_.id, status__in=CONSIDERED).order_by("id").select_related(*WITH)
    sheets = await newest_sheets([pitch.id for pitch in pitches])
    people = {person_id for one in sheets.values() for person_id in one}
    shut_out = await access.who_is_barred(sheets, people) if people else {}
    totals = await totals_of([pitch.campaign_id for pitch in pitches if pitch.campaign_id is not None])
    counted = {
        pitch_id: [sheet for person_id, sheet in one.items() if (pitch_id, person_id) not in shut_out]
        for pitch_id, one in sheets.items()
    }
    entries = [
        Entry(
            pitch_id=pitch.id,
            score=ranking.score_bp(sheet.points for sheet in counted[pitch.id]),
            backers=totals[pitch.campaign_id].backers if pitch.campaign_id is not None else 0,
            submitted_at=pitch.submitted_at or datetime.max.replace(tzinfo=pitch.created_at.tzinfo),
        )
        for pitch in pitches
    ]
    by_id = {pitch.id: pitch for pitch in pitches}
    return [
        Place(rank, by_id[entry.pitch_id], entry, counted[entry.pitch_id])
        for rank, entry in enumerate(ranking.ranked(entries), 1)
    ]


async def pitch_in(round_: Round, reference: str) -> Pitch:
    """A pitch that this round considers, with group, project, campaign and version; NotFound for any other."""
    pitch = await Pitch.get_or_none(reference=reference, round_id=round_.id, status__in=CONSIDERED).select_related(
        *WITH
    )
    if pitch is None:
        raise NotFound
    return pitch


@dataclass(frozen=True, slots=True)
class Own:
    """A pitch in a member's list: their newest sheet, or why they give none. `given_by`: how many have given one."""

    pitch: Pitch
    sheet: Sheet | None
    barred: str
    given_by: int


async def own_list(round_: Round, person_id: int) -> list[Own]:
    """The round's pitches for one member, the first sent in first: no order of scores before the meeting."""
    pitches = (
        await Pitch.filter(round_id=round_.id, status__in=CONSIDERED)
        .order_by("submitted_at", "id")
        .select_related(*WITH)
    )
    sheets = await newest_sheets([pitch.id for pitch in pitches])
    shut_out = await access.who_is_barred(sheets, [person_id])
    return [
        Own(
            pitch,
            sheets[pitch.id].get(person_id),
            next((reason.words for reason in shut_out.get((pitch.id, person_id), ())), ""),
            len(sheets[pitch.id]),
        )
        for pitch in pitches
    ]


async def others_sheets(pitch: Pitch, person_id: int) -> list[Sheet] | None:
    """What the others gave, once this person's own is given; None until then: nobody scores after another."""
    sheets = (await newest_sheets([pitch.id]))[pitch.id]
    if person_id not in sheets:
        return None
    return [sheet for other, sheet in sheets.items() if other != person_id]
