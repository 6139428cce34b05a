"""Who may see, score and vote on what: seats, declarations, and interests that bar. Everybody asks here.

An interest bars from the moment it is there, declared or found: own membership of the group, ever; an own pledge to the
campaign, by the e-mail of the account; the standing register; a row of the pitch. The strictest counts.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.references import email_key
from panel.kinds import Found, Nature, SeatKind
from panel.models import Attendance, Pitch, Round, RoundDeclaration, Seat
from panel.quorum import SITTING, Place, in_office, who_chairs
from panel.states import Pitch as PitchStatus
from panel.states import Round as RoundStatus
from projects.models import Campaign, Project

OVER: Final = (RoundStatus.SIGNED, RoundStatus.PUBLISHED, RoundStatus.CANCELLED)
ON_THE_LIST: Final = tuple(
    status for status in PitchStatus if status not in (PitchStatus.DRAFT, PitchStatus.LAPSED, PitchStatus.WITHDRAWN)
)
"""Statuses of pitches that a round considers, or considered."""
_WORDS: Final = {
    Nature.MONEY: "You have an interest of money in it.",
    Nature.GROUP: "It is your own group, or was.",
    Nature.FAMILY: "Your family has an interest in it.",
    Nature.PLEDGE: "You pledged to it yourself.",
    Nature.OTHER: "The chair decided that your interest bars.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is barred from a pitch. `found`: how it came onto the record, or would."""

    nature: Nature
    found: Found

    @property
    def words(self) -> str:
        """One sentence to the person."""
        return _WORDS[self.nature]


Barred = dict[tuple[int, int], list[Reason]]

_FOUND: Final = """
SELECT i.pitch_id, i.person_id, i.nature, i.found, 1 AS place FROM pitch_interest i
    WHERE i.pitch_id = ANY($1::bigint[]) AND i.person_id = ANY($2::bigint[]) AND i.bar = 'bars'
UNION SELECT p.id, i.person_id, i.nature, 'register', 2 FROM pitch p JOIN panel_round r ON r.id = p.round_id
    JOIN project pr ON pr.id = p.project_id JOIN panel_interest i ON i.group_id = pr.group_id
    WHERE p.id = ANY($1::bigint[]) AND i.person_id = ANY($2::bigint[]) AND i.bar = 'bars'
    AND (i.ended_on IS NULL OR i.ended_on >= r.opens_on)
UNION SELECT p.id, m.person_id, 'own group', 'found by the site', 3 FROM pitch p
    JOIN project pr ON pr.id = p.project_id JOIN group_member m ON m.group_id = pr.group_id
    WHERE p.id = ANY($1::bigint[]) AND m.person_id = ANY($2::bigint[])
UNION SELECT p.id, k.person_id, 'own pledge', 'found by the site', 4 FROM pitch p
    JOIN pledge g ON g.campaign_id = p.campaign_id AND g.status NOT IN ('pending', 'expired', 'cancelled')
    JOIN unnest($2::bigint[], $3::text[]) AS k(person_id, email_key) ON k.email_key = g.email_key AND k.email_key <> ''
    WHERE p.id = ANY($1::bigint[])
UNION SELECT p.id, k.person_id, 'own pledge', 'found by the site', 4 FROM pitch p
    JOIN offline_gift g ON g.campaign_id = p.campaign_id
    JOIN unnest($2::bigint[], $3::text[]) AS k(person_id, email_key) ON k.email_key = g.email_key AND k.email_key <> ''
    WHERE p.id = ANY($1::bigint[])
ORDER BY 1, 2, 5, 3
"""


_IN_PROJECT: Final = """
SELECT m.person_id, 'own group' AS nature, 'found by the site' AS found, 1 AS place FROM project pr
    JOIN group_member m ON m.group_id = pr.group_id WHERE pr.id = $1::bigint AND m.person_id = $3::bigint
UNION SELECT i.person_id, i.nature, i.found, 2 FROM pitch_interest i JOIN pitch p ON p.id = i.pitch_id
    WHERE p.project_id = $1::bigint AND i.person_id = $3::bigint AND i.bar = 'bars'
UNION SELECT i.person_id, i.nature, 'register', 3 FROM panel_interest i JOIN project pr ON pr.group_id = i.group_id
    WHERE pr.id = $1::bigint AND i.person_id = $3::bigint AND i.bar = 'bars' AND i.ended_on IS NULL
UNION SELECT $3::bigint, 'own pledge', 'found by the site', 4 FROM pledge g
    WHERE g.campaign_id = $2::bigint AND g.status NOT IN ('pending', 'expired', 'cancelled')
    AND g.email_key = $4::text AND g.email_key <> ''
UNION SELECT $3::bigint, 'own pledge', 'found by the site', 4 FROM offline_gift g
    WHERE g.campaign_id = $2::bigint AND g.email_key = $4::text AND g.email_key <> ''
ORDER BY 4 LIMIT 1
"""


