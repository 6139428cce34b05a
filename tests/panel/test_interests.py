"""Who is barred, who may read and who may vote: found by the site, told, raised, and never lowered."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from panel import access
from panel.kinds import Bar, Found, Nature, SeatKind
from panel.models import PitchInterest, RoundDeclaration
from panel.services import attendance, interests, seats
from panel.services.interests import Said
from projects.models import Member
from tests.panel import rounds_make as make
from tests.pledges import pot_make

NONE = Said()
FAMILY = Said(Nature.FAMILY, "My sister is its treasurer.")
KNOWN = Said(Nature.OTHER, "I have been to its concerts.")


async def test_the_site_finds_own_groups_own_pledges_and_the_register(db: None) -> None:
    panel = await make.panel()
    mine, pledged, noted, free = [await make.pitch(panel.round) for _ in range(4)]
    ann = panel.ann.person_id or 0
    await Member.create(
        group_id=mine.project.group_id,
        person_id=ann,
        role="editor",
        created_at=make.at(business_today()),
        ended_at=make.at(business_today()),  # was, and is no more
    )
    local, domain = ((await make.person(panel.ann)).email or "").split("@")
    assert pledged.campaign is not None
    await pot_make.card_pledge(pledged.campaign, 1_000, email=f"{local.upper()}+gifts@{domain}")
    await interests.add_to_register(
        ann,
        body=noted.project.group.name,
        nature=Nature.MONEY,
        bar=Bar.BARRED,
        words="They rent my hall.",
        from_day=business_today(),
        group_id=noted.project.group_id,
        by=panel.ann,
    )
    found = {
        one.id: [reason.nature for reason in await access.barred(one, ann)] for one in (mine, pledged, noted, free)
    }
    assert found == {mine.id: ["own group"], pledged.id: ["own pledge"], noted.id: ["money"], free.id: []}
    with pytest.raises(Forbidden, match="own group"):
        await access.refuse_barred(mine, panel.ann)
    await access.refuse_barred(mine, panel.ben)
    # all of it is on record once she declared, though she said nothing herself
    await make.declare_nothing(panel.round, panel.ann)
    rows = (
        await PitchInterest.filter(person_id=ann).order_by("pitch_id").values_list("pitch_id", "nature", "bar", "found")
    )
    assert rows == [
        (mine.id, "own group", "bars", "found by the site"),
        (pledged.id, "own pledge", "bars", "found by the site"),
        (noted.id, "money", "bars", "register"),
    ]


async def test_an_entry_of_the_register_that_ends_in_a_round_still_counts_in_it(db: None) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    entry = await interests.add_to_register(
        panel.ann.person_id or 0,
        body="Them",
        nature=Nature.OTHER,
        bar=Bar.BARRED,
        words="An old quarrel.",
        from_day=business_today(),
        group_id=pitch.project.group_id,
        by=panel.officer,  # an officer may enter what a member told them
    )
    await make.pass_days(business_today() + timedelta(days=3))
    await interests.end_in_register(entry.id, panel.ann)
    assert await access.barred(pitch, panel.ann.person_id or 0)
    with pytest.raises(Conflict):
        await interests.end_in_register(entry.id, panel.ann)


async def test_the_register_is_ones_own_or_of_an_officer_of_the_panel(db: None) -> None:
    panel, other = await make.panel(), await make.panel()
    entry = {"body": "A firm", "nature": Nature.MONEY, "bar": Bar.BARRED, "words": "", "from_day": business_today()}
    for who in (panel.ben, panel.chair, other.officer):
        with pytest.raises(Forbidden):
            await interests.add_to_register(panel.ann.person_id or 0, by=who, **entry)  # type: ignore[arg-type]
    stranger = await pot_make.person("Stra")
    with pytest.raises(Forbidden):
        await interests.add_to_register(stranger.person_id or 0, by=stranger, **entry)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        await interests.add_to_register(panel.ann.person_id or 0, by=panel.ann, **(entry | {"bar": Bar.DECLARED}))  # type: ignore[arg-type]
    assert refused.value.rule == "bar"


async def test_nothing_is_read_before_the_declaration_and_barred_papers_never(db: None) -> None:
    panel = await make.panel()
    free, barred = await make.pitch(panel.round), await make.pitch(panel.round)
    with pytest.raises(Refused) as refused:
        await access.require_reader(free, panel.ann)
    assert refused.value.rule == "declaration"
    await interests.declare(panel.round.id, {free.id: KNOWN, barred.id: FAMILY}, panel.ann)
    assert (await access.require_reader(free, panel.ann)).person_id == panel.ann.person_id
    with pytest.raises(Forbidden, match="family"):
        await access.require_reader(barred, panel.ann)
    assert await access.has_declared(panel.round, panel.ann.person_id or 0)
    assert not await access.has_declared(panel.round, panel.ben.person_id or 0)


async def test_a_declaration_answers_for_each_pitch_once_and_asks_again_for_new_ones_alone(db: None) -> None:
    panel = await make.panel()
    first = await make.pitch(panel.round)
    for wrong in ({}, {first.id: NONE, 0: NONE}, {first.id: Said(Nature.OTHER)}):
        with pytest.raises(Refused):
            await interests.declare(panel.round.id, wrong, panel.ann)
    await interests.declare(panel.round.id, {first.id: NONE}, panel.ann)
    with pytest.raises(Refused) as refused:
        await interests.declare(panel.round.id, {first.id: FAMILY}, panel.ann)
    assert refused.value.rule == "declaration"
    second = await make.pitch(panel.round)
    assert [one.id for one in await access.undeclared(panel.round, panel.ann.person_id or 0)] == [second.id]
    await access.require_declared(panel.round, panel.ann, first)
    for pitch in (None, second):
        with pytest.raises(Refused):
            await access.require_declared(panel.round, panel.ann, pitch)
    await interests.declare(panel.round.id, {second.id: FAMILY}, panel.ann)
    rows = await RoundDeclaration.filter(person_id=panel.ann.person_id).order_by("id")
    assert [row.number for row in rows] == [1, 2]
    # something remembered later is added, and can only be stricter
    await interests.add_to_pitch(first.id, FAMILY, panel.ann)
    assert await access.barred(first, panel.ann.person_id or 0)


async def test_officers_and_signatories_of_the_fund_declare_and_others_do_not(db: None) -> None:
    panel, other = await make.panel(), await make.panel()
    pitch = await make.pitch(panel.round)
    signatory = await pot_make.person("Sig", Role.SIGNATORY, fund=panel.fund)
    for who in (panel.officer, signatory, panel.reserve):
        await interests.declare(panel.round.id, {pitch.id: NONE}, who)
    for who in (other.officer, other.chair, await pot_make.person("Nob")):
        with pytest.raises(Forbidden):
            await interests.declare(panel.round.id, {pitch.id: NONE}, who)
    await interests.add_to_pitch(pitch.id, Said(Nature.MONEY), panel.officer)
    with pytest.raises(Forbidden):
        await access.refuse_barred(pitch, panel.officer)


async def test_the_chair_raises_with_words_and_nobody_lowers(db: None) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    await interests.declare(panel.round.id, {pitch.id: KNOWN}, panel.ann)
    told = await PitchInterest.get(person_id=panel.ann.person_id)
    for who in (panel.ann, panel.ben, panel.officer, panel.reserve):
        with pytest.raises(Forbidden):
            await interests.raise_interest(told.id, "Too close.", who)
    with pytest.raises(Refused):
        await interests.raise_interest(told.id, " ", panel.chair)
    raised = await interests.raise_interest(told.id, "Its concerts were paid for by her.", panel.chair)
    assert (raised.bar, raised.found) == (Bar.BARRED, Found.CHAIR)
    assert [reason.found for reason in await access.barred(pitch, panel.ann.person_id or 0)] == [Found.CHAIR]
    with pytest.raises(Conflict):
        await interests.raise_interest(told.id, "Twice.", panel.chair)


@pytest.mark.parametrize("change", [{"bar": "declared only", "nature": "other"}, {"person_id": 1}])
async def test_the_database_refuses_to_lower_an_interest(db: None, change: dict[str, object]) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    await interests.declare(panel.round.id, {pitch.id: FAMILY}, panel.ann)
    row = await PitchInterest.get(person_id=panel.ann.person_id)
    with pytest.raises(asyncpg.RaiseError, match="never lowered"):
        async with transaction():
            await PitchInterest.filter(id=row.id).update(**change)


async def test_a_chair_who_is_barred_leaves_it_to_a_deputy(db: None) -> None:
    panel = await make.panel(quorum=2)
    deputy = await panel.sit(SeatKind.DEPUTY, "Dep")
    pitch, other = await make.pitch(panel.round), await make.pitch(panel.round)
    await interests.declare(panel.round.id, {pitch.id: KNOWN, other.id: NONE}, panel.ann)
    await interests.declare(panel.round.id, {pitch.id: FAMILY, other.id: NONE}, panel.chair)
    told = await PitchInterest.get(person_id=panel.ann.person_id)
    with pytest.raises(Forbidden):
        await interests.raise_interest(told.id, "Too close.", panel.chair)
    await make.declare_nothing(panel.round, deputy, panel.ben)
    await interests.raise_interest(told.id, "Too close.", deputy)
    await panel.meet()
    there = {panel.seat(who).id: True for who in (panel.chair, deputy, panel.ann, panel.ben)}
    await attendance.record_attendance(panel.round.id, there, panel.seat(panel.chair).id, panel.chair)
    await panel.reread()
    chairing = [await access.chairs(await type(pitch).get(id=one.id).select_related("round")) for one in (pitch, other)]
    assert [seat.person_id for seat in chairing if seat] == [deputy.person_id, panel.chair.person_id]


async def test_without_a_seat_or_uncalled_or_ended_nobody_reads(db: None) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    outsider = await pot_make.person("Out", Role.PANEL_MEMBER, fund=panel.fund)
    await make.declare_nothing(panel.round, panel.reserve, panel.ben)
    with pytest.raises(Forbidden, match="no place"):
        await access.require_reader(pitch, outsider)
    with pytest.raises(Forbidden, match="reserve"):
        await access.require_reader(pitch, panel.reserve)
    await seats.end_seat(panel.seat(panel.ben).id, panel.officer)
    with pytest.raises(Forbidden, match="no place"):
        await access.require_reader(pitch, panel.ben)


async def test_two_declarations_at_once_are_one(committed: str) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    done = await asyncio.gather(
        *(interests.declare(panel.round.id, {pitch.id: FAMILY}, panel.ann) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(one, RoundDeclaration) for one in done) == 1
    assert all(isinstance(one, RoundDeclaration | Refused) for one in done)
    assert await PitchInterest.filter(person_id=panel.ann.person_id).count() == 1
