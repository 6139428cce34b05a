"""Rounds: planned and changed by officers of the fund, opened, closed and published by the calendar, begun and cancelled.

Everything that writes on a round or its pitches locks the round row first (`lock_round`), then pitches, campaigns by id,
fund, sources. What the calendar does is safe to run twice, and twice at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today, day_begins
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from panel import days as round_days
from panel.access import sits
from panel.days import Days
from panel.kinds import SeatKind, Shown
from panel.models import Criterion, Pitch, Round, ScoreSheet
from panel.services import holds, round_mail
from panel.states import Pitch as PitchStatus
from panel.states import Round as Status
from pledges.fund_queries import rules_on
from pledges.models import MatchFund
from pledges.states import Fund as FundStatus
from projects.rules import slug_of

CRITERIA: Final = (
    ("Fit", "Does it serve what the fund is for?"),
    ("Benefit", "Who gains, how many, and how much does it change for them?"),
    ("Local support", "Do people nearby back it, with money, time or words?"),
    ("Deliverability", "Can this group do it, in this time, for this cost?"),
    ("Legacy", "What is still there when the money is spent?"),
    ("Inclusion", "Who could be left out, and what does the group do about it?"),
)
"""The six that a round begins with (domain.md, section 2a)."""
MOST_CRITERIA: Final = 10
_CHANGEABLE: Final = (Status.PLANNED, Status.OPEN, Status.SCORING)
_UNDER_WAY: Final = (Status.PLANNED, Status.OPEN, Status.SCORING, Status.MEETING)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an officer fixes for a round. Criteria are (name, words), in the order of the score sheet."""

    name: str
    days: Days
    place: str = ""
    quorum: int = 3
    pass_bp: int = 6000
    declined_shown: Shown = Shown.ENTRY
    criteria: Sequence[tuple[str, str]] = CRITERIA


async def create_round(fund_id: int, plan: Plan, by: Actor, *, generated: bool = False) -> Round:
    """A fund officer plans a round of an open fund. Refused (rule: the field) where the days are not in order.

    `decide_by` is the rules' decision_working_days in England after `pitch_by`, by the rules in force on that day.
    """
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        await execute("SELECT id FROM match_fund WHERE id = $1 FOR UPDATE", fund_id)
        fund = await MatchFund.get_or_none(id=fund_id).select_related("funder")
        if fund is None:
            raise NotFound
        if fund.status != FundStatus.OPEN:
            raise Refused("This fund is not open, so it has no rounds. Open it first.", rule="fund")
        last = await _fitting(fund, plan.days)
        if plan.days.pitch_by < business_today():
            raise Refused("Enter today or a later day: groups need time to ask.", rule="pitch_by")
        await _refuse_same_name(fund_id, plan.name)
        wanted = f"{fund.funder.short_name} {plan.name}"
        taken = [row.slug for row in await Round.filter(slug__startswith=slug_of(wanted))]
        round_ = await Round.create(
            status=Status.PLANNED,
            fund_id=fund_id,
            slug=slug_of(wanted, taken),
            name=plan.name,
            decide_by=last,
            created_by_id=by.person_id,
            created_at=business_now(),
            generated=generated,
            **_columns(plan),
        )
        await _write_criteria(round_.id, plan.criteria)
        await events.begin(round_, by, cause="planned")
        await audit.record("round planned", f"panel_round:{round_.id}", by, fund_id=fund_id)
    return round_


async def change_round(round_id: int, plan: Plan, by: Actor) -> Round:
    """An officer changes a round: everything while it is planned, all but the first day while it is open, and while it
    is scored only where and when the panel meets and by when it scores. Criteria: change_criteria().
    """
    async with transaction():
        round_ = await _by_officer(round_id, by)
        if round_.status not in _CHANGEABLE:
            raise Conflict("This round can't be changed any more: its panel meets, or has decided.")
        if round_.status != Status.PLANNED and plan.days.opens_on != round_.opens_on:
            raise Refused("The round has opened: its first day stays.", rule="opens_on")
        if round_.status == Status.SCORING:
            await _change_meeting(round_, plan)
        else:
            fund = await MatchFund.get(id=round_.fund_id)
            last = await _fitting(fund, plan.days)
            if round_.status == Status.OPEN and plan.days.pitch_by < business_today():
                raise Refused("Enter today or a later day: groups are asking now.", rule="pitch_by")
            if plan.name != round_.name:
                await _refuse_same_name(round_.fund_id, plan.name)
            await Round.filter(id=round_id).update(name=plan.name, decide_by=last, **_columns(plan))
        await audit.record("round changed", f"panel_round:{round_id}", by)
        return await Round.get(id=round_id)


