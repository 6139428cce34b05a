"""What became of the demo's funded projects: the hall is under way, with money asked to go to something else."""

from datetime import timedelta

from crowdfund_kent import clock
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from local.demo import projects as ideas
from local.demo.people import acting
from local.demo.stage import Stage
from pledges import turning
from projects import services
from projects.kinds import MemberRole, TurnKind
from projects.models import Delivery, Member
from projects.services import posts


async def play(stage: Stage) -> None:
    """One begun and written about, whose group asks to use some of the money otherwise; an officer has proposed to agree."""
    delivery = await Delivery.get(campaign__project__title=ideas.HALL.title).select_related("campaign__project")
    project = delivery.campaign.project
    owner = await Member.get(group_id=project.group_id, role=MemberRole.OWNER, ended_at=None)
    by = Actor(owner.person_id, "group owner")
    try:
        await clock.play(timedelta(days=-12))
        await services.start(delivery.id, by)
        await posts.post_update(
            project.id,
            by,
            title="The first heater hangs",
            text="Six of us put it up on Saturday. The others come on the 14th, and the hall stays open meanwhile.",
        )
        await clock.play(timedelta(days=-2))
        asked = await turning.ask(
            delivery.id,
            TurnKind.PURPOSE,
            by,
            reason="The heaters cost less than the quote: the supplier gave us a discount for a village hall.",
            purpose="A carpet for the small room, so that the playgroup can sit on the floor.",
            unspent_pence=24_000,
        )
        rule = "Another purpose for the same people in the same place, close to what was promised"
        await turning.propose(asked.id, await acting(Role.FUND_OFFICER), rule=rule, unspent_pence=24_000)
    finally:
        await clock.play(None)
    await stage.work()
