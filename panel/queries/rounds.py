"""Reads of rounds, shaped for the pages of officers and of members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.accounts.queries import people_by_id, roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from panel import access
from panel.days import Clock, clock
from panel.kinds import Bar, Found, Nature, SeatKind
from panel.models import Criterion, Pitch, PitchInterest, Round, RoundDeclaration, ScoreSheet, Seat
from panel.queries.attendance import Standing, standing
from panel.quorum import SITTING
from panel.states import Pitch as PitchStatus
from panel.states import Round as Status
from pledges.recipients import title_of

STAFF: Final = (Role.FUND_OFFICER, Role.SIGNATORY, Role.AUDITOR)
UNDER_WAY: Final = (Status.PLANNED, Status.OPEN, Status.SCORING, Status.MEETING, Status.SIGNED)
_DECIDED: Final = (PitchStatus.AWARDED, PitchStatus.DECLINED, PitchStatus.DEFERRED)
RUNNING: Final = (Status.PLANNED, Status.OPEN, Status.SCORING, Status.MEETING)
WORDS: Final = {
    Status.PLANNED: ("planned", "quiet"),
    Status.OPEN: ("open to groups", "yes"),
    Status.SCORING: ("being scored", "wait"),
    Status.MEETING: ("at its meeting", "wait"),
    Status.SIGNED: ("signed", "yes"),
    Status.PUBLISHED: ("published", "plain"),
    Status.CANCELLED: ("cancelled", "no"),
}
"""How a round's state is shown: words and tone."""


def clock_of(round_: Round) -> Clock:
    """The decision clock as it stands today. It runs once pitches have closed, and is shown before."""
    return clock(round_.decide_by, business_today(), running=round_.status in RUNNING)


def called_pitch(pitch: Pitch) -> str:
    """The title of what was asked for, as it was approved where it was. `pitch` comes with campaign, version, project."""
    return title_of(pitch.campaign) if pitch.campaign is not None else str(pitch.project.title)


async def rounds_for(person_id: int) -> list[Round]:
    """Rounds of the funds for which somebody is officer or signatory, or of all for an auditor; the newest first."""
    grants = [grant for grant in await roles_of(person_id) if grant.role in STAFF]
    found = Round.all()
    if not any(grant.fund_id is None for grant in grants):
        found = found.filter(fund_id__in=[grant.fund_id for grant in grants])
    return await found.order_by("-opens_on", "-id").select_related("fund__funder")


@dataclass(frozen=True, slots=True)
class InterestShown:
    """An interest in one pitch. `may_raise`: it is told only, and nothing bars the person yet."""

    id: int
    pitch: Pitch
    person_id: int
    nature: Nature
    bars: bool
    words: str
    found: Found
    may_raise: bool


async def interests_in(round_: Round) -> list[InterestShown]:
    """Every interest on the record of a round, the strictest first of each pitch and person."""
    rows = (
        await PitchInterest.filter(pitch__round_id=round_.id)
        .order_by("pitch_id", "person_id", "bar", "id")
        .select_related("pitch__project__group", "pitch__campaign__version")
    )
    shut_out = {(row.pitch_id, row.person_id) for row in rows if row.bar == Bar.BARRED}
    return [
        InterestShown(
            row.id,
            row.pitch,
            row.person_id,
            Nature(row.nature),
            row.bar == Bar.BARRED,
            row.words,
            Found(row.found),
            (row.pitch_id, row.person_id) not in shut_out,
        )
        for row in rows
    ]


async def criteria_of(round_id: int) -> list[Criterion]:
    """The criteria in the order of the score sheet."""
    return await Criterion.filter(round_id=round_id).order_by("position")


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat as a round's officer sees it: how far its person is."""

    seat: Seat
    declared: bool
    expected: bool
    called: bool
    scored: int
    to_score: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A round as its officer sees it. `mine`: pitches from which the reader is barred."""

    round: Round
    clock: Clock
    standing: Standing
    sitting: Sequence[Sitting]
    officers: Sequence[tuple[str, bool]]
    interests: Sequence[InterestShown]
    criteria: Sequence[Criterion]
    mine: frozenset[int]
    drafts: int
    decided: Sequence[Pitch]

    @property
    def undeclared(self) -> list[Seat]:
        """Who sits and has not declared for everything on the list."""
        return [one.seat for one in self.sitting if not one.declared and (one.seat.kind in SITTING or one.called)]


async def whole(round_: Round, person_id: int) -> Whole:
    """Everything about one round for its officers' page."""
    stands = await standing(round_)
    pitches = [one.pitch for one in stands.pitches]
    people = [one.seat.person_id for one in stands.seats]
    decided = (
        await Pitch.filter(round_id=round_.id, status__in=_DECIDED)
        .order_by("submitted_at", "id")
        .select_related("project__group", "campaign__version")
    )
    considered = [*pitches, *decided]
    shut_out = await access.who_is_barred([pitch.id for pitch in considered], [*people, person_id])
    given = {(sheet.pitch_id, sheet.person_id) for sheet in await ScoreSheet.filter(pitch__round_id=round_.id)}
    complete = await _complete(round_, people)
    sitting = []
    for one in stands.seats:
        mine = [pitch.id for pitch in considered if (pitch.id, one.seat.person_id) not in shut_out]
        scored = sum((pitch_id, one.seat.person_id) in given for pitch_id in mine)
        declared = one.seat.person_id in complete
        sitting.append(Sitting(one.seat, declared, one.expected, one.is_called, scored, len(mine)))
    return Whole(
        round_,
        clock_of(round_),
        stands,
        sitting,
        await _officers(round_, people),
        await interests_in(round_),
        await criteria_of(round_.id),
        frozenset(pitch.id for pitch in considered if (pitch.id, person_id) in shut_out),
        await Pitch.filter(round_id=round_.id, status=PitchStatus.DRAFT).count(),
        decided,
    )