async def change_criteria(round_id: int, criteria: Sequence[tuple[str, str]], by: Actor) -> None:
    """Other criteria, until the first score sheet is given. Refused (rule "criteria") after it."""
    async with transaction():
        round_ = await _by_officer(round_id, by)
        if round_.status not in _CHANGEABLE:
            raise Conflict("The criteria of this round can't be changed any more.")
        if await ScoreSheet.filter(pitch__round_id=round_id).exists():
            raise Refused("A member has scored by these criteria, so they stay as they are.", rule="criteria")
        await Criterion.filter(round_id=round_id).delete()
        await _write_criteria(round_id, criteria)
        await audit.record("criteria changed", f"panel_round:{round_id}", by, number=len(criteria))


async def begin_meeting(round_id: int, by: Actor) -> Round:
    """An officer of the fund, or who chairs, begins the meeting. Scores are on the table from here on."""
    async with transaction():
        round_ = await lock_round(round_id)
        await require_officer_or_chair(round_, by)
        await events.move(round_, "meeting begun", by)
        await audit.record("meeting begun", f"panel_round:{round_id}", by)
    return round_


async def cancel_round(round_id: int, reason: str, by: Actor) -> Round:
    """An officer cancels a round that is not signed. What groups sent in lapses, and they are told why."""
    async with transaction():
        round_ = await _by_officer(round_id, by)
        await events.move(round_, "cancelled", by, minutes=reason)
        for pitch in await _lock_pitches(round_id, PitchStatus.DRAFT, PitchStatus.SUBMITTED):
            await holds.refuse_sealed(pitch)
            await events.move(pitch, "round cancelled", by)
            await audit.record("pitch lapsed", f"pitch:{pitch.id}", by, round_id=round_id)
            await round_mail.tell_group(pitch, round_, "cancelled", reason)
        await audit.record("round cancelled", f"panel_round:{round_id}", by)
    return round_


async def move_due_rounds() -> None:
    """What the calendar does: opens on the first day, closes pitches after the last, reminds, publishes on its day."""
    now, today = business_now(), business_today()
    for round_ in await Round.filter(status=Status.PLANNED, opens_on__lte=today).order_by("id"):
        await open_when_due(round_.id)
    for round_ in await Round.filter(status=Status.OPEN, pitch_by__lt=today).order_by("id"):
        await close_when_due(round_.id)
    for round_ in await Round.filter(status=Status.SIGNED, publish_on__lte=today).order_by("id"):
        await publish_when_due(round_.id)
    for round_ in await Round.filter(status__in=[Status.SCORING, Status.MEETING]).order_by("id"):
        await round_mail.remind(round_, now)


async def open_when_due(round_id: int) -> None:
    """planned -> open at 00:00 in London on its first day. Nothing where it is not due, or done already."""
    async with transaction():
        round_ = await lock_round(round_id)
        if round_.status != Status.PLANNED or round_.opens_on > business_today():
            return
        await events.move(round_, "opened", SYSTEM, effective_at=round_days.opens_at(round_.opens_on))
        await audit.record("round opened", f"panel_round:{round_id}", SYSTEM)
        await round_mail.tell_officers(round_, "opened")


async def close_when_due(round_id: int) -> None:
    """open -> scoring once the last day for pitches is over: what was sent in stays, drafts lapse."""
    async with transaction():
        round_ = await lock_round(round_id)
        if round_.status != Status.OPEN or business_now() < round_days.closes_at(round_.pitch_by):
            return
        when = round_days.closes_at(round_.pitch_by)
        for pitch in await _lock_pitches(round_id, PitchStatus.DRAFT):
            await events.move(pitch, "round closed", SYSTEM, effective_at=when)
            await audit.record("pitch lapsed", f"pitch:{pitch.id}", SYSTEM, round_id=round_id)
        await events.move(round_, "pitches closed", SYSTEM, effective_at=when)
        await audit.record("pitches closed", f"panel_round:{round_id}", SYSTEM)
        await round_mail.papers_are_ready(round_)


