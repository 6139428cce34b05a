"""Places on a panel: given for a term and never to oneself; who is there; the quorum of each pitch, and its reserves."""

import asyncio
from datetime import date, timedelta

import pytest

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.models import Outbox
from panel import access, quorum
from panel.kinds import Nature, SeatKind
from panel.models import Attendance, Round
from panel.queries.attendance import standing
from panel.queries.seats import panel_of, published_composition, who_sat
from panel.quorum import Place
from panel.services import attendance, interests, rounds, seats
from panel.services.interests import Said
from tests.panel import rounds_make as make
from tests.pledges import pot_make

MONEY = Said(Nature.MONEY)


@pytest.mark.parametrize(
    ("number", "needs", "holds", "missing"),
    [(0, 3, False, 3), (2, 3, False, 1), (3, 3, True, 0), (5, 3, True, 0), (1, 1, True, 0), (0, 1, False, 1)],
)
def test_a_quorum_counts_people_who_may_vote(number: int, needs: int, holds: bool, missing: int) -> None:
    assert (quorum.has_quorum(number, needs), quorum.needed(number, needs)) == (holds, missing)


@pytest.mark.parametrize(
    ("day", "ended", "counts"),
    [
        (date(2026, 3, 31), None, False),
        (date(2026, 4, 1), None, True),
        (date(2027, 3, 31), None, True),
        (date(2027, 4, 1), None, False),
        (date(2026, 6, 1), date(2026, 6, 2), True),
        (date(2026, 6, 2), date(2026, 6, 2), False),  # not on the day it ended
        (date(2026, 6, 3), date(2026, 6, 2), False),
    ],
)
def test_a_place_counts_in_its_term_until_it_ends(day: date, ended: date | None, counts: bool) -> None:
    assert quorum.in_office(date(2026, 4, 1), date(2027, 3, 31), ended, day) is counts


CHAIR, FIRST, SECOND, MEMBER = (
    Place(9, SeatKind.CHAIR),
    Place(3, SeatKind.DEPUTY),
    Place(5, SeatKind.DEPUTY),
    Place(1, SeatKind.MEMBER),
)


@pytest.mark.parametrize(
    ("free", "seat"),
    [([MEMBER, CHAIR, FIRST], 9), ([MEMBER, SECOND, FIRST], 3), ([MEMBER, SECOND], 5), ([MEMBER], None), ([], None)],
)
def test_the_chair_chairs_else_the_first_deputy(free: list[Place], seat: int | None) -> None:
    assert quorum.who_chairs(free) == seat


@pytest.mark.parametrize(
    ("reserves", "failing", "called"),
    [([5, 6], [], []), ([5, 6], [{5, 6}], [5, 6]), ([5, 6], [{6}], [6]), ([5], [set(), {5}], [5]), ([], [set()], [])],
)
def test_a_reserve_is_called_only_where_it_helps(
    reserves: list[int], failing: list[set[int]], called: list[int]
) -> None:
    assert quorum.who_may_be_called(reserves, failing) == called


@pytest.mark.parametrize(("number", "says"), [(2, "2: give"), (3, ""), (7, ""), (8, "8: end")])
def test_the_site_says_when_a_panel_is_too_small_or_too_large(number: int, says: str) -> None:
    words = quorum.size_words(number)
    assert (says in words) if says else words == ""


