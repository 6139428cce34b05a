"""A funded project that asks for another purpose, one that money is left of, and a group that somebody asks for."""

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from pledges import turning
from projects import services
from projects.kinds import TurnKind
from projects.models import Campaign, Group, Project
from projects.states import Campaign as Status
from tests.hostile import reports
from tests.projects import make

HAND_OVER = ("propose", "agree", "refuse", "send_back")


async def build(group: Group, owner: Actor, officer: Actor) -> dict[str, dict[str, str]]:
    """Ids and addresses by the names of routes."""
    project = await make.project(group, title="Funded steps", cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED, settled_at=business_now())
    delivery = await services.begin_delivery(await Campaign.get(id=campaign.id))
    turn = await turning.ask(delivery.id, TurnKind.PURPOSE, owner, reason="The pool closed.", purpose="A bench.")
    other = await make.project(group, title="Funded shed", cost_pence=600_000)
    second = await make.campaign(Status.LIVE, other)
    await Campaign.filter(id=second.id).update(status=Status.SETTLED, settled_at=business_now())
    proposed = await services.begin_delivery(await Campaign.get(id=second.id))
    agreed = await turning.ask(proposed.id, TurnKind.ENDING, owner, reason="The pool closed.")
    await turning.propose(agreed.id, officer, rule="Nothing is left", unspent_pence=0)
    stranger = await make.person("stranger@example.org", "Kit Larch")
    asked = await services.ask_hand_over(group.id, "Nobody answers.", Actor(stranger.id, "person"))
    here = {"group": group.slug, "project": (await Project.get(id=project.id)).slug}
    names = ("delivery", "delivery_begun", "delivery_later", "delivery_done", "delivery_what", "delivery_purpose")
    to_propose = ("staff_delivery", "staff_delivery_propose", "staff_delivery_refuse")
    turned, other_turn, over = {"id": str(turn.id)}, {"id": str(agreed.id)}, {"id": str(asked.id)}
    return {
        **dict.fromkeys((*names, "delivery_ending", "delivery_left", "delivery_take_back"), here),
        **dict.fromkeys(to_propose, turned),
        **dict.fromkeys(("staff_delivery_agree", "staff_delivery_send_back"), other_turn),
        **dict.fromkeys(("staff_hand_over", *(f"staff_hand_over_{key}" for key in HAND_OVER)), over),
        "group_hand_over": {"group": group.slug},
        "pledge_share": turned,
        **await reports.build(group, owner),
    }
