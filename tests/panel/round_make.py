"""A round whose panel scores: fund, seats, criteria and pitches as the services leave them, made quickly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from crowdfund_kent import audit
from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.references import new_reference
from panel.kinds import Choice, Outcome, SeatKind
from panel.models import (
    Attendance,
    Criterion,
    Decision,
    Pitch,
    Recommendation,
    Round,
    RoundDeclaration,
    ScoreSheet,
    Seat,
)
from panel.services import rounds
from panel.services.recommending import GIVES, Wording, recommend, vote
from panel.services.scoring import Points, give_sheet
from panel.services.signing import sign_round
from panel.states import Pitch as PitchStatus
from panel.states import Round as RoundStatus
from pledges import funds, matches
from pledges.models import MatchFund, MatchPledge
from projects.models import Campaign, Member, Project
from tests.lived import lived
from tests.pledges import pot_make as make

_numbers = count(1)
CRITERIA = ("Fit", "Benefit", "Legacy")
WHY = "It opens the pool to everybody."
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


@dataclass
class Panel:
    """`members[0]` chairs. `officer` records and recommends, `signatory` holds the authority."""

    fund: MatchFund
    round: Round
    criteria: list[Criterion]
    members: list[Actor]
    seats: list[Seat]
    officer: Actor
    signatory: Actor
    pitches: list[Pitch] = field(default_factory=list)

    async def pitch(
        self,
        asked_pence: int = 400_000,
        *,
        campaign: Campaign | None = None,
        project: Project | None = None,
        crowd: tuple[int, ...] = (60_000, 60_000),
        target_pence: int = 1_000_000,
        **more: Any,
    ) -> Pitch:
        """A submitted pitch, of a live campaign of its own unless one is given."""
        if campaign is None and project is None:
            campaign = await make.live_campaign(target_pence)
            for amount in crowd:
                await make.card_pledge(campaign, amount)
        now = business_now()
        made = await Pitch.create(
            status=PitchStatus.SUBMITTED,
            round_id=self.round.id,
            reference=new_reference("R"),
            project_id=campaign.project_id if campaign else project.id,  # type: ignore[union-attr]
            campaign_id=campaign.id if campaign else None,
            asked_pence=asked_pence,
            why="The roof must hold.",
            submitted={"questions": [], "asked_pence": asked_pence, "most_pence": asked_pence},
            submitted_by_id=self.officer.person_id,
            submitted_at=now,
            created_at=now,
            **more,
        )
        await lived(made, asked_pence)
        await audit.record("pitch submitted", f"pitch:{made.id}", audit.SYSTEM)
        self.pitches.append(made)
        await self.declare()
        return made

    async def declare(self, *people: Actor) -> None:
        """Everybody says that there is nothing, after the pitches that there are."""
        for one in people or self.members:
            number = await RoundDeclaration.filter(round_id=self.round.id, person_id=one.person_id).count() + 1
            await RoundDeclaration.create(
                round_id=self.round.id, person_id=one.person_id, number=number, declared_at=business_now()
            )

    def points(self, *given: int, why: str = "For the reasons given.") -> dict[int, Points]:
        """Points for the criteria, each with a reason where one is needed."""
        filled = given if len(given) == len(self.criteria) else given[:1] * len(self.criteria)
        return {
            criterion.id: Points(points, why if points in {0, 1, 5} else "")
            for criterion, points in zip(self.criteria, filled, strict=True)
        }

    async def sheet(self, pitch: Pitch, by: Actor, *points: int) -> ScoreSheet:
        """One member's sheet."""
        return await give_sheet(pitch.id, self.points(*points), WHY, by)

    async def scored(self, pitch: Pitch, *points: int) -> None:
        """Every member gives the same points for each criterion: 4 unless told."""
        for member in self.members:
            await self.sheet(pitch, member, *(points or (4,)))

    async def meet(self, *there: Actor) -> None:
        """The meeting begins; all members are there unless named. Pitches without a sheet are scored first."""
        self.round = await Round.get(id=self.round.id).select_related("fund__funder")
        if self.round.status == RoundStatus.SCORING:
            for pitch in self.pitches:
                if not await ScoreSheet.filter(pitch_id=pitch.id).exists():
                    await self.scored(pitch)
            await rounds.begin_meeting(self.round.id, self.officer)
        people = {one.person_id for one in there or self.members}
        await Attendance.filter(round_id=self.round.id).delete()
        for seat in self.seats:
            await Attendance.create(
                round_id=self.round.id,
                seat_id=seat.id,
                present=seat.person_id in people,
                chaired=seat.kind == SeatKind.CHAIR and seat.person_id in people,
                recorded_by_id=self.officer.person_id,
                recorded_at=business_now(),
            )
        self.round = await Round.get(id=self.round.id).select_related("fund__funder")

    async def put(self, pitch: Pitch, outcome: Outcome, amount_pence: int | None = None, **more: Any) -> Recommendation:
        """The officer, or `by`, recommends."""
        by = more.pop("by", self.officer)
        amount = (amount_pence or pitch.asked_pence) if outcome in GIVES else None
        wording = Wording(
            outcome, WHY, "A smaller amount: then the ramp would wait.", "Come again.", amount_pence=amount, **more
        )
        return await recommend(pitch.id, wording, by)

    async def carry(
        self, pitch: Pitch, outcome: Outcome = Outcome.AWARD, amount_pence: int | None = None, **more: Any
    ) -> Recommendation:
        """Recommended, and every member votes for it."""
        made = await self.put(pitch, outcome, amount_pence, **more)
        for member in self.members:
            await vote(made.id, FOR, member)
        return made

    async def accept(self, pitch: Pitch) -> MatchPledge:
        """An owner of the group accepts what the list offers."""
        match = await MatchPledge.get(award__pitch_id=pitch.id)
        return await matches.accept(match.id, await owner_of(pitch))

    async def newest(self, pitch: Pitch) -> Recommendation:
        """What is put to the vote now."""
        return (await Recommendation.filter(pitch_id=pitch.id).order_by("-number"))[0]

    async def title(self, pitch: Pitch) -> str:
        """Its project's title."""
        return (await Project.get(id=pitch.project_id)).title

    async def sign(self, by: Actor | None = None) -> list[Decision]:
        """The signatory signs the list."""
        return await sign_round(self.round.id, by or self.signatory)