async def publish_when_due(round_id: int) -> None:
    """signed -> published at 00:00 in London on its day, five working days after the signature."""
    async with transaction():
        round_ = await lock_round(round_id)
        if round_.status != Status.SIGNED or round_.publish_on is None or round_.publish_on > business_today():
            return
        await events.move(
            round_,
            "published",
            SYSTEM,
            effective_at=day_begins(round_.publish_on),
            published_at=business_now(),
        )
        await audit.record("round published", f"panel_round:{round_id}", SYSTEM)


async def lock_round(round_id: int) -> Round:
    """The round, locked until the transaction ends; NotFound for none. The first lock of everything about a round."""
    round_ = await Round.filter(id=round_id).select_for_update().first()
    if round_ is None:
        raise NotFound
    return round_


async def require_officer_or_chair(round_: Round, by: Actor) -> None:
    """Forbidden unless `by` is an officer of the fund, or has the seat of its chair or deputy for this round."""
    seat = await sits(round_, by.person_id)
    if seat is not None and seat.kind in (SeatKind.CHAIR, SeatKind.DEPUTY):
        await require_role(by, Role.PANEL_MEMBER, Role.PANEL_CHAIR, fund_id=round_.fund_id)
    else:
        await require_role(by, Role.FUND_OFFICER, fund_id=round_.fund_id)


async def _by_officer(round_id: int, by: Actor) -> Round:
    round_ = await lock_round(round_id)
    await require_role(by, Role.FUND_OFFICER, fund_id=round_.fund_id)
    return round_


async def _lock_pitches(round_id: int, *statuses: PitchStatus) -> list[Pitch]:
    return await Pitch.filter(round_id=round_id, status__in=statuses).order_by("id").select_for_update()


async def _fitting(fund: MatchFund, days: Days) -> date:
    """The day to decide by, once the days are in order."""
    if days.pitch_by < days.opens_on:  # before rules are asked for a day that makes no sense
        raise Refused("Enter the first day or a later one: groups can ask from then on.", rule="pitch_by")
    rules = await rules_on(fund.id, days.pitch_by)
    last = round_days.decide_by(days.pitch_by, rules.decision_working_days)
    wrong = round_days.why_not(days, last, fund.starts_on, fund.ends_on)
    if wrong is not None:
        raise Refused(wrong[1], rule=wrong[0])
    return last


async def _change_meeting(round_: Round, plan: Plan) -> None:
    """Groups have asked: what they were told stands. Only the panel's own days and its place may still move."""
    days = plan.days
    if days.pitch_by != round_.pitch_by:
        raise Refused("The groups have asked by this day: it stays.", rule="pitch_by")
    if days.scores_by < days.pitch_by:
        raise Refused("Enter a day after the last one for groups.", rule="scores_by")
    if days.meets_on < max(days.scores_by, business_today()):
        raise Refused("Enter a day that is not over, after the scores are in.", rule="meets_on")
    await Round.filter(id=round_.id).update(scores_by=days.scores_by, meets_on=days.meets_on, place=plan.place)


def _columns(plan: Plan) -> dict[str, Any]:
    return {
        "opens_on": plan.days.opens_on,
        "pitch_by": plan.days.pitch_by,
        "scores_by": plan.days.scores_by,
        "meets_on": plan.days.meets_on,
        "place": plan.place,
        "quorum": plan.quorum,
        "pass_bp": plan.pass_bp,
        "declined_shown": plan.declined_shown.value,
    }


async def _refuse_same_name(fund_id: int, name: str) -> None:
    if await Round.filter(fund_id=fund_id, name__iexact=name).exists():
        raise Refused("This fund has a round of that name. Enter another name.", rule="name")


async def _write_criteria(round_id: int, criteria: Sequence[tuple[str, str]]) -> None:
    named = [(name.strip(), about.strip()) for name, about in criteria if name.strip()]
    if not 1 <= len(named) <= MOST_CRITERIA:
        raise Refused(f"Enter between 1 and {MOST_CRITERIA} criteria.", rule="criteria")
    if len({name.lower() for name, _ in named}) != len(named):
        raise Refused("Two criteria have the same name. Change one of them.", rule="criteria")
    await Criterion.bulk_create(
        [
            Criterion(round_id=round_id, position=number, name=name, about=about)
            for number, (name, about) in enumerate(named, 1)
        ]
    )
