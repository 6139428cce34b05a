"""Interests: the standing register, one declaration for each round, and what the site finds by itself.

Nothing is lowered or deleted: a row is added, and the strictest counts (the database refuses the rest).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from panel import access
from panel.kinds import Bar, Found, Nature, SeatKind
from panel.models import Interest, Pitch, PitchInterest, Round, RoundDeclaration, Seat
from panel.services.rounds import lock_round
from panel.states import Round as RoundStatus

DECLARING: Final = (RoundStatus.OPEN, RoundStatus.SCORING, RoundStatus.MEETING)
OFFICERS: Final = (Role.FUND_OFFICER, Role.SIGNATORY)
DECIDING: Final = (Role.PANEL_MEMBER, Role.PANEL_CHAIR, *OFFICERS)
"""Whose interests are kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody declares of one pitch; None for `nature`: nothing. All natures but the last bar."""

    nature: Nature | None = None
    words: str = ""

    @property
    def bar(self) -> Bar:
        """What it means."""
        return Bar.DECLARED if self.nature is Nature.OTHER else Bar.BARRED


async def declare(round_id: int, said: Mapping[int, Said], by: Actor) -> RoundDeclaration:
    """Somebody who sits, may be called, or is an officer or signatory of the fund declares, by the id of each pitch.

    It must answer for every pitch that was not answered for, and for no other. Refused (rule "declaration") where
    everything was declared before, or a pitch was sent in meanwhile; ("words") where "declared only" has no words.
    """
    if by.person_id is None:
        raise Forbidden("Sign in first: whoever declares must have a name.")
    async with transaction():
        round_ = await lock_round(round_id)
        await require_declarer(round_, by)
        if round_.status not in DECLARING:
            raise Conflict("Interests are declared from the day a round opens until its list is signed.")
        asked = [pitch.id for pitch in await access.undeclared(round_, by.person_id)]
        if not asked:
            raise Refused(
                "There is nothing left to declare in this round. To add an interest, use your register.", "declaration"
            )
        if set(said) != set(asked):
            raise Refused(
                "The list of groups has changed meanwhile. Look at it again, and answer for each.", "declaration"
            )
        if any(one.nature is Nature.OTHER and not one.words.strip() for one in said.values()):
            raise Refused("Say in a few words what the interest is.", rule="words")
        await record_found(asked, [by.person_id])
        for pitch_id, one in sorted(said.items()):
            if one.nature is not None:
                await _write(pitch_id, by.person_id, one.nature, one.bar, one.words, Found.DECLARED, by)
        number = await RoundDeclaration.filter(round_id=round_id, person_id=by.person_id).count() + 1
        made = await RoundDeclaration.create(
            round_id=round_id, person_id=by.person_id, number=number, declared_at=business_now()
        )
        await audit.record("interests declared", f"panel_round:{round_id}", by, number=number, pitches=len(asked))
    return made


async def add_to_pitch(pitch_id: int, said: Said, by: Actor) -> None:
    """Somebody who declared remembers something more about one pitch. It adds, so it can only be stricter."""
    if by.person_id is None or said.nature is None:
        raise Refused("Choose what kind of interest it is.", rule="nature")
    if said.nature is Nature.OTHER and not said.words.strip():
        raise Refused("Say in a few words what the interest is.", rule="words")
    async with transaction():
        pitch = await _pitch_under_way(pitch_id)
        await require_declarer(pitch.round, by)
        await _write(pitch.id, by.person_id, said.nature, said.bar, said.words, Found.DECLARED, by)


async def raise_interest(interest_id: int, words: str, by: Actor) -> PitchInterest:
    """The chair, or a deputy, says that an interest which was declared only bars after all. There is no way back.

    Who is barred from the pitch raises nothing of it. Refused (rule "words") without words, Conflict where it bars.
    """
    found = await PitchInterest.get_or_none(id=interest_id)
    if found is None:
        raise NotFound
    if not words.strip():
        raise Refused("Enter why this interest bars.", rule="words")
    async with transaction():
        pitch = await _pitch_under_way(found.pitch_id)
        await require_chair(pitch, by)
        if any(reason for reason in await access.barred(pitch, found.person_id)):
            raise Conflict("They are barred from this one already.")
        return await _write(pitch.id, found.person_id, Nature.OTHER, Bar.BARRED, words, Found.CHAIR, by)


async def record_found(pitch_ids: Iterable[int], person_ids: Iterable[int]) -> int:
    """Writes down what the register and the site itself say about these pitches and people, once; how many rows.

    It bars without this too: the rows are for the record. Call inside a transaction, under the round's lock.
    """
    pitches, people = list(pitch_ids), list(person_ids)
    kept = {
        (row.pitch_id, row.person_id, row.nature, row.found)
        for row in await PitchInterest.filter(pitch_id__in=pitches, person_id__in=people)
    }
    wanted: dict[tuple[int, int, str, str], tuple[Bar, str]] = {}
    for (pitch_id, person_id), reasons in (await access.who_is_barred(pitches, people)).items():
        for reason in reasons:
            if reason.found is Found.SITE:
                wanted[pitch_id, person_id, reason.nature, reason.found] = (Bar.BARRED, "")
    for row in await fetch(_REGISTER, pitches, people):
        bar = Bar(row["bar"])
        key = (row["pitch_id"], row["person_id"], row["nature"], Found.REGISTER.value)
        if key not in wanted or bar is Bar.BARRED:
            wanted[key] = (bar, row["words"])
    written = 0
    for (pitch_id, person_id, nature, found), (bar, words) in sorted(wanted.items()):
        if (pitch_id, person_id, nature, found) not in kept:
            await _write(pitch_id, person_id, Nature(nature), bar, words, Found(found), None)
            written += 1
    return written


_REGISTER: Final = (
    "SELECT p.id AS pitch_id, i.person_id, i.nature, i.bar, i.words FROM pitch p JOIN panel_round r ON r.id = p.round_id"
    " JOIN project pr ON pr.id = p.project_id JOIN panel_interest i ON i.group_id = pr.group_id"
    " WHERE p.id = ANY($1::bigint[]) AND i.person_id = ANY($2::bigint[])"
    " AND (i.ended_on IS NULL OR i.ended_on >= r.opens_on) ORDER BY i.id"
)


async def add_to_register(
    person_id: int,
    *,
    body: str,
    nature: Nature,
    bar: Bar,
    words: str,
    from_day: date,
    by: Actor,
    group_id: int | None = None,
) -> Interest:
    """Somebody enters what they have an interest in, in general; or an officer of a fund on whose panel they sit does.

    Refused (rule: the field) for "declared only" where the nature bars, and for a first day still to come.
    """
    await require_register(person_id, by)
    if nature is not Nature.OTHER and bar is not Bar.BARRED:
        raise Refused("An interest of money, own group, family or own pledge always bars.", rule="bar")
    if from_day > business_today():
        raise Refused("Enter today or an earlier day.", rule="from_day")
    async with transaction():
        made = await Interest.create(
            person_id=person_id,
            group_id=group_id,
            body=body,
            nature=nature,
            bar=bar,
            words=words,
            from_day=from_day,
            created_at=business_now(),
        )
        await audit.record("interest registered", f"panel_interest:{made.id}", by, of_person=person_id, group=group_id)
    return made


async def end_in_register(interest_id: int, by: Actor) -> Interest:
    """An entry of the register ends today. In rounds that opened by then it still counts."""
    entry = await Interest.get_or_none(id=interest_id)
    if entry is None:
        raise NotFound
    await require_register(entry.person_id, by)
    async with transaction():
        if await Interest.filter(id=interest_id, ended_on=None).update(ended_on=business_today()) != 1:
            raise Conflict("This entry has ended already.")
        await audit.record("interest ended", f"panel_interest:{interest_id}", by, of_person=entry.person_id)
    return await Interest.get(id=interest_id)


async def require_register(person_id: int, by: Actor) -> None:
    """Forbidden unless `by` keeps this person's register: their own, or as officer of a fund on whose panel they sit."""
    if by.person_id == person_id:
        await _require_any(by, *DECIDING)
        return
    funds = {seat.fund_id for seat in await Seat.filter(person_id=person_id)}
    mine = [grant for grant in await roles_of(by.person_id or 0) if grant.role == Role.FUND_OFFICER]
    if not any(grant.fund_id is None or grant.fund_id in funds for grant in mine):
        raise Forbidden("Only they themselves, or an officer of a fund on whose panel they sit, can do this.")