async def test_a_place_is_given_by_an_officer_never_to_oneself_and_needs_the_role(db: None) -> None:
    panel = await make.panel()
    today, later = business_today(), business_today() + timedelta(days=100)
    nobody = await pot_make.person("Nob")
    officer = panel.officer.person_id or 0
    await StaffRole.create(person_id=officer, role=Role.PANEL_MEMBER, fund_id=panel.fund.id, granted_at=make.at(today))
    member = await pot_make.person("Mem", Role.PANEL_MEMBER, fund=panel.fund)
    other_fund = await pot_make.person("Els", Role.PANEL_MEMBER, fund=await pot_make.fund(1_000))
    wrong = [
        (panel.officer, SeatKind.MEMBER, today, later, "not to oneself"),
        (nobody, SeatKind.MEMBER, today, later, "person"),
        (other_fund, SeatKind.MEMBER, today, later, "person"),
        (member, SeatKind.CHAIR, today, later, "person"),
        (member, SeatKind.MEMBER, later, today, "to_day"),
        (member, SeatKind.MEMBER, today - timedelta(days=9), today - timedelta(days=1), "to_day"),
        (panel.ann, SeatKind.DEPUTY, today, later, "person"),  # a second place in the same time
    ]
    for who, kind, first, last, rule in wrong:
        with pytest.raises(Refused) as refused:
            await seats.give_seat(panel.fund.id, who.person_id or 0, kind, "A post", first, last, panel.officer)
        assert refused.value.rule == rule
    second_chair = await pot_make.person("Two", Role.PANEL_CHAIR, fund=panel.fund)
    with pytest.raises(Refused) as refused:
        await make.seat_of(panel.fund, second_chair, SeatKind.CHAIR, panel.officer)
    assert refused.value.rule == "kind"
    with pytest.raises(Forbidden):
        await make.seat_of(panel.fund, member, SeatKind.MEMBER, panel.chair)
    await seats.end_seat(panel.seat(panel.chair).id, panel.officer)
    new = await seats.give_seat(
        panel.fund.id, second_chair.person_id or 0, SeatKind.CHAIR, "Chair", today, later, panel.officer
    )
    assert new.given_by_id == panel.officer.person_id
    with pytest.raises(Conflict):
        await seats.end_seat(panel.seat(panel.chair).id, panel.officer)


async def test_whose_role_has_ended_sits_no_more(db: None) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    await make.declare_nothing(panel.round, panel.ann)
    assert await access.require_reader(pitch, panel.ann)
    await StaffRole.filter(person_id=panel.ann.person_id).update(ended_at=make.at(business_today()))
    assert await access.sits(panel.round, panel.ann.person_id) is None
    with pytest.raises(Forbidden):
        await access.require_reader(pitch, panel.ann)


async def test_posts_are_published_and_names_are_not(db: None) -> None:
    panel = await make.panel()
    posts = await published_composition(panel.fund.id)
    assert [post.kind for post in posts] == ["chair", "member", "member", "reserve"]
    assert all(post.words.startswith("Post of") for post in posts)
    assert await published_composition(panel.fund.id, business_today() - timedelta(days=11)) == []
    shown = await panel_of(panel.fund.id)
    assert (len(shown.now), shown.size_words, shown.has_chair) == (4, "", True)


async def test_the_quorum_of_each_pitch_counts_those_who_are_there_and_free(db: None) -> None:
    panel = await make.panel(quorum=3)
    easy, hard = await make.pitch(panel.round), await make.pitch(panel.round)
    await make.declare_nothing(panel.round, panel.chair, panel.ben, panel.reserve)
    await interests.declare(panel.round.id, {easy.id: Said(), hard.id: MONEY}, panel.ann)
    await panel.close()
    before = await standing(panel.round)
    assert [(one.pitch.id, one.missing) for one in before.pitches] == [(easy.id, 0), (hard.id, 1)]
    assert [seat.person_id for seat in before.callable_seats] == [panel.reserve.person_id]
    with pytest.raises(Forbidden):
        await attendance.call_reserve(panel.round.id, panel.seat(panel.reserve).id, "No quorum.", panel.ann)
    with pytest.raises(NotFound):
        await attendance.call_reserve(panel.round.id, panel.seat(panel.ben).id, "No quorum.", panel.officer)
    with pytest.raises(Refused):
        await attendance.call_reserve(panel.round.id, panel.seat(panel.reserve).id, " ", panel.officer)
    await attendance.call_reserve(panel.round.id, panel.seat(panel.reserve).id, "No quorum without.", panel.officer)
    assert (await access.require_reader(hard, panel.reserve)).kind == SeatKind.RESERVE
    assert not (await standing(panel.round)).failing
    with pytest.raises(Conflict):
        await attendance.call_reserve(panel.round.id, panel.seat(panel.reserve).id, "Again.", panel.officer)
    assert await Outbox.filter(name="round_called").count() == 1
    await rounds.begin_meeting(panel.round.id, panel.chair)
    await panel.reread()
    assert await access.voters(panel.round) == []  # nobody is there before it is recorded
    there = {panel.seat(who).id: True for who in (panel.chair, panel.ann, panel.ben, panel.reserve)}
    await attendance.record_attendance(panel.round.id, there, panel.seat(panel.chair).id, panel.officer)
    counts = {one: len(found) for one, found in (await access.may_vote_on_each(panel.round, [easy, hard])).items()}
    assert counts == {easy.id: 4, hard.id: 3}
    sat = await who_sat(panel.round)
    assert (sat[0].kind, sat[0].chaired, sat[0].called_because) == ("chair", True, "")
    assert sat[-1].called_because == "No quorum without."