async def panel(
    *caps: int,
    members: int = 3,
    quorum: int = 3,
    pass_bp: int = 6_000,
    rules: funds.Rules | None = None,
    purposes: tuple[str, ...] = (),
    limit_pence: int = 2_000_000,
    list_limit_pence: int | None = None,
    beside: Panel | None = None,
) -> Panel:
    """A round that is being scored: a pot of £200,000 unless caps are given, three members who all declared.

    `beside`: another round of the same fund, with the same people.
    """
    fund = beside.fund if beside else await make.fund(*(caps or (20_000_000,)), rules=rules, purposes=purposes)
    today, now = business_today(), business_now()
    number = next(_numbers)
    made = await Round.create(
        status=RoundStatus.SCORING,
        fund_id=fund.id,
        slug=f"round-{number}",
        name=f"Round {number}",
        opens_on=today - timedelta(days=20),
        pitch_by=today - timedelta(days=1),
        scores_by=today,
        meets_on=today,
        decide_by=today + timedelta(days=20),
        quorum=quorum,
        pass_bp=pass_bp,
        created_at=now,
    )
    await lived(made)
    for act in ("round opened", "pitches closed"):
        await audit.record(act, f"panel_round:{made.id}", audit.SYSTEM)
    criteria = [
        await Criterion.create(round_id=made.id, position=place, name=name) for place, name in enumerate(CRITERIA, 1)
    ]
    found = await Round.get(id=made.id).select_related("fund__funder")
    if beside:
        return Panel(fund, found, criteria, beside.members, beside.seats, beside.officer, beside.signatory)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    signatory = await make.person("Sam", Role.SIGNATORY, fund=fund)
    authority = await make.authority(fund, signatory, limit_pence)
    if list_limit_pence is not None:
        await type(authority).filter(id=authority.id).update(list_limit_pence=list_limit_pence)
    people, seats = [], []
    for place in range(members):
        kind = SeatKind.CHAIR if place == 0 else SeatKind.MEMBER
        role = Role.PANEL_CHAIR if place == 0 else Role.PANEL_MEMBER
        person = await make.person(f"Member{place}", role, fund=fund)
        people.append(person)
        seats.append(await seat(fund, person, kind, f"Seat {place + 1}"))
    return Panel(fund, found, criteria, people, seats, officer, signatory)


async def seat(fund: MatchFund, person: Actor, kind: SeatKind, post: str) -> Seat:
    """A place in term."""
    today = business_today()
    return await Seat.create(
        fund_id=fund.id,
        person_id=person.person_id,
        kind=kind,
        post=post,
        from_day=today - timedelta(days=100),
        to_day=today + timedelta(days=400),
        created_at=business_now(),
    )


async def owner_of(pitch: Pitch) -> Actor:
    """Who answers for the group of a pitch."""
    project = await Project.get(id=pitch.project_id)
    member = (await Member.filter(group_id=project.group_id, role="owner").order_by("id"))[0]
    return Actor(member.person_id, "group owner")


async def also(person: Actor, role: Role, fund: MatchFund) -> None:
    """One more role for somebody."""
    await StaffRole.create(person_id=person.person_id, role=role, fund_id=fund.id, granted_at=business_now())


def outcomes(decisions: Sequence[Decision]) -> list[tuple[int, str, int | None]]:
    """(rank, outcome, amount) of each."""
    return [(one.rank, one.outcome, one.amount_pence) for one in decisions]
