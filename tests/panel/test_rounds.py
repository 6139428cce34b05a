"""Rounds: their days and clock, what the calendar does, and who may plan, change and cancel them."""

import asyncio
from datetime import date, timedelta

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Conflict, Forbidden, InvalidMove, Refused
from crowdfund_kent.models import AuditRow, Outbox
from panel import days
from panel.models import Criterion, Pitch, Round, RoundEvent, ScoreSheet
from panel.services import rounds
from panel.states import Pitch as PitchStatus
from panel.states import Round as Status
from tests.panel import rounds_make as make
from tests.pledges import pot_make

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("pitch_by", "number", "decide_by"),
    [
        (date(2026, 11, 13), 20, date(2026, 12, 11)),
        (date(2026, 12, 18), 5, date(2026, 12, 29)),  # Christmas, Boxing Day moved to Monday 28th
        (date(2026, 3, 27), 5, date(2026, 4, 7)),  # Good Friday and Easter Monday
        (date(2026, 5, 2), 1, date(2026, 5, 5)),  # a Saturday before the early May holiday
        (date(2022, 5, 31), 2, date(2022, 6, 6)),  # the Jubilee days
        (date(2026, 11, 15), 0, date(2026, 11, 16)),  # a Sunday
    ],
)
def test_the_decision_is_due_so_many_working_days_in_england_after_the_last_pitch(
    pitch_by: date, number: int, decide_by: date
) -> None:
    assert days.decide_by(pitch_by, number) == decide_by


@pytest.mark.parametrize(
    ("today", "left", "words"),
    [
        (date(2026, 12, 4), 5, "5 working days left"),
        (date(2026, 12, 10), 1, "1 working day left"),
        (date(2026, 12, 11), 0, "today is the last day"),
        (date(2026, 12, 12), -1, "1 working day late"),  # the Saturday after
        (date(2026, 12, 14), -1, "1 working day late"),
        (date(2026, 12, 16), -3, "3 working days late"),
    ],
)
def test_the_clock_says_how_many_working_days_are_left_or_how_late_it_is(today: date, left: int, words: str) -> None:
    stands = days.clock(date(2026, 12, 11), today, running=True)
    assert (stands.left, stands.words, stands.late) == (left, words, left < 0)
    assert days.clock(date(2026, 12, 11), today, running=False).words == "decided"


@pytest.mark.parametrize(
    ("opens", "pitch", "scores", "meets", "field"),
    [
        ((1, 5), (1, 30), (2, 6), (2, 10), None),
        ((1, 5), (1, 5), (1, 5), (1, 5), None),  # all in one day is in order
        ((1, 5), (1, 4), (2, 6), (2, 10), "pitch_by"),
        ((1, 5), (1, 30), (1, 29), (2, 10), "scores_by"),
        ((1, 5), (1, 30), (2, 6), (2, 5), "meets_on"),
        ((1, 5), (1, 30), (2, 6), (2, 28), "meets_on"),  # after the decision is due
    ],
)
def test_the_days_of_a_round_are_in_order(
    opens: tuple[int, int], pitch: tuple[int, int], scores: tuple[int, int], meets: tuple[int, int], field: str | None
) -> None:
    planned = days.Days(*(date(2026, *one) for one in (opens, pitch, scores, meets)))
    found = days.why_not(planned, days.decide_by(planned.pitch_by, 20), FIRST, LAST)
    assert (found[0] if found else None) == field


def test_a_round_begins_and_is_decided_while_its_fund_runs() -> None:
    planned = days.Days(*(date(2026, *one) for one in ((1, 5), (1, 30), (2, 6), (2, 10))))
    assert days.why_not(planned, date(2026, 2, 27), date(2026, 1, 6), LAST) == (
        "opens_on",
        "The fund opens on 6 January 2026. Enter that day or a later one.",
    )
    late = days.why_not(planned, date(2026, 2, 27), FIRST, date(2026, 2, 26))
    assert late is not None
    assert late[0] == "pitch_by"


async def test_a_round_begins_with_the_six_criteria_and_the_clock_of_its_rules(db: None) -> None:
    panel = await make.panel()
    names = [row.name for row in await Criterion.filter(round_id=panel.round.id).order_by("position")]
    assert names == ["Fit", "Benefit", "Local support", "Deliverability", "Legacy", "Inclusion"]
    assert panel.round.decide_by == days.decide_by(panel.round.pitch_by, 20)
    assert panel.round.slug.startswith("kcc-round-")