async def test_no_reserve_is_called_where_every_quorum_holds_and_none_who_is_barred(db: None) -> None:
    panel = await make.panel(quorum=3)
    pitch = await make.pitch(panel.round)
    await panel.close()
    with pytest.raises(Refused) as refused:
        await attendance.call_reserve(panel.round.id, panel.seat(panel.reserve).id, "To be sure.", panel.officer)
    assert refused.value.rule == "quorum"
    await attendance.record_attendance(panel.round.id, {panel.seat(panel.ben).id: False}, None, panel.officer)
    await interests.declare(panel.round.id, {pitch.id: MONEY}, panel.reserve)
    with pytest.raises(Refused, match="barred"):
        await attendance.call_reserve(panel.round.id, panel.seat(panel.reserve).id, "Ben is away.", panel.officer)


async def test_who_has_not_declared_or_is_away_has_no_vote(db: None) -> None:
    panel = await make.panel(quorum=2)
    pitch = await make.pitch(panel.round)
    await make.declare_nothing(panel.round, panel.chair, panel.ben)
    await panel.meet()
    there = {panel.seat(panel.chair).id: True, panel.seat(panel.ann).id: True, panel.seat(panel.ben).id: False}
    with pytest.raises(Refused) as refused:
        await attendance.record_attendance(panel.round.id, there, panel.seat(panel.ben).id, panel.officer)
    assert refused.value.rule == "chaired"
    with pytest.raises(Refused) as refused:
        await attendance.record_attendance(panel.round.id, there, panel.seat(panel.ann).id, panel.officer)
    assert refused.value.rule == "chaired"
    with pytest.raises(Refused) as refused:
        uncalled = {panel.seat(panel.reserve).id: True}
        await attendance.record_attendance(panel.round.id, uncalled, None, panel.officer)
    assert refused.value.rule == "seats"
    await attendance.record_attendance(panel.round.id, there, panel.seat(panel.chair).id, panel.chair)
    voting = await access.may_vote_on(await type(pitch).get(id=pitch.id).select_related("round"))
    assert [seat.person_id for seat in voting] == [panel.chair.person_id]
    assert [one.missing for one in (await standing(panel.round)).pitches] == [1]


async def test_one_reserve_called_twice_at_once_is_called_once(committed: str) -> None:
    panel = await make.panel(quorum=4)
    await make.pitch(panel.round)
    await Round.filter(id=panel.round.id).update(status="scoring")
    seat = panel.seat(panel.reserve).id
    done = await asyncio.gather(
        *(attendance.call_reserve(panel.round.id, seat, "No quorum.", panel.officer) for _ in range(3)),
        return_exceptions=True,
    )
    assert [one for one in done if one is None] == [None]
    assert await Attendance.filter(seat_id=seat).count() == 1
