"""Panels: a round that is signed and public, one at its meeting, one open and one planned, of three funders.

Played inside the programme's weeks (local/demo/campaigns.py calls each part in its time). Members of panels are made up.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.database import transaction
from crowdfund_kent.settings import get_settings
from local.demo.people import DemoPerson, acting, person
from local.demo.programme import CURRENT
from local.demo.projects import Idea
from local.demo.stage import Stage
from panel import access
from panel.days import Days
from panel.kinds import Choice, Nature, Outcome, SeatKind
from panel.models import Criterion, Pitch, Round, Seat
from panel.services import attendance, interests, pitches, rounds, seats
from panel.services.interests import Said
from panel.services.recommending import Wording, recommend, vote
from panel.services.scoring import Points, give_sheet
from panel.services.signing import sign_round
from pledges import funds, matches
from pledges.models import MatchFund, MatchPledge
from projects.kinds import LegalForm
from projects.models import Campaign

if TYPE_CHECKING:
    from local.demo.campaigns import Player

NHS: Final = "healthy-neighbourhoods-2026-28"
DISTRICT: Final = "folkestone-and-hythe-2026-27"
MEMBERS: Final = (
    DemoPerson("", "noor@example.org", "Noor Hadley", Role.PANEL_MEMBER),
    DemoPerson("", "tess@example.org", "Tess Colwyn", Role.PANEL_MEMBER),
    DemoPerson("", "bram@example.org", "Bram Ostler", Role.PANEL_MEMBER),
)
WALKS: Final = Idea(
    "Surgery Lane Walkers",
    LegalForm.UNINCORPORATED,
    "Walks that begin at the surgery",
    "A walk each weekday from the surgery's door, at the pace of whoever is slowest.",
    "The doctor says: walk more. Alone few of us do. Together forty came in a wet March.\n\n## What stays\n\nTwelve trained"
    " leaders, and benches on the way.",
    "Ashford",
    "E07000105",
    "Health and wellbeing",
    (("Training of twelve leaders", "revenue", 1400), ("Four benches", "capital", 1600)),
)
COOK: Final = Idea(
    "Larder Lane Cooks",
    LegalForm.CIO,
    "Cook once, eat twice",
    "Evenings on which families cook for the week, with food that shops would throw away.",
    "Six families tried it in our kitchen. Now thirty have asked.\n\n## What it pays\n\nA cook for forty evenings, and pans.",
    "Folkestone",
    "E07000112",
    "Health and wellbeing",
    (("A cook, forty evenings", "revenue", 3200), ("Pans and boxes", "capital", 600)),
)


@dataclass
class Panel:
    """What the parts share: the campaigns that ask, each with its owner, and who decides."""

    walks: tuple[Campaign, Actor]
    cook: tuple[Campaign, Actor]
    officer: Actor
    signatory: Actor
    voting: list[Actor]
    reserve: Actor


async def opened(player: "Player") -> Panel:
    """Four weeks ago: the funds, their panel, two campaigns, and a round of the NHS that both ask."""
    stage = player.stage
    await stage.at(-28)
    async with transaction():
        nhs = await _fund(
            "nhs-kent-and-medway", "NHS Kent and Medway", "NHS", NHS, "Healthy Neighbourhoods 2026-28", 20_000_000
        )
        await _fund(
            "folkestone-and-hythe",
            "Folkestone & Hythe District Council",
            "F&H",
            DISTRICT,
            "Folkestone & Hythe community fund 2026-27",
            1_700_000,
            area=("E07000112",),
        )
        made = await _people(nhs)
    walks, cook = await player.live(WALKS, 42), await player.live(COOK, 44)
    await player.pledges(walks[0], 120, 260, 85, 340, 60)
    await player.pledges(cook[0], 90, 150, 220, 75)
    officer, signatory, voting, reserve = made
    panel = Panel(walks, cook, officer, signatory, voting, reserve)
    days = Days(stage.day(-28), stage.day(-24), stage.day(-21), stage.day(-20))
    first = await rounds.create_round(nhs.id, rounds.Plan("Autumn 2026", days, "The library, Ashford"), officer)
    await rounds.create_round(
        (await MatchFund.get(slug=CURRENT)).id,
        rounds.Plan(
            "Autumn 2026", Days(stage.day(-6), stage.day(-2), stage.day(0), stage.day(0)), "Sessions House, room 2"
        ),
        officer,
    )
    await stage.work()
    await _ask(first, walks, 100_000, "Walk leaders need training once; the walks then go on without money.")
    await _ask(first, cook, 150_000, "Families learn to cook from what is there, and eat better for less.")
    return panel


async def scored(player: "Player", panel: Panel) -> None:
    """Three weeks ago: the round has closed; the panel declares and scores."""
    await player.stage.at(-21)
    first = await Round.get(fund__slug=NHS, name="Autumn 2026")
    asked = {pitch.project.title: pitch for pitch in await _list(first)}
    walks, cook = asked[WALKS.title], asked[COOK.title]
    chair, dev, noor, tess = panel.voting
    await _declare(first, chair, {})
    await _declare(first, dev, {walks.id: Said(Nature.OTHER, "I have joined one of its walks.")})
    await _declare(first, noor, {})
    await _declare(first, tess, {cook.id: Said(Nature.FAMILY, "My brother is paid to cook there.")})
    await _declare(first, panel.reserve, {})
    for who, given in ((chair, 4), (dev, 4), (noor, 5), (tess, 3)):
        await _score(first, walks, who, given, "Cheap, tried, and it goes on when the money is spent.")
    for who, given in ((chair, 2), (dev, 3), (noor, 2)):
        await _score(first, cook, who, given, "A good idea, but most of the money is one person's pay for a year.")


async def signed(player: "Player", panel: Panel) -> None:
    """In the week of the other decisions: the panel meets, the list is signed, and one group accepts."""
    first = await Round.get(fund__slug=NHS, name="Autumn 2026")
    await rounds.begin_meeting(first.id, panel.officer)
    await _there(first, panel.voting, panel.officer)
    asked = {pitch.project.title: pitch for pitch in await _list(first)}
    yes = Wording(
        Outcome.AWARD,
        "Walks that cost little, led by neighbours, and that go on. The crowd paid its part in days.",
        "Half of it: then there would be leaders and no benches, and who is slowest could not rest.",
        "Tell us in spring who walks now who did not.",
        100_000,
    )
    no = Wording(
        Outcome.DECLINE,
        "Most of the money is pay for one year, and nothing says who pays in the second.",
        "A part for the pans alone was thought of: without the evenings they would not be used.",
        "Show how the evenings go on after the first year, and come again in winter.",
    )
    for title, wording in ((WALKS.title, yes), (COOK.title, no)):
        made = await recommend(asked[title].id, wording, panel.officer)
        for seat in await access.may_vote_on(asked[title]):
            await vote(made.id, Choice.FOR, Actor(seat.person_id, Role.PANEL_MEMBER))
    await sign_round(first.id, panel.signatory)
    match = await MatchPledge.get(campaign_id=panel.walks[0].id)
    await matches.accept(match.id, panel.walks[1])
    await player.stage.work()


async def asked(panel: Panel, shop: tuple[Campaign, Actor]) -> None:
    """Last week: three campaigns ask KCC's round, which closes the day before yesterday."""
    second = await Round.get(fund__slug=CURRENT, name="Autumn 2026")
    await _ask(second, panel.walks, 30_000, "Two more benches, where the hill is steepest.")
    await _ask(second, panel.cook, 90_000, "The pans stay, and two of us learn to lead the evenings.")
    await _ask(second, shop, 80_000, "A freezer that uses a third of the power.")


