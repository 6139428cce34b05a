"""A fund with its panel, a round and pitches, quickly: what tests of the panel begin with."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, day_begins
from crowdfund_kent.references import new_reference
from panel.days import Days
from panel.kinds import SeatKind
from panel.models import Pitch, Round, Seat
from panel.services import interests, rounds, seats
from panel.states import Pitch as PitchStatus
from pledges import funds
from pledges.models import MatchFund
from projects.models import Campaign, Group, Project
from tests.lived import lived
from tests.pledges import pot_make as make

_numbers = count(1)


@dataclass
class Panel:
    """A fund whose chair, two members and reserve have seats. `round` runs from today."""

    fund: MatchFund
    officer: Actor
    chair: Actor
    ann: Actor
    ben: Actor
    reserve: Actor
    round: Round
    seats: dict[int, Seat] = field(default_factory=dict)  # by person

    def seat(self, who: Actor) -> Seat:
        return self.seats[who.person_id or 0]

    async def reread(self) -> Round:
        self.round = await Round.get(id=self.round.id).select_related("fund__funder")
        return self.round

    async def close(self) -> Round:
        """The last day for pitches goes by."""
        await pass_days(self.round.pitch_by + timedelta(days=1))
        await rounds.move_due_rounds()
        return await self.reread()

    async def meet(self) -> Round:
        await self.close()
        await rounds.begin_meeting(self.round.id, self.officer)
        return await self.reread()

    async def sit(self, kind: SeatKind, name: str = "Sid", role: Role = Role.PANEL_MEMBER) -> Actor:
        """One more person with a seat."""
        who = await make.person(name, role, fund=self.fund)
        self.seats[who.person_id or 0] = await seat_of(self.fund, who, kind, self.officer)
        return who


def days(opens_on: date | None = None) -> Days:
    """Three weeks to ask, a week to score, a meeting two days later."""
    first = opens_on or business_today()
    by = first + timedelta(days=21)
    return Days(first, by, by + timedelta(days=7), by + timedelta(days=9))


async def seat_of(fund: MatchFund, who: Actor, kind: SeatKind, officer: Actor) -> Seat:
    today = business_today()
    post = f"Post of {kind} {next(_numbers)}"
    return await seats.give_seat(
        fund.id, who.person_id or 0, kind, post, today - timedelta(days=10), today + timedelta(days=300), officer
    )


async def panel(*, quorum: int = 3, rules: funds.Rules | None = None, caps: tuple[int, ...] = (20_000_000,)) -> Panel:
    """The panel with a round that is open."""
    fund = await make.fund(*caps, rules=rules)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    chair = await make.person("Cha", Role.PANEL_CHAIR, fund=fund)
    ann, ben, reserve = [await make.person(name, Role.PANEL_MEMBER, fund=fund) for name in ("Ann", "Ben", "Res")]
    plan = rounds.Plan(f"Round {next(_numbers)}", days(), place="Sessions House", quorum=quorum)
    made = Panel(fund, officer, chair, ann, ben, reserve, await rounds.create_round(fund.id, plan, officer))
    kinds = {
        chair: SeatKind.CHAIR,
        ann: SeatKind.MEMBER,
        ben: SeatKind.MEMBER,
        reserve: SeatKind.RESERVE,
    }
    for who, kind in kinds.items():
        made.seats[who.person_id or 0] = await seat_of(fund, who, kind, officer)
    await rounds.move_due_rounds()
    await made.reread()
    return made


async def pitch(
    round_: Round, *, campaign: Campaign | None = None, status: PitchStatus = PitchStatus.SUBMITTED, **more: Any
) -> Pitch:
    """A pitch as its services leave it, for a live campaign of a group of its own."""
    campaign = campaign or await make.live_campaign(days=70)
    sent = None if status == PitchStatus.DRAFT else business_now()
    made = await Pitch.create(
        status=status,
        round_id=round_.id,
        reference=new_reference("R"),
        project_id=campaign.project_id,
        campaign_id=campaign.id,
        asked_pence=400_000,
        submitted={"questions": []} if sent else None,
        submitted_at=sent,
        submitted_by_id=None,
        created_at=business_now(),
        **more,
    )
    await lived(made, 400_000)
    return await Pitch.get(id=made.id).select_related("project__group", "campaign__version", "round__fund__funder")


async def group_of(one: Pitch) -> Group:
    project = await Project.get(id=one.project_id).select_related("group")
    return project.group


async def declare_nothing(round_: Round, *people: Actor) -> None:
    """Everybody says that there is nothing."""
    from panel import access

    for who in people:
        asked = await access.undeclared(round_, who.person_id or 0)
        await interests.declare(round_.id, {one.id: interests.Said() for one in asked}, who)


async def pass_days(to: date) -> None:
    """The business clock goes to nine in the morning of that day; the test's transaction takes it back."""
    wanted = day_begins(to) + timedelta(hours=9)
    ahead: timedelta = wanted - business_now()
    if ahead > timedelta():
        await clock.advance(ahead)


async def person(who: Actor) -> Person:
    return await Person.get(id=who.person_id or 0)


def at(day: date, hour: int = 12) -> datetime:
    return day_begins(day) + timedelta(hours=hour)


def before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)
