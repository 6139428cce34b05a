"""What happens while campaigns run: a later last day with some who said yes, another plan, one that an officer has to answer."""

from datetime import timedelta

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.geography import DISTRICTS
from local.demo import projects as ideas
from local.demo.people import acting
from local.demo.projects import Idea
from local.demo.stage import Stage
from pledges import agreeing, changing
from pledges.models import Pledge
from projects import services
from projects.kinds import ChangeKind, CostKind, MemberRole
from projects.models import Campaign, CampaignChange, Member


async def play(stage: Stage) -> None:
    """Today, after everything else."""
    officer = await acting(Role.FUND_OFFICER)
    later = await _later_day(ideas.ORCHARD, "Rain took two of our three market days. We have two more in these weeks.")
    await changing.agree(later.id, officer)
    plan = await _other_price(ideas.SHOP, "The second quote was lower, and it came with five years of repairs.")
    await changing.agree(plan.id, officer)
    await stage.work()
    await _answers(later)
    await _districts(ideas.POOL, ideas.REPAIR, ideas.ORCHARD)
    await _later_day(ideas.THEATRE, "Our interpreter is ill, and we would rather wait for her than begin without.")
    await stage.work()


async def _running(idea: Idea) -> tuple[Campaign, Actor]:
    campaign = await Campaign.get(project__title=idea.title, status="live").select_related("project")
    owner = await Member.get(group_id=campaign.project.group_id, role=MemberRole.OWNER, ended_at=None)
    return campaign, Actor(owner.person_id, "group owner")


async def _later_day(idea: Idea, reason: str) -> CampaignChange:
    campaign, by = await _running(idea)
    assert campaign.last_day is not None
    change = await services.begin_change(campaign.id, ChangeKind.LAST_DAY, by)
    await services.write_change(change.id, by, reason=reason, new_last_day=campaign.last_day + timedelta(days=21))
    return await services.ask_change(change.id, by)


async def _other_price(idea: Idea, reason: str) -> CampaignChange:
    """The first cost is 150 pounds less."""
    campaign, by = await _running(idea)
    words, kind, pounds = idea.costs[0]
    change = await services.begin_change(campaign.id, ChangeKind.PLAN, by)
    await services.put_line(
        change.id,
        "costs",
        0,
        by,
        words=words,
        amount_pence=(pounds - 150) * 100,
        kind=CostKind(kind),
        was=words,
    )
    await services.write_change(change.id, by, reason=reason)
    return await services.ask_change(change.id, by)


async def _answers(change: CampaignChange) -> None:
    """Three of the backers say yes; the others have not answered yet."""
    asked = await Pledge.filter(must_agree_id=change.id, status="active").order_by("id").limit(3)
    for pledge in asked:
        await agreeing.say_yes(pledge.id, BACKER)


async def _districts(*wanted: Idea) -> None:
    """Most backers say where they live: near by, or elsewhere in Kent."""
    for idea in wanted:
        pledges = await Pledge.filter(campaign__project__title=idea.title, status="active").order_by("id")
        for number, pledge in enumerate(pledges):
            near = number % 7 < 5
            if near or number % 7 == 5:
                code = idea.district if near else DISTRICTS[number % len(DISTRICTS)].code
                await agreeing.save_district(pledge.id, code, BACKER)