async def interest_in(given_to: Campaign | Project, person_id: int | None) -> Reason | None:
    """Why somebody takes no part in a single award to this campaign or project, outside any round; None: free."""
    person = await Person.get_or_none(id=person_id) if person_id is not None else None
    if person is None:
        return None
    of = (given_to.project_id, given_to.id) if isinstance(given_to, Campaign) else (given_to.id, None)
    rows = await fetch(_IN_PROJECT, *of, person.id, email_key(person.email) if person.email else "")
    return Reason(Nature(rows[0]["nature"]), Found(rows[0]["found"])) if rows else None


async def who_is_barred(pitch_ids: Iterable[int], person_ids: Iterable[int]) -> Barred:
    """(pitch, person) -> why, for each that is barred; two queries however many there are."""
    people = await Person.filter(id__in=list(person_ids))
    keys = [email_key(person.email) if person.email else "" for person in people]
    rows = await fetch(_FOUND, list(pitch_ids), [person.id for person in people], keys)
    found: Barred = {}
    for row in rows:
        reason = Reason(Nature(row["nature"]), Found(row["found"]))
        reasons = found.setdefault((row["pitch_id"], row["person_id"]), [])
        if reason not in reasons:
            reasons.append(reason)
    return found


async def barred(pitch: Pitch, person_id: int) -> list[Reason]:
    """Why this person is barred from the pitch: no papers, scores, vote, nor preparing or signing. Empty: free."""
    return (await who_is_barred([pitch.id], [person_id])).get((pitch.id, person_id), [])


async def refuse_barred(pitch: Pitch, by: Actor) -> None:
    """Forbidden, with the reason, for who is barred; members and officers alike."""
    if by.person_id is None:
        raise Forbidden("Sign in first: whoever acts on this must have a name.")
    reasons = await barred(pitch, by.person_id)
    if reasons:
        raise Forbidden(
            f"{reasons[0].words} So you see no papers and take no part in this one. Ask an officer if this is wrong."
        )


async def seat_of(round_: Round, person_id: int | None) -> Seat | None:
    """The person's seat in term for this round, a reserve's too whether called or not."""
    if person_id is None:
        return None
    mine = [seat for seat in await seats_of(round_) if seat.person_id == person_id]
    return mine[0] if mine else None


async def seats_of(round_: Round) -> list[Seat]:
    """Every seat in term on the day of the meeting, reserves too, in the order chair, deputies, members, reserves.

    While the round is under way a place that has ended by today is out, whenever the meeting is, and so is one whose
    person is no member or chair for the fund any more.
    """
    today = business_today()
    seats = await Seat.filter(fund_id=round_.fund_id).order_by("id").select_related("person")
    found = [seat for seat in seats if in_office(seat.from_day, seat.to_day, seat.ended_on, round_.meets_on)]
    if round_.status not in OVER:
        held = await StaffRole.filter(role__in=[Role.PANEL_MEMBER, Role.PANEL_CHAIR], ended_at=None)
        able = {grant.person_id for grant in held if grant.fund_id in (None, round_.fund_id)}
        found = [seat for seat in found if seat.person_id in able and (seat.ended_on is None or seat.ended_on > today)]
    order = list(SeatKind)
    return sorted(found, key=lambda seat: (order.index(SeatKind(seat.kind)), seat.id))


async def sits(round_: Round, person_id: int | None) -> Seat | None:
    """The person's seat where it counts for this round: in term, and of a reserve only once called."""
    seat = await seat_of(round_, person_id)
    if seat is None or seat.kind in SITTING:
        return seat
    called = await Attendance.filter(round_id=round_.id, seat_id=seat.id, called_at__isnull=False).exists()
    return seat if called else None