async def play(stage: Stage) -> None:
    """Today: KCC's panel sits at its meeting; the district's round is open; the next one of the NHS is planned."""
    officer, chair = await acting(Role.FUND_OFFICER), await acting(Role.PANEL_CHAIR)
    dev = await acting(Role.PANEL_MEMBER)
    noor, tess, bram = [Actor((await person(one)).id, Role.PANEL_MEMBER) for one in MEMBERS]
    second = await Round.get(fund__slug=CURRENT, name="Autumn 2026")
    titles = {pitch.project.title: pitch for pitch in await _list(second)}
    told = {
        chair: {},
        dev: {titles[WALKS.title].id: Said(Nature.OTHER, "I have joined one of its walks.")},
        noor: {},
        tess: {titles[COOK.title].id: Said(Nature.FAMILY, "My brother is paid to cook there.")},
        bram: {},
    }
    for who, said in told.items():
        await _declare(second, who, said)
    for pitch in titles.values():
        for number, who in enumerate((chair, dev, noor, tess)):
            if not await access.barred(pitch, who.person_id or 0):
                await _score(
                    second, pitch, who, 3 + (number + pitch.id) % 2, "What it costs is clear, and who gains too."
                )
    await rounds.begin_meeting(second.id, chair)
    await _there(second, [chair, dev, noor, tess], officer)
    await _on_the_table(titles[WALKS.title], officer, [chair, noor])
    today = business_today()
    district, nhs = await MatchFund.get(slug=DISTRICT), await MatchFund.get(slug=NHS)
    for fund, name, first in ((district, "Winter 2026-27", 0), (nhs, "Spring 2027", 40)):
        begins = today + timedelta(days=first)
        days = Days(begins, *(begins + timedelta(days=more) for more in (21, 30, 35)))
        await rounds.create_round(fund.id, rounds.Plan(name, days), officer)
    await stage.work()


