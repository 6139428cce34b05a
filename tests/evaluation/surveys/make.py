"""Settled campaigns whose people are asked, and their answers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import business_now, business_today, london_day, play, real_now
from crowdfund_kent.wiring import run_all_checks
from evaluation.indicators import measured
from evaluation.scope import Records, Scope
from evaluation.surveys import rules, services, tasks
from evaluation.surveys.models import SurveyInvitation, SurveyRound
from pledges.models import Pledge
from pledges.states import Match
from projects.models import Campaign, Delivery, Member
from tests.lived import lived
from tests.pledges import make
from tests.projects import make as projects

WITHOUT = {"without_match": ["no"], "unlocked": ["people", "skills"], "effort": ["right"]}
BACKER = {"without_match": ["less"], "first": ["yes"], "again": ["yes"]}


async def settled(
    *, backers: int = 0, matched: bool = True, delivered: int | None = None, days_ago: int = 20
) -> Campaign:
    """A settled campaign with an owner; `delivered`: so many days ago."""
    owner = await projects.person()
    made = await make.campaign(owner_id=owner.id)
    pledges = [await make.pledge(made, 2_000) for _ in range(backers)]
    await Campaign.filter(id=made.id).update(status="settled", settled_at=business_now() - timedelta(days=days_ago))
    await Pledge.filter(id__in=[one.id for one in pledges]).update(status="collected")
    if matched:
        await make.match(made, 10_000, Match.PAID, accepted=True)
    if delivered is not None:
        today = business_today()
        made_one = await Delivery.create(
            campaign_id=made.id,
            status="delivered",
            start_by=today,
            finish_by=today,
            report_by=today,
            finished_at=business_now() - timedelta(days=delivered),
            created_at=business_now(),
        )
        await lived(made_one)
    return made


async def the_owner(made: Campaign) -> Person:
    """Whoever runs the campaign's group."""
    member = await Member.get(group__projects__campaigns__id=made.id)
    return await Person.get(id=member.person_id)


async def answered(made: Campaign, count: int, given: rules.Given) -> list[SurveyInvitation]:
    """So many backers of a campaign answered."""
    await tasks.look()
    rows = await SurveyInvitation.filter(campaign_id=made.id, kind="backer").order_by("id").limit(count)
    for row in rows:
        await services.answer(row.id, given)
    return rows


async def end_rounds() -> date:
    """A day later than the last day of every round that is open, the worker closes them. Their last day."""
    last = (await SurveyRound.filter(closed_at=None).order_by("-last_day"))[0].last_day
    await play(timedelta(days=(last - real_today()).days + 1))
    try:
        await services.close_rounds()
    finally:
        await play(None)
    return last


def real_today() -> date:
    """The day from which play() counts."""
    return london_day(real_now())


async def gave_for_match(day: date, known: datetime | None = None) -> tuple[int | None, str]:
    """The share of backers who pledged because of the match, in basis points, or why there is none."""
    found = (await measured(Scope(day, known, Records.REAL))).found["asked_gave_for_match"]
    return found.value, found.why


async def broken_rules() -> Sequence[str]:
    """The rules about surveys that something breaks."""
    return [one.rule for one in await run_all_checks() if one.count and ("survey" in one.rule or "asked" in one.rule)]