async def require_seat(round_: Round, by: Actor) -> Seat:
    """The seat of `by`, who also holds the role of a member or chair for the fund; Forbidden without."""
    await require_role(by, Role.PANEL_MEMBER, Role.PANEL_CHAIR, fund_id=round_.fund_id)
    seat = await sits(round_, by.person_id)
    if seat is not None:
        return seat
    if await seat_of(round_, by.person_id) is not None:
        raise Forbidden("You are a reserve of this panel. You see papers once you are called for this round.")
    raise Forbidden("You have no place on this fund's panel for this round. Ask an officer of the fund.")


async def undeclared(round_: Round, person_id: int) -> list[Pitch]:
    """Pitches on the round's list for which this person has not declared yet, with project and group, oldest first."""
    pitches = (
        await Pitch.filter(round_id=round_.id, status__in=ON_THE_LIST)
        .order_by("submitted_at", "id")
        .select_related("project__group", "campaign__version")
    )
    last = await RoundDeclaration.filter(round_id=round_.id, person_id=person_id).order_by("-number").first()
    if last is None:
        return pitches
    return [pitch for pitch in pitches if pitch.submitted_at is None or pitch.submitted_at > last.declared_at]


async def has_declared(round_: Round, person_id: int) -> bool:
    """Whether the person declared for this round, and for everything that is on its list now."""
    declared = await RoundDeclaration.filter(round_id=round_.id, person_id=person_id).exists()
    return declared and not await undeclared(round_, person_id)


async def require_declared(round_: Round, by: Actor, pitch: Pitch | None = None) -> None:
    """Refused (rule "declaration") until `by` declared for everything on the round's list, or for `pitch` where given."""
    if by.person_id is None:
        raise Forbidden("Sign in first: whoever declares must have a name.")
    open_now = await undeclared(round_, by.person_id)
    declared = await RoundDeclaration.filter(round_id=round_.id, person_id=by.person_id).exists()
    if not declared or (open_now if pitch is None else pitch.id in {one.id for one in open_now}):
        raise Refused("First say which of these groups you have an interest in.", rule="declaration")


async def require_reader(pitch: Pitch, by: Actor) -> Seat:
    """The seat of somebody who may read the papers of this pitch: in term, called, declared for it, not barred.

    `pitch` comes with its round.
    """
    seat = await require_seat(pitch.round, by)
    await require_declared(pitch.round, by, pitch)
    await refuse_barred(pitch, by)
    return seat


async def voters(round_: Round) -> list[Seat]:
    """Who is present, may sit and has declared, in the order of the seats: who may vote in this meeting."""
    present = await Attendance.filter(round_id=round_.id, present=True)
    called = {row.seat_id for row in present if row.called_at is not None}
    there = {row.seat_id for row in present}
    declared = await _declared(round_)
    return [
        seat
        for seat in await seats_of(round_)
        if seat.id in there and (seat.kind in SITTING or seat.id in called) and seat.person_id in declared
    ]


async def _declared(round_: Round) -> dict[int, datetime]:
    """By person, when they last declared for this round: a declaration says nothing of what was sent in later."""
    rows = await RoundDeclaration.filter(round_id=round_.id).order_by("number")
    return {row.person_id: row.declared_at for row in rows}


async def may_vote_on(pitch: Pitch) -> list[Seat]:
    """Voters who declared for this pitch and are not barred: who counts for its quorum. `pitch` comes with its round."""
    return (await may_vote_on_each(pitch.round, [pitch]))[pitch.id]


async def may_vote_on_each(round_: Round, pitches: Collection[Pitch]) -> dict[int, list[Seat]]:
    """The same for many pitches of one round, in a handful of queries."""
    seats, declared = await voters(round_), await _declared(round_)
    shut_out = await who_is_barred([pitch.id for pitch in pitches], [seat.person_id for seat in seats])
    return {
        pitch.id: [
            seat
            for seat in seats
            if (pitch.id, seat.person_id) not in shut_out
            and (pitch.submitted_at is None or pitch.submitted_at <= declared[seat.person_id])
        ]
        for pitch in pitches
    }


async def chairs(pitch: Pitch) -> Seat | None:
    """Who chairs this pitch: the chair, or a deputy where the chair is absent or barred. None: nobody can."""
    free = await may_vote_on(pitch)
    chosen = who_chairs([Place(seat.id, SeatKind(seat.kind)) for seat in free])
    return next((seat for seat in free if seat.id == chosen), None)
