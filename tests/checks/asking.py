"""A round of the small world: a group asked, its panel declined, and somebody who took no part reviewed how."""

from datetime import timedelta

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute
from panel.kinds import Choice, Exemption, HoldKind, Outcome, ReviewOutcome, SeatKind
from panel.models import Attendance, InformationRequest, Pitch, Round
from panel.queries.disclosing import Scope
from panel.queries.requests import sections_of
from panel.redacting import EVERYWHERE
from panel.services import holds, pitches, requests, reviews, rounds
from panel.services.recommending import Wording, recommend, vote
from panel.services.scoring import Points, give_sheet
from panel.services.signing import sign_round
from pledges.models import FundQuestion
from projects.models import Campaign
from tests.panel import rounds_make as make
from tests.pledges import pot_make
from tests.projects import make as projects

WHY = "The walk is good; its costs are not clear yet."


async def build(live: Campaign) -> Pitch:
    """Declined, and reviewed by somebody who took no part."""
    panel, pitch, owner = await declined(live)
    review = await reviews.ask(pitch.id, "Nobody read the second page of our costs.", owner)
    clerk = await pot_make.person("Cleo", Role.FINANCE_APPROVER, fund=panel.fund)
    await reviews.answer(review.id, ReviewOutcome.STANDS, "They read both pages; the minutes say so.", clerk)
    await _looked_at(pitch, panel.officer, clerk)
    await answered()
    return pitch


async def _looked_at(pitch: Pitch, officer: Actor, clerk: Actor) -> None:
    """Auditors looked at the record; two more people let it go."""
    await holds.place(pitch.id, HoldKind.AUDIT, "The quotes carry one number.", officer)
    second = await projects.staff(Role.FUND_OFFICER, email="second-officer@example.org")
    for who in (clerk, Actor(second.person_id, Role.FUND_OFFICER)):
        await holds.let_go(pitch.id, "The firm has explained it.", who)


async def declined(live: Campaign) -> tuple[make.Panel, Pitch, Actor]:
    """Everything by the services; only the days of the round are set back, so that nobody else's clock moves."""
    panel = await make.panel()
    question = await FundQuestion.create(fund_id=panel.fund.id, words="Who gains?", created_at=business_now())
    whole = await Campaign.get(id=live.id).select_related("project")
    owner = await projects.owner_of(whole.project.group_id)
    pitch = await pitches.begin(panel.round.id, whole.project_id, owner)
    await pitches.save(pitch.id, owner, asked_pence=100_000, why="So that nobody walks in the dark.")
    await pitches.answer(pitch.id, question.id, "Everybody in the lane.", owner)
    await pitches.submit(pitch.id, owner)
    await _close(panel.round)
    await make.declare_nothing(panel.round, panel.chair, panel.ann, panel.ben)
    round_ = await panel.reread()
    criteria = {one.id: Points(3) for one in await round_.criteria.all()}  # type: ignore[attr-defined]
    for member in (panel.chair, panel.ann, panel.ben):
        await give_sheet(pitch.id, criteria, "As it reads.", member)
    await rounds.begin_meeting(panel.round.id, panel.officer)
    for who in (panel.chair, panel.ann, panel.ben):
        await Attendance.create(
            round_id=panel.round.id,
            seat_id=panel.seat(who).id,
            present=True,
            chaired=panel.seat(who).kind == SeatKind.CHAIR,
            recorded_by_id=panel.officer.person_id,
            recorded_at=business_now(),
        )
    wording = Wording(Outcome.DECLINE, WHY, "Less money: then there are no lanterns.", "Name the costs.")
    recommendation = await recommend(pitch.id, wording, panel.officer)
    for member in (panel.chair, panel.ann, panel.ben):
        await vote(recommendation.id, Choice.FOR, member)
    signatory = await pot_make.person("Sig", Role.SIGNATORY, fund=panel.fund)
    await pot_make.authority(panel.fund, signatory)
    await sign_round(panel.round.id, signatory)
    return panel, pitch, owner


async def answered() -> InformationRequest:
    """Somebody asked how it was decided, said what they meant, and two officers answered; it is public."""
    first = Actor((await projects.person("third-officer@example.org", "Thea")).id, Role.FUND_OFFICER)
    second = Actor((await projects.person("fourth-officer@example.org", "Finn")).id, Role.FUND_OFFICER)
    for who in (first, second):
        await StaffRole.create(person_id=who.person_id, role=Role.FUND_OFFICER, granted_at=business_now())
    today = business_today()
    asked = requests.Asked("Percy Quill", "percy@example.org", "How was it decided?", "A decision", today)
    found = await requests.receive(asked, first)
    await requests.ask_what_is_meant(found.id, first)
    await requests.clarify(found.id, "The lantern walk.", today, first)
    await requests.choose(found.id, Scope(first=today), first)
    await requests.leave_out(found.id, EVERYWHERE, "lantern", Exemption.FUTURE, "It is made public later.", first)
    await requests.write_answer(found.id, "Here is what we hold.", first)
    for section in await sections_of(await InformationRequest.get(id=found.id)):
        await requests.have_read(found.id, {one.key: one.digest for one in section.all}, first)
    await requests.prepare(found.id, first)
    await requests.release(found.id, second)
    return await requests.publish(found.id, first)


async def _close(round_: Round) -> None:
    """The last day was yesterday."""
    today = business_today()
    await execute(
        "UPDATE panel_round SET opens_on = $2, pitch_by = $3, scores_by = $4, meets_on = $4, decide_by = $5 WHERE id = $1",
        round_.id,
        today - timedelta(days=20),
        today - timedelta(days=1),
        today,
        today + timedelta(days=20),
    )
    await rounds.close_when_due(round_.id)
