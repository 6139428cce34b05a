"""Recommendations and votes: who may put what, who votes, and each of them once."""

from typing import Any

import pytest

from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import AuditRow
from panel.kinds import Outcome
from panel.models import Hold, Pitch, PitchInterest
from panel.services.recommending import Wording, recommend, vote
from tests.panel.round_make import AGAINST, FOR, WHY, panel

pytestmark = pytest.mark.usefixtures("db")


async def _bar(pitch: Pitch, person_id: int | None) -> None:
    await PitchInterest.create(
        pitch_id=pitch.id,
        person_id=person_id,
        nature="family",
        bar="bars",
        words="A cousin.",
        found="raised by the chair",
        recorded_at=business_now(),
    )


async def test_another_wording_is_voted_on_anew() -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    old = await p.carry(pitch)
    await p.put(pitch, Outcome.PART, 300_000)
    with pytest.raises(Refused, match="0 of 3 votes"):
        await p.sign()
    with pytest.raises(Conflict, match="Another recommendation"):
        await vote(old.id, FOR, p.members[0])


async def test_everybody_votes_once_and_only_who_is_there_and_free() -> None:
    p = await panel(members=5, quorum=3)
    pitch = await p.pitch()
    await p.meet(*p.members[:4])
    made = await p.put(pitch, Outcome.AWARD)
    await vote(made.id, FOR, p.members[0])
    with pytest.raises(Refused) as found:
        await vote(made.id, AGAINST, p.members[0])
    assert found.value.rule == "once"
    with pytest.raises(Refused) as found:
        await vote(made.id, FOR, p.members[4])
    assert found.value.rule == "present"
    await _bar(pitch, p.members[1].person_id)
    with pytest.raises(Forbidden):
        await vote(made.id, FOR, p.members[1])
    for nobody in (p.officer, p.signatory):
        with pytest.raises(Forbidden):
            await vote(made.id, FOR, nobody)


async def test_an_officer_records_a_raised_hand_and_that_is_on_record() -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    made = await p.put(pitch, Outcome.AWARD)
    chair, member, _ = p.members
    with pytest.raises(Forbidden):
        await vote(made.id, FOR, chair, for_person_id=member.person_id)
    given = await vote(made.id, FOR, p.officer, for_person_id=member.person_id)
    assert given.person_id == member.person_id
    row = await AuditRow.get(act="vote recorded")
    assert (row.person_id, row.details["for_person_id"]) == (p.officer.person_id, member.person_id)
    with pytest.raises(Refused) as found:
        await vote(made.id, AGAINST, member)
    assert found.value.rule == "once"
    with pytest.raises(Refused) as found:
        await vote(made.id, FOR, p.officer, for_person_id=p.signatory.person_id)
    assert found.value.rule == "present"


async def test_a_recommendation_is_held_to_the_rules_when_it_is_made() -> None:
    p = await panel()
    pitch = await p.pitch(600_000)
    weak, held = await p.pitch(), await p.pitch()
    await p.scored(weak, 2)
    await p.meet()
    for act, rule in (
        (p.put(pitch, Outcome.AWARD), "max_share"),
        (p.put(pitch, Outcome.AWARD, 400_000), "amount"),
        (p.put(pitch, Outcome.PART, 600_000), "amount"),
        (p.put(weak, Outcome.AWARD), "pass mark"),
    ):
        with pytest.raises(Refused) as found:
            await act
        assert found.value.rule == rule
    await Hold.create(
        pitch_id=held.id, kind="hold", reason="One giver.", placed_by_id=p.officer.person_id, placed_at=business_now()
    )
    with pytest.raises(Refused) as found:
        await p.put(held, Outcome.AWARD)
    assert found.value.rule == "held"
    await p.put(held, Outcome.DEFER)
    for nobody in (p.members[1], p.signatory):
        with pytest.raises(Forbidden):
            await p.put(pitch, Outcome.DECLINE, by=nobody)
    await p.put(pitch, Outcome.PART, 500_000, by=p.members[0])
    with pytest.raises(Refused, match="Only an award has an amount"):
        await recommend(pitch.id, Wording(Outcome.DECLINE, WHY, WHY, WHY, 100), p.officer)
    for missing in ({"reasons": " "}, {"alternatives": ""}, {"feedback": ""}):
        given: dict[str, Any] = {"reasons": WHY, "alternatives": WHY, "feedback": WHY} | missing
        with pytest.raises(Refused, match="Enter"):
            await recommend(pitch.id, Wording(Outcome.DECLINE, **given), p.officer)


async def test_nothing_is_recommended_or_voted_on_before_the_meeting() -> None:
    p = await panel()
    pitch = await p.pitch()
    with pytest.raises(Refused) as found:
        await p.put(pitch, Outcome.DECLINE)
    assert found.value.rule == "meeting"
    with pytest.raises(Conflict):
        await p.sign()