async def test_only_an_officer_of_the_fund_plans_changes_and_cancels_a_round(db: None) -> None:
    panel = await make.panel()
    other = await make.panel()
    plan = rounds.Plan("Another", make.days())
    for who in (panel.chair, panel.ann, other.officer, Actor(None, "visitor")):
        with pytest.raises(Forbidden):
            await rounds.create_round(panel.fund.id, plan, who)
        with pytest.raises(Forbidden):
            await rounds.change_round(panel.round.id, plan, who)
        with pytest.raises(Forbidden):
            await rounds.cancel_round(panel.round.id, "No panel.", who)


async def test_a_round_opens_and_closes_on_its_days_and_drafts_lapse(db: None) -> None:
    panel = await make.panel()
    assert panel.round.status == Status.OPEN
    draft = await make.pitch(panel.round, status=PitchStatus.DRAFT)
    sent = await make.pitch(panel.round)
    await make.pass_days(panel.round.pitch_by)
    await rounds.move_due_rounds()
    assert (await panel.reread()).status == Status.OPEN  # the last day is a day to ask
    assert days.takes_pitches("open", panel.round.pitch_by, make.at(panel.round.pitch_by, 23))
    await panel.close()
    for _ in range(2):  # twice does no more
        await rounds.move_due_rounds()
        assert (await panel.reread()).status == Status.SCORING
    assert (await Pitch.get(id=draft.id)).status == PitchStatus.LAPSED
    assert (await Pitch.get(id=sent.id)).status == PitchStatus.SUBMITTED
    closed = await RoundEvent.get(subject_id=panel.round.id, cause="pitches closed")
    assert closed.effective_at == days.closes_at(panel.round.pitch_by)  # when it was true, not when the worker came
    mails = await Outbox.filter(name="round_papers").values_list("unique_key", flat=True)
    assert len(mails) == 3  # chair and members; no reserve
    assert await AuditRow.filter(act="pitches closed", subject=f"panel_round:{panel.round.id}").count() == 1


async def test_a_meeting_begins_once_by_an_officer_or_the_chair(db: None) -> None:
    panel = await make.panel()
    with pytest.raises(InvalidMove):
        await rounds.begin_meeting(panel.round.id, panel.chair)
    await panel.close()
    with pytest.raises(Forbidden):
        await rounds.begin_meeting(panel.round.id, panel.ann)
    await rounds.begin_meeting(panel.round.id, panel.chair)
    with pytest.raises(InvalidMove):
        await rounds.begin_meeting(panel.round.id, panel.officer)


async def test_what_was_asked_lapses_with_a_cancelled_round_and_groups_are_told_why(db: None) -> None:
    panel = await make.panel()
    sent = await make.pitch(panel.round)
    await rounds.cancel_round(panel.round.id, "The fund has no money left this year.", panel.officer)
    assert (await Pitch.get(id=sent.id)).status == PitchStatus.LAPSED
    (mail,) = await Outbox.filter(name="pitch cancelled")
    assert "The fund has no money left this year." in mail.body["text"]
    with pytest.raises(InvalidMove):
        await rounds.cancel_round(panel.round.id, "Again.", panel.officer)


async def test_an_open_round_keeps_its_first_day_and_a_closed_one_what_groups_were_told(db: None) -> None:
    panel = await make.panel()
    now = make.days()
    earlier = days.Days(now.opens_on - timedelta(days=1), now.pitch_by, now.scores_by, now.meets_on)
    with pytest.raises(Refused) as refused:
        await rounds.change_round(panel.round.id, rounds.Plan(panel.round.name, earlier), panel.officer)
    assert refused.value.rule == "opens_on"
    later = days.Days(now.opens_on, now.pitch_by + timedelta(days=7), *(now.meets_on + timedelta(days=7),) * 2)
    changed = await rounds.change_round(panel.round.id, rounds.Plan("Winter", later, quorum=2), panel.officer)
    assert (changed.name, changed.quorum, changed.decide_by) == ("Winter", 2, days.decide_by(later.pitch_by, 20))
    await panel.reread()
    await panel.close()
    with pytest.raises(Refused) as refused:
        await rounds.change_round(panel.round.id, rounds.Plan("Winter", now), panel.officer)
    assert refused.value.rule == "pitch_by"
    put_off = days.Days(later.opens_on, later.pitch_by, later.scores_by, later.meets_on + timedelta(days=30))
    moved = await rounds.change_round(panel.round.id, rounds.Plan("Winter", put_off, "Online"), panel.officer)
    assert (moved.meets_on, moved.place, moved.quorum) == (put_off.meets_on, "Online", 2)


