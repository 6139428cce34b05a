"""Score sheets: complete, explained, of members only, hidden until given, and changed no more once the meeting begins."""

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, Refused
from panel.models import Pitch, PitchInterest, RoundDeclaration, Score, ScoreSheet
from panel.queries.scoring import others_sheets, ranking_of
from panel.services.scoring import Points, give_sheet
from projects.models import Member
from tests.panel.round_make import WHY, Panel, panel
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")


async def two(*, members: int = 3) -> tuple[Panel, Pitch]:
    p = await panel(members=members)
    return p, await p.pitch()


async def bar(pitch: Pitch, person_id: int | None) -> None:
    await PitchInterest.create(
        pitch_id=pitch.id,
        person_id=person_id,
        nature="money",
        bar="bars",
        words="A contract.",
        found="declared",
        recorded_at=pitch.created_at,
    )


async def test_a_sheet_has_points_for_every_criterion_and_the_newest_counts() -> None:
    p, pitch = await two()
    chair = p.members[0]
    first = await p.sheet(pitch, chair, 3, 3, 3)
    second = await p.sheet(pitch, chair, 5, 4, 3)
    assert (first.number, second.number) == (1, 2)
    (place,) = await ranking_of(p.round)
    assert place.entry.score == 8_000
    assert [sheet.row.id for sheet in place.sheets] == [second.id]
    assert await Score.all().count() == 6, "the first sheet stays on record"


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [("one left out", "criteria"), ("another round's", "criteria"), ("six", "points"), ("five without why", "reason")],
)
async def test_what_is_not_complete_is_refused(wrong: str, rule: str) -> None:
    p, pitch = await two()
    points = p.points(3)
    first = min(points)
    if wrong == "one left out":
        del points[first]
    elif wrong == "another round's":
        points[(await panel()).criteria[0].id] = points.pop(first)
    else:
        points[first] = Points(6, "x") if wrong == "six" else Points(5, " ")
    with pytest.raises(Refused) as refused:
        await give_sheet(pitch.id, points, WHY, p.members[0])
    assert refused.value.rule == rule
    with pytest.raises(Refused, match="Enter a reason for your scores"):
        await give_sheet(pitch.id, p.points(3), "  ", p.members[0])
    assert not await ScoreSheet.all().exists()


async def test_who_has_no_seat_is_undeclared_or_barred_does_not_score() -> None:
    p, pitch = await two()
    stranger = await make.person("Xan", Role.PANEL_MEMBER, fund=p.fund)
    for nobody in (stranger, p.officer, p.signatory):
        with pytest.raises(Forbidden):
            await p.sheet(pitch, nobody, 3)
    await bar(pitch, p.members[1].person_id)
    with pytest.raises(Forbidden, match="an interest of money"):
        await p.sheet(pitch, p.members[1], 3)
    await Member.create(
        group_id=(await pitch.project).group_id,
        person_id=p.members[2].person_id,
        role="editor",
        created_at=pitch.created_at,
        ended_at=pitch.created_at,
    )
    with pytest.raises(Forbidden, match="your own group"):
        await p.sheet(pitch, p.members[2], 3)
    later = await p.pitch()
    await execute("ALTER TABLE panel_declaration DISABLE TRIGGER ALL")
    await RoundDeclaration.filter(person_id=p.members[0].person_id).delete()
    with pytest.raises(Refused) as refused:
        await p.sheet(later, p.members[0], 3)
    assert refused.value.rule == "declaration"
    assert not await ScoreSheet.all().exists()


async def test_nobody_sees_what_others_gave_before_their_own_is_given() -> None:
    p, pitch = await two()
    chair, member = p.members[:2]
    await p.sheet(pitch, chair, 2)
    assert await others_sheets(pitch, member.person_id or 0) is None
    await p.sheet(pitch, member, 4)
    shown = await others_sheets(pitch, member.person_id or 0)
    assert shown is not None
    assert [(sheet.row.person_id, sheet.points) for sheet in shown] == [(chair.person_id, [2, 2, 2])]


async def test_a_sheet_of_somebody_who_turns_out_to_be_barred_counts_no_more() -> None:
    p, pitch = await two()
    for member, points in zip(p.members, (5, 2, 2), strict=True):
        await p.sheet(pitch, member, points)
    assert (await ranking_of(p.round))[0].entry.score == 6_000
    await bar(pitch, p.members[0].person_id)
    assert (await ranking_of(p.round))[0].entry.score == 4_000


async def test_the_order_is_by_score_then_backers_then_the_earlier_one() -> None:
    p = await panel()
    early, backed, best = await p.pitch(), await p.pitch(crowd=(1_000, 1_000, 1_000)), await p.pitch()
    late = await p.pitch()
    for pitch in (early, backed, late):
        await p.scored(pitch, 3)
    await p.scored(best, 4)
    order = [best.id, backed.id, early.id, late.id]
    assert [one.pitch.id for one in await ranking_of(p.round)] == order


async def test_once_the_meeting_has_begun_nothing_is_scored() -> None:
    p, pitch = await two()
    await p.meet()
    with pytest.raises(Refused) as refused:
        await p.sheet(pitch, p.members[0], 5)
    assert refused.value.rule == "scoring"


async def test_after_the_signature_the_database_itself_refuses_a_sheet() -> None:
    p, pitch = await two()
    await p.meet()
    await p.carry(pitch)
    await p.sign()
    with pytest.raises(asyncpg.RaiseError, match="the list of this round is signed"):
        async with transaction():
            await execute(
                "INSERT INTO score_sheet (pitch_id, person_id, number, reason, given_at) VALUES ($1, $2, 9, 'x', now())",
                pitch.id,
                p.members[0].person_id,
            )
    with pytest.raises(IntegrityError, match="append-only"):
        async with transaction():
            await execute("UPDATE score SET points = 4 WHERE points = 3 OR true")
