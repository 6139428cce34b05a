"""A fund with its panel and a round, made by the services: what journeys of a panel begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import Person, Session, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.sessions import COOKIE, form_token
from crowdfund_kent.audit import BACKER, SYSTEM, Actor
from crowdfund_kent.models import ClockOffset
from crowdfund_kent.references import hash_of, new_token
from crowdfund_kent.settings import get_settings
from panel import access, tasks
from panel.days import Days
from panel.kinds import Choice, Outcome, SeatKind
from panel.models import Criterion, Pitch, Recommendation, Round, Seat
from panel.services import attendance, awards, interests, pitches, rounds, seats
from panel.services.interests import Said
from panel.services.recommending import Wording, recommend, vote
from panel.services.scoring import Points, give_sheet
from payments import card_pages
from payments.models import CardPage
from payments.provider import use_gateway
from payments.sandbox.cards import family_number
from pledges import fund_words, funds, matches
from pledges.models import MatchFund, MatchPledge
from pledges.pledging import Answers
from projects.models import Campaign, Member
from tests.journeys.conftest import Arrives
from tests.journeys.house import House, environment
from tests.journeys.seeding import FUND, OFFICER, SIGNATORY, open_campaign
from tests.journeys.visitor import Visitor

QUESTION: Final = "Which health outcome does it serve?"
TERMS: Final = "## What we ask of you\n\nTell us in six months what has changed, and keep the receipts."
CRITERIA: Final = (("Benefit", "Who gains, and how much?"), ("Legacy", "What is still there when the money is spent?"))
WHY: Final = "People who can't climb the steps come again, and the friends keep it in order."
ELSE: Final = "A smaller amount: then there would be no handrail."


@dataclass
class Panel:
    """A round with whoever sits: three and a reserve. All e-mail addresses end in @<fund>.example.org."""

    fund: MatchFund
    round: Round
    officer: Actor
    signatory: Actor
    chair: Actor
    ann: Actor
    ben: Actor
    rae: Actor

    @property
    def path(self) -> str:
        """The officers' page of the round."""
        return f"/staff/rounds/{self.round.slug}"

    @property
    def list(self) -> str:
        """The members' page of the round."""
        return f"/panel/{self.round.slug}"

    def email(self, name: str) -> str:
        """Of somebody who sits or signs."""
        return f"{name}@{self.fund.slug}.example.org"

    async def pitch(self, campaign: Campaign, pounds: int, why: str = WHY) -> Pitch:
        """A group asks, by its owner."""
        owner = await owner_of(campaign)
        made = await pitches.begin(self.round.id, campaign.project_id, owner)
        await pitches.save(made.id, owner, asked_pence=pounds * 100, why=why)
        for question in await fund_words.questions_of(self.fund.id):
            await pitches.answer(made.id, question.id, "More people walk each day, at their own pace.", owner)
        return await pitches.submit(made.id, owner)

    async def declares(self, who: Actor, said: Mapping[int, Said] | None = None) -> None:
        """Of each pitch what is said, of the others nothing."""
        asked = await access.undeclared(await Round.get(id=self.round.id), who.person_id or 0)
        await interests.declare(self.round.id, {one.id: (said or {}).get(one.id, Said()) for one in asked}, who)

    async def scores(self, pitch: Pitch, who: Actor, points: int) -> None:
        """The same points for each criterion."""
        criteria = await Criterion.filter(round_id=self.round.id)
        await give_sheet(pitch.id, {one.id: Points(points, "As the papers say.") for one in criteria}, WHY, who)

    async def meets(self, *there: Actor) -> None:
        """The meeting begins, and these are there."""
        await rounds.begin_meeting(self.round.id, self.officer)
        ids = [one.person_id for one in there]
        present = {seat.id: True for seat in await Seat.filter(fund_id=self.fund.id, person_id__in=ids)}
        chair = await Seat.get(fund_id=self.fund.id, kind=SeatKind.CHAIR)
        await attendance.record_attendance(self.round.id, present, chair.id, self.officer)

    async def carries(self, pitch: Pitch, pounds: int, why: str = WHY) -> Recommendation:
        """All that was asked for is recommended, and everybody who may votes for it."""
        wording = Wording(Outcome.AWARD, why, ELSE, amount_pence=pounds * 100)
        made = await recommend(pitch.id, wording, self.officer)
        for seat in await access.may_vote_on(await Pitch.get(id=pitch.id).select_related("project__group", "round")):
            await vote(made.id, Choice.FOR, Actor(seat.person_id, Role.PANEL_MEMBER))
        return made