async def test_criteria_can_be_changed_until_somebody_has_scored(db: None) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    await rounds.change_criteria(panel.round.id, [("Fit", ""), ("Joy", "Will people smile?")], panel.officer)
    assert await Criterion.filter(round_id=panel.round.id).count() == 2
    for wrong in ([], [("Fit", ""), ("fit", "")], [(f"C{number}", "") for number in range(11)]):
        with pytest.raises(Refused):
            await rounds.change_criteria(panel.round.id, wrong, panel.officer)
    await panel.close()
    await ScoreSheet.create(
        pitch_id=pitch.id, person_id=panel.ann.person_id, number=1, reason="Good.", given_at=make.at(business_today())
    )
    with pytest.raises(Refused) as refused:
        await rounds.change_criteria(panel.round.id, [("Fit", "")], panel.officer)
    assert refused.value.rule == "criteria"


async def test_the_record_is_published_on_its_day_and_not_before(db: None) -> None:
    panel = await make.panel()
    await panel.meet()
    on = business_today() + timedelta(days=7)
    await Round.filter(id=panel.round.id).update(
        status=Status.SIGNED, signed_at=make.at(business_today()), signed_by_id=panel.officer.person_id, publish_on=on
    )
    await rounds.move_due_rounds()
    assert (await panel.reread()).status == Status.SIGNED
    await make.pass_days(on)
    await rounds.move_due_rounds()
    await rounds.move_due_rounds()
    assert (await panel.reread()).status == Status.PUBLISHED
    assert await RoundEvent.filter(subject_id=panel.round.id, cause="published").count() == 1


async def test_who_must_act_is_reminded_once(db: None) -> None:
    panel = await make.panel()
    await make.pitch(panel.round)
    await panel.close()
    await make.pass_days(panel.round.scores_by)
    await rounds.move_due_rounds()
    await rounds.move_due_rounds()
    assert await Outbox.filter(name="round_scores").count() == 3
    await make.pass_days(panel.round.meets_on - timedelta(days=1))
    await rounds.move_due_rounds()
    assert await Outbox.filter(name="round_meeting").count() == 3
    await make.pass_days(panel.round.decide_by + timedelta(days=1))
    await rounds.move_due_rounds()
    await rounds.move_due_rounds()
    (late,) = await Outbox.filter(name="round_late")
    assert "1 working day late" in late.body["text"]


async def test_a_fund_that_is_not_open_has_no_rounds(db: None) -> None:
    panel = await make.panel()
    await type(panel.fund).filter(id=panel.fund.id).update(status="draft")
    with pytest.raises(Refused) as refused:
        await rounds.create_round(panel.fund.id, rounds.Plan("Spring", make.days()), panel.officer)
    assert refused.value.rule == "fund"
    with pytest.raises(Conflict):
        await rounds.change_round((await _signed(panel)).id, rounds.Plan("Spring", make.days()), panel.officer)


async def _signed(panel: make.Panel) -> Round:
    await Round.filter(id=panel.round.id).update(
        status=Status.SIGNED, signed_at=make.at(business_today()), signed_by_id=1, publish_on=business_today()
    )
    return await panel.reread()


async def test_two_rounds_of_one_name_are_told_apart(db: None) -> None:
    panel = await make.panel()
    with pytest.raises(Refused):
        await rounds.create_round(panel.fund.id, rounds.Plan(panel.round.name.upper(), make.days()), panel.officer)
    other = await pot_make.fund(1_000)
    officer = await pot_make.person("Oz", Role.FUND_OFFICER, fund=other)
    twin = await rounds.create_round(other.id, rounds.Plan(panel.round.name, make.days()), officer)
    assert twin.slug == f"{panel.round.slug}-2"


async def test_two_workers_at_once_close_a_round_once(committed: str) -> None:
    panel = await make.panel()
    draft = await make.pitch(panel.round, status=PitchStatus.DRAFT)
    yesterday = business_today() - timedelta(days=1)
    await Round.filter(id=panel.round.id).update(opens_on=yesterday, pitch_by=yesterday)
    await asyncio.gather(*(rounds.move_due_rounds() for _ in range(4)))
    assert await RoundEvent.filter(subject_id=panel.round.id, cause="pitches closed").count() == 1
    assert (await Pitch.get(id=draft.id)).status == PitchStatus.LAPSED
    assert await Outbox.filter(unique_key__startswith=f"round_papers:{panel.round.id}:").count() == 3