async def _on_the_table(pitch: Pitch, officer: Actor, voted: list[Actor]) -> None:
    """A recommendation with the votes of some: the others are waited for."""
    wording = Wording(
        Outcome.AWARD,
        "Two benches where the hill is steepest let the slowest come as well; the crowd has paid its part.",
        "One bench: then whoever needs both stays at home.",
        amount_pence=pitch.asked_pence,
    )
    made = await recommend(pitch.id, wording, officer)
    for who in voted:
        await vote(made.id, Choice.FOR, who)


async def _fund(
    slug: str, name: str, short_name: str, fund_slug: str, fund_name: str, pence: int, area: tuple[str, ...] = ()
) -> MatchFund:
    return await funds.create_fund(
        funder=await funds.create_funder(slug, name, short_name),
        slug=fund_slug,
        name=fund_name,
        summary=f"{short_name} adds to what neighbours pledge. The demo's own fund.",
        objective_list=get_settings().objective_list,
        starts_on=business_today() - timedelta(days=30),
        ends_on=business_today() + timedelta(days=500),
        sources=[funds.NewSource("One budget", pence, budget_code=f"{short_name}-1", why="The demo's own")],
        rules=funds.Rules(least_backers=2, area=area, between_rounds_pence=0, why="The demo's own"),
        by=SYSTEM,
        confirmed_by=SYSTEM,
        position=await MatchFund.all().count() + 1,
    )


async def _people(nhs: MatchFund) -> tuple[Actor, Actor, list[Actor], Actor]:
    """The same people sit on the three panels; the signatory may bind the NHS fund too."""
    officer, signatory = await acting(Role.FUND_OFFICER), await acting(Role.SIGNATORY)
    sitting = [await acting(Role.PANEL_CHAIR), await acting(Role.PANEL_MEMBER)]
    for one in MEMBERS:
        row = await person(one)
        await StaffRole.create(person_id=row.id, role=Role.PANEL_MEMBER, granted_at=real_now())
        sitting.append(Actor(row.id, Role.PANEL_MEMBER))
    kinds = (SeatKind.CHAIR, SeatKind.DEPUTY, SeatKind.MEMBER, SeatKind.MEMBER, SeatKind.RESERVE)
    posts = (
        "Public health lead",
        "Elected member",
        "Put forward by the social sector",
        "Resident",
        "Resident in reserve",
    )
    first, last = business_today() - timedelta(days=5), business_today() + timedelta(days=700)
    for slug in (NHS, CURRENT, DISTRICT):
        fund = await MatchFund.get(slug=slug)
        for who, kind, post in zip(sitting, kinds, posts, strict=True):
            await seats.give_seat(fund.id, who.person_id or 0, kind, post, first, last, officer)
    await StaffRole.create(person_id=signatory.person_id, role=Role.SIGNATORY, fund_id=nhs.id, granted_at=real_now())
    await funds.add_authority(
        nhs.id,
        person_id=signatory.person_id,
        post="Director of Population Health",
        decision_number="DEMO/26/00003",
        limit_pence=1_000_000,
        from_day=business_today(),
        to_day=business_today() + timedelta(days=500),
        by=SYSTEM,
    )
    return officer, signatory, sitting[:4], sitting[4]


async def _ask(round_: Round, whose: tuple[Campaign, Actor], pence: int, why: str) -> None:
    campaign, owner = whose
    pitch = await pitches.begin(round_.id, campaign.project_id, owner)
    await pitches.save(pitch.id, owner, asked_pence=pence, why=why)
    await pitches.submit(pitch.id, owner)


async def _list(round_: Round) -> list[Pitch]:
    return (
        await Pitch.filter(round_id=round_.id, status="submitted")
        .order_by("id")
        .select_related("project__group", "campaign__version", "round__fund__funder")
    )


async def _declare(round_: Round, who: Actor, said: dict[int, Said]) -> None:
    """Of each what is said, of the others nothing."""
    open_now = await access.undeclared(await Round.get(id=round_.id), who.person_id or 0)
    await interests.declare(round_.id, {pitch.id: said.get(pitch.id, Said()) for pitch in open_now}, who)


async def _score(round_: Round, pitch: Pitch, who: Actor, points: int, reason: str) -> None:
    """The same points for each criterion but the first, which gets a 3."""
    criteria = await Criterion.filter(round_id=round_.id).order_by("position")
    given = {one.id: Points(3 if number == 0 else points, "See above.") for number, one in enumerate(criteria)}
    await give_sheet(pitch.id, given, reason, who)


async def _there(round_: Round, who: list[Actor], officer: Actor) -> None:
    ids = [one.person_id for one in who]
    there = {seat.id: True for seat in await Seat.filter(fund_id=round_.fund_id, person_id__in=ids)}
    chair = await Seat.get(fund_id=round_.fund_id, kind=SeatKind.CHAIR)
    await attendance.record_attendance(round_.id, there, chair.id, officer)
