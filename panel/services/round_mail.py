"""Who is told what about a round: members where they must act, officers where the clock runs, groups where it ends.

Each mail once, by its key: what the calendar asks for again is not sent again.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from crowdfund_kent import outbox
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import people_with
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import day_begins, london_day
from crowdfund_kent.mail import write
from crowdfund_kent.settings import get_settings
from crowdfund_kent.working_days import add_working_days, working_days_between
from panel.access import ON_THE_LIST, seats_of, who_is_barred
from panel.days import clock
from panel.models import Attendance, Pitch, Round, ScoreSheet, Seat
from panel.quorum import SITTING
from projects.letters import to_owners
from projects.queries import officer_of

SCORES_DUE: Final = 2
"""Working days before the last day for scores, on which who has not given all is reminded."""
DECIDE_SOON: Final = 5
"""Working days before the decision is due, from which officers are reminded."""
_EIGHT: Final = timedelta(hours=8)


async def papers_are_ready(round_: Round) -> None:
    """To everybody who sits: declare, read, score. To officers: what is missing before the meeting."""
    number = await Pitch.filter(round_id=round_.id, status__in=ON_THE_LIST).count()
    for seat in await _sitting(round_):
        await _send("round_papers", seat.person, round_, number=number)
    await tell_officers(round_, "closed", number=number)


async def tell_officers(round_: Round, what: str, **more: Any) -> None:
    """To each officer of the fund. `what`: opened, closed, decide_soon, late."""
    for officer in await people_with(Role.FUND_OFFICER, round_.fund_id):
        await _send(f"round_{what}", officer, round_, officer=None, **more)


async def tell_group(pitch: Pitch, round_: Round, what: str, reason: str = "") -> None:
    """To the owners of the group that asked. `what`: cancelled."""
    pitch = await Pitch.get(id=pitch.id).select_related("project")
    mail = write(
        f"panel/pitch_{what}.txt",
        officer=await officer_of(pitch.project.group_id),
        title=pitch.project.title,
        funds_url=f"{get_settings().site_url}/funds",
        reason=reason,
        **await _facts(round_),
    )
    await to_owners(pitch.project.group_id, f"pitch {what}", mail, f"pitch {what}:{pitch.id}")


async def remind(round_: Round, now: datetime) -> None:
    """What falls due of a round under way, from eight in the morning of its day: scores, the meeting, the decision."""
    today = london_day(now)
    if now < day_begins(today) + _EIGHT:
        return
    if today <= round_.scores_by and working_days_between(today, round_.scores_by) <= SCORES_DUE:
        for person in await _who_owes_scores(round_):
            await _send("round_scores", person, round_)
    if today < round_.meets_on <= add_working_days(today, 1):
        for seat in await _sitting(round_):
            await _send("round_meeting", seat.person, round_, about=f"round meeting:{round_.id}:{round_.meets_on}")
    stands = clock(round_.decide_by, today, running=True)
    if stands.late:
        await tell_officers(round_, "late", words=stands.words)
    elif stands.left <= DECIDE_SOON:
        await tell_officers(round_, "decide_soon", words=stands.words)


async def called(round_: Round, seat: Seat, reason: str) -> None:
    """To a reserve who is called."""
    await _send("round_called", seat.person, round_, reason=reason)


async def _sitting(round_: Round) -> list[Seat]:
    called_seats = {row.seat_id for row in await Attendance.filter(round_id=round_.id, called_at__isnull=False)}
    return [seat for seat in await seats_of(round_) if seat.kind in SITTING or seat.id in called_seats]


async def _who_owes_scores(round_: Round) -> list[Person]:
    """Who sits and has not scored every pitch that they are not barred from."""
    pitches = [pitch.id for pitch in await Pitch.filter(round_id=round_.id, status="submitted")]
    seats = await _sitting(round_)
    shut_out = await who_is_barred(pitches, [seat.person_id for seat in seats])
    given = {(sheet.pitch_id, sheet.person_id) for sheet in await ScoreSheet.filter(pitch__round_id=round_.id)}
    done = given | set(shut_out)
    return [seat.person for seat in seats if any((pitch, seat.person_id) not in done for pitch in pitches)]


async def _facts(round_: Round) -> dict[str, Any]:
    whole = await Round.get(id=round_.id).select_related("fund__funder")
    return {"round": whole, "fund": whole.fund.name, "funder": whole.fund.funder.short_name}


async def _send(template: str, person: Person, round_: Round, *, about: str = "", **more: Any) -> None:
    if not person.email:
        return
    site = get_settings().site_url
    mail = write(
        f"panel/{template}.txt",
        panel_url=f"{site}/panel/{round_.slug}",
        staff_url=f"{site}/staff/rounds/{round_.slug}",
        **await _facts(round_),
        **more,
    )
    key = f"{about or f'{template}:{round_.id}'}:{person.id}"
    await outbox.email(template, to=person.email, subject=mail.subject, text=mail.text, unique_key=key)