async def seat_panel(slug: str, name: str, pounds: int) -> Panel:
    """A fund of the NHS with so much in its pot, its panel, and a round in which groups can ask today only."""
    await clock.refresh()
    today = clock.business_today()
    later = today + timedelta(days=400)
    officer = Actor((await Person.get(email=OFFICER)).id, Role.FUND_OFFICER)
    fund = await funds.create_fund(
        funder=await funds.create_funder("nhs-kent-and-medway", "NHS Kent and Medway", "NHS"),
        slug=slug,
        name=name,
        summary="Money for whatever makes neighbours well together.",
        objective_list=get_settings().objective_list,
        starts_on=today - timedelta(days=10),
        ends_on=later,
        sources=[funds.NewSource("Prevention budget", pounds * 100, budget_code="P-7", why="The board's decision")],
        rules=funds.Rules(
            least_backers=2, decision_working_days=15, between_rounds_pence=0, why="The board's decision of spring"
        ),
        by=SYSTEM,
        confirmed_by=SYSTEM,
    )
    await fund_words.set_terms(fund.id, TERMS, today, officer)
    await fund_words.add_question(fund.id, fund_words.Asked(QUESTION), officer)
    people = {}
    for who, called, role in (
        ("signatory", "Ines Fairlie", Role.SIGNATORY),
        ("chair", "Hugh Penrose", Role.PANEL_CHAIR),
        ("ann", "Ann Tilley", Role.PANEL_MEMBER),
        ("ben", "Ben Osei", Role.PANEL_MEMBER),
        ("rae", "Rae Malik", Role.PANEL_MEMBER),
    ):
        email = f"{who}@{slug}.example.org"
        row = await Person.create(email=email, name=called, created_at=clock.real_now())
        await StaffRole.create(person_id=row.id, role=role, fund_id=fund.id, granted_at=clock.real_now())
        people[who] = Actor(row.id, role)
    await funds.add_authority(
        fund.id,
        person_id=people["signatory"].person_id,
        post="Director of Population Health",
        decision_number="NHS/26/00007",
        limit_pence=500_000,
        from_day=today,
        to_day=later,
        by=SYSTEM,
    )
    for who, kind, post in (
        ("chair", SeatKind.CHAIR, "Public health lead"),
        ("ann", SeatKind.MEMBER, "Resident of Ashford"),
        ("ben", SeatKind.MEMBER, "Put forward by the social sector"),
        ("rae", SeatKind.RESERVE, "Resident in reserve"),
    ):
        await seats.give_seat(fund.id, people[who].person_id or 0, kind, post, today, later, officer)
    next_day = today + timedelta(days=1)
    # journeys share a house: each round has a name of its own
    plan = rounds.Plan(
        f"Spring of {name}", Days(today, today, next_day, next_day), "The library, Ashford", quorum=3, criteria=CRITERIA
    )
    round_ = await rounds.create_round(fund.id, plan, officer)
    await tasks.move_rounds()
    return Panel(fund, round_, officer, **people)


async def panel_at_meeting(
    house: House, slug: str, name: str, pounds: int, *asked: tuple[str, int]
) -> tuple[Panel, list[Pitch]]:
    """A round at its meeting, in which everything that was asked for has its votes. `asked`: titles and pounds."""
    found = [
        (await open_campaign(title, 3_000, f"{slug}{number}@example.org"), wanted)
        for number, (title, wanted) in enumerate(asked)
    ]
    for campaign, _ in found:
        await crowd(house, campaign, 200, 150)
    panel = await seat_panel(slug, name, pounds)
    sent = [await panel.pitch(campaign, wanted) for campaign, wanted in found]
    await until(house, clock.business_today() + timedelta(days=1))
    sitting = (panel.chair, panel.ann, panel.ben)
    for member in sitting:
        await panel.declares(member)
        for pitch, points in zip(sent, (5, 4, 3), strict=False):
            await panel.scores(pitch, member, points)
    await panel.meets(*sitting)
    for pitch, (_, wanted) in zip(sent, found, strict=True):
        await panel.carries(pitch, wanted)
    return panel, sent


async def crowd(house: House, campaign: Campaign, *pounds: int) -> None:
    """Neighbours pledge with cards, at the provider, without a browser."""
    with use_gateway(house.gateway):
        for number, amount in enumerate(pounds):
            email = f"neighbour{number}@{campaign.project.slug}.example.org"
            answers = Answers(amount * 100, email, "Kit Marsh", name_shown=False)
            started = await card_pages.start(campaign.id, f"crowd:{campaign.id}:{number}", answers, BACKER)
            assert started.url is not None
            await house.sandbox.fill_card_page(started.url, family_number(number))
            await card_pages.refresh(await CardPage.get(pledge_id=started.pledge.id), BACKER)


async def kcc_adds(campaign: Campaign, pounds: int) -> MatchPledge:
    """Another fund offers the campaign money, between rounds, and its group accepts."""
    fund = await MatchFund.get(slug=FUND)
    officer = Actor((await Person.get(email=OFFICER)).id, Role.FUND_OFFICER)
    signatory = Actor((await Person.get(email=SIGNATORY)).id, Role.SIGNATORY)
    award = await awards.propose(campaign.id, fund.id, pounds * 100, WHY, officer)
    match = await awards.sign(award.id, signatory)
    return await matches.accept(match.id, await owner_of(campaign))


async def owner_of(campaign: Campaign) -> Actor:
    """Who answers for the group of a campaign."""
    member = await Member.get(group_id=campaign.project.group_id, role="owner", ended_at=None)
    return Actor(member.person_id, "group owner")


async def until(house: House, day: date) -> None:
    """Five past midnight of a later day, for the site and for the provider; what falls due of rounds is done."""
    by = datetime.combine(day, datetime.min.time(), clock.LONDON) + timedelta(minutes=5) - clock.business_now()
    await clock.advance(timedelta(seconds=round(by.total_seconds()) + 1))
    await house.sandbox.set_clock((await ClockOffset.get(id=1)).offset_seconds)
    with environment(CROWDFUND_KENT_SITE_URL=house.url):  # the letters lead to the site
        await tasks.move_rounds()


async def arrives_as(arrives: Arrives, name: str, email: str, *, phone: bool = False) -> Visitor:
    """Somebody who has signed in before, on this device."""
    visitor = await arrives(name, phone=phone)
    person, token, now = await Person.get(email=email), new_token(), clock.real_now()
    await Session.create(
        token_hash=hash_of(token),
        csrf_token=form_token(person.id),
        person=person,
        data={},
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=8),
    )
    await visitor.page.context.add_cookies([{"name": COOKIE, "value": token, "url": visitor.site}])
    return visitor
