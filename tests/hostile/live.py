"""Changes of running campaigns, and what more money would pay for: what an address that leads to each names."""

from datetime import timedelta

from crowdfund_kent.audit import Actor
from projects import services
from projects.kinds import ChangeKind
from projects.models import Campaign, CampaignChange, Group, Project
from projects.states import Campaign as Status
from tests.projects import make

Places = dict[str, str]
OF_PLAN = ("change_words", "change_list", "change_list_add", "change_list_line", "change_list_remove")
OF_ANY = ("changes", "change_begin", "change", "change_reason", "change_send")
OF_OFFICERS = ("staff_change", "staff_change_agree", "staff_change_refuse")
SHARED = ("spread", "qr_svg", "qr_png", "poster", "card_picture", "widget")


async def build(group: Group, draft: Project, by: Actor) -> dict[str, Places]:
    """Route name -> what stands in the places of its path. Each kind of change has a campaign of its own."""
    plan, day, gone, asked = [await _begun(group, kind, by) for kind in _KINDS]
    await services.write_change(plan.id, by, reason="A bell is cheaper.", words={"summary": "Steps.", "story": "New."})
    assert asked.old_last_day is not None
    later = asked.old_last_day + timedelta(days=7)
    await services.write_change(asked.id, by, reason="It rains.", new_last_day=later)
    await services.ask_change(asked.id, by)
    extra = await services.add_extra(draft.id, by, words="A bench", amount_pence=50_000)
    of_plan, of_day = await _places(group, plan), await _places(group, day)
    return {
        **dict.fromkeys((*OF_ANY, *OF_PLAN), of_plan),
        "change_last_day": of_day,
        "change_withdraw": await _places(group, gone),
        **{name: {"id": str(asked.id)} for name in OF_OFFICERS},
        "extra_remove": {"group": group.slug, "project": draft.slug, "id": str(extra.id)},
        **{name: {"slug": of_plan["project"], "paper": "a4"} for name in SHARED},
    }


_KINDS = (ChangeKind.PLAN, ChangeKind.LAST_DAY, ChangeKind.PLAN, ChangeKind.LAST_DAY)


async def _begun(group: Group, kind: ChangeKind, by: Actor) -> CampaignChange:
    title = f"A running project, {await Project.filter(group_id=group.id).count()}"
    campaign = await make.campaign(Status.LIVE, await make.project(group, title=title))
    return await services.begin_change(campaign.id, kind, by)


async def _places(group: Group, change: CampaignChange) -> Places:
    campaign = await Campaign.get(id=change.campaign_id).select_related("project")
    return {
        "group": group.slug,
        "project": campaign.project.slug,
        "id": str(change.id),
        "which": "costs",
        "number": "1",
    }