async def _complete(round_: Round, people: Sequence[int]) -> set[int]:
    """Who of these has declared for everything that is on the list now."""
    newest = await Pitch.filter(round_id=round_.id, status__in=access.ON_THE_LIST).order_by("-submitted_at").first()
    last: dict[int, RoundDeclaration] = {}
    for row in await RoundDeclaration.filter(round_id=round_.id, person_id__in=list(people)).order_by("number"):
        last[row.person_id] = row
    if newest is None or newest.submitted_at is None:
        return set(last)
    return {person_id for person_id, row in last.items() if row.declared_at >= newest.submitted_at}


async def _officers(round_: Round, people: Sequence[int]) -> list[tuple[str, bool]]:
    """Others who declared for this round, by name, with whether they are barred from anything in it."""
    others = sorted(
        {row.person_id for row in await RoundDeclaration.filter(round_id=round_.id) if row.person_id not in set(people)}
    )
    if not others:
        return []
    pitches = await Pitch.filter(round_id=round_.id, status__in=access.ON_THE_LIST)
    shut_out = await access.who_is_barred([pitch.id for pitch in pitches], others)
    barred = {who for _, who in shut_out}
    names = await people_by_id(others)
    return [(names[who].name or names[who].email or "", who in barred) for who in others if who in names]


@dataclass(frozen=True, slots=True)
class Next:
    """What somebody must do next in a round; `href` empty where it is only to wait. `joint`: the words before the day."""

    words: str
    href: str = ""
    until: date | None = None
    joint: str = " "


@dataclass(frozen=True, slots=True)
class MyPitch:
    """A pitch as a member finds it on their list. Nothing of its papers."""

    pitch: Pitch
    barred: Sequence[access.Reason]
    told: bool
    scored: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """A round as one member sees it."""

    round: Round
    seat: Seat
    called: bool
    clock: Clock
    declared: bool
    asked: int
    pitches: Sequence[MyPitch]
    next: Next

    @property
    def chairs(self) -> bool:
        """Chair or deputy."""
        return self.seat.kind in (SeatKind.CHAIR, SeatKind.DEPUTY)


async def my_rounds(person_id: int) -> list[Mine]:
    """Rounds in which somebody has a seat, reserves not called too: those under way by their next day, then the others."""
    funds = {seat.fund_id for seat in await Seat.filter(person_id=person_id)}
    rounds = await Round.filter(fund_id__in=funds).order_by("decide_by", "id").select_related("fund__funder")
    found = [one for round_ in rounds if (one := await mine(round_, person_id)) is not None]
    now = [one for one in found if one.round.status in UNDER_WAY]
    return now + [one for one in reversed(found) if one not in now]


async def mine(round_: Round, person_id: int) -> Mine | None:
    """A round for one member; None without a seat in it."""
    seat = await access.seat_of(round_, person_id)
    if seat is None:
        return None
    called = await access.sits(round_, person_id) is not None
    pitches = (
        await Pitch.filter(round_id=round_.id, status__in=access.ON_THE_LIST)
        .order_by("submitted_at", "id")
        .select_related("project__group", "campaign__version")
    )
    shut_out = await access.who_is_barred([pitch.id for pitch in pitches], [person_id])
    told = {row.pitch_id for row in await PitchInterest.filter(pitch__round_id=round_.id, person_id=person_id)}
    given = {row.pitch_id for row in await ScoreSheet.filter(pitch__round_id=round_.id, person_id=person_id)}
    rows = [
        MyPitch(pitch, shut_out.get((pitch.id, person_id), ()), pitch.id in told, pitch.id in given)
        for pitch in pitches
    ]
    asked = await access.undeclared(round_, person_id)
    declared = await RoundDeclaration.filter(round_id=round_.id, person_id=person_id).exists()
    left = sum(1 for row in rows if not row.barred and not row.scored and row.pitch.status == PitchStatus.SUBMITTED)
    step = next_step(round_, called=called, asked=len(asked), left=left)
    return Mine(round_, seat, called, clock_of(round_), declared, len(asked), rows, step)


def next_step(round_: Round, *, called: bool, asked: int, left: int) -> Next:
    """What a member must do next. `asked`: pitches without a declaration; `left`: pitches without their scores."""
    home = f"/panel/{round_.slug}"
    status = Status(round_.status)
    if status == Status.PLANNED:
        return Next("Nothing yet: groups can ask from", until=round_.opens_on)
    if status == Status.CANCELLED:
        return Next("Nothing: the round is cancelled")
    if status in (Status.SIGNED, Status.PUBLISHED):
        return Next("Nothing: the list is signed")
    if not called:
        return Next("Nothing unless you are called as a reserve", until=round_.meets_on, joint=" until ")
    if status == Status.OPEN:
        return Next("Nothing yet: groups can ask until the end of", until=round_.pitch_by)
    if asked:
        return Next(
            "Say which groups you have an interest in", f"{home}/interests", round_.scores_by, ", by the end of "
        )
    if status == Status.SCORING and left:
        return Next(
            f"Read and score {left} pitch{'' if left == 1 else 'es'}",
            f"{home}/scores",
            round_.scores_by,
            ", by the end of ",
        )
    if status == Status.SCORING:
        return Next("Nothing more to score. The panel meets on", until=round_.meets_on)
    return Next("Take part in the meeting", f"{home}/meeting", round_.meets_on, " on ")