async def require_declarer(round_: Round, by: Actor) -> None:
    """Forbidden unless `by` has a place on the panel, a reserve's too, or is an officer or signatory of the fund."""
    if await access.seat_of(round_, by.person_id) is not None:
        await require_role(by, Role.PANEL_MEMBER, Role.PANEL_CHAIR, *OFFICERS, fund_id=round_.fund_id)
        return
    try:
        await require_role(by, *OFFICERS, fund_id=round_.fund_id)
    except Forbidden:
        raise Forbidden("You have no place on this fund's panel for this round. Ask an officer of the fund.") from None


async def _require_any(by: Actor, *roles: Role) -> None:
    """Forbidden unless they hold one of these roles, for whatever fund."""
    if not any(grant.role in roles for grant in await roles_of(by.person_id or 0)):
        raise Forbidden("This register is of members of panels, officers and signatories.")


async def require_chair(pitch: Pitch, by: Actor) -> None:
    """Forbidden unless `by` has the seat of the chair or a deputy, and is not barred. `pitch` comes with its round."""
    seat = await access.require_seat(pitch.round, by)
    if seat.kind not in (SeatKind.CHAIR, SeatKind.DEPUTY):
        raise Forbidden("Only the chair, or a deputy, can raise an interest.")
    await access.refuse_barred(pitch, by)


async def _pitch_under_way(pitch_id: int) -> Pitch:
    """The pitch with its round, whose row is locked; Conflict once its list is signed."""
    first = await Pitch.get_or_none(id=pitch_id)
    if first is None:
        raise NotFound
    round_ = await lock_round(first.round_id)
    if round_.status not in DECLARING:
        raise Conflict("This round is over: its interests stay as they are.")
    pitch = await Pitch.get(id=pitch_id).select_related("round__fund")
    return pitch


async def _write(
    pitch_id: int, person_id: int, nature: Nature, bar: Bar, words: str, found: Found, by: Actor | None
) -> PitchInterest:
    who = by or Actor(None, "system")
    row = await PitchInterest.create(
        pitch_id=pitch_id,
        person_id=person_id,
        nature=nature,
        bar=bar,
        words=words.strip(),
        found=found,
        recorded_by_id=who.person_id,
        recorded_at=business_now(),
    )
    await audit.record("interest recorded", f"pitch:{pitch_id}", who, of_person=person_id, bars=bar is Bar.BARRED)
    return row
