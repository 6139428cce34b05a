"""Posts of the small world: an update that is shown, and one that was hidden, appealed and shown again."""

from crowdfund_kent.audit import Actor
from pledges.post_mail import mail_post
from projects.kinds import HideReason
from projects.models import Campaign, Project
from projects.services import moderation, posts
from tests.projects import make


async def build(campaign: Campaign, first: Actor) -> None:
    """By an owner of the group; two officers decide."""
    project = await Project.get(id=campaign.project_id)
    by, second = await make.owner_of(project.group_id), await make.officer()
    shown = await posts.post_update(project.id, by, title="Two hundred lanterns", text="They stand in the hall.")
    hidden = await posts.post_update(project.id, by, title="Who helped", text="Thank you, all of you.")
    for post in (shown, hidden):
        await mail_post(post.id, "")
    await moderation.hide(hidden.id, first, HideReason.PERSONAL, "It names a child.")
    await moderation.appeal(hidden.id, by, "It names nobody.", page="/groups")
    await moderation.decide_appeal(hidden.id, second, upheld=True, answer="You are right.")
