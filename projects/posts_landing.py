"""What posts add to /account, to a group's page of a project, and to cases."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.templating import plural
from projects.models import Campaign, Member, Project
from projects.queries import moderation, posts
from projects.raised import NextStep


async def waiting(_by: Actor) -> int:
    """Posts that wait for an officer."""
    return await moderation.waiting_count()


async def questions_step(campaign_id: int, person_id: int) -> Sequence[NextStep]:
    """Questions and letters that nobody of the group has answered."""
    campaign = await Campaign.get_or_none(id=campaign_id)
    count = await posts.waiting_count(campaign.project_id) if campaign else 0
    if campaign is None or not count:
        return []
    project = await Project.get(id=campaign.project_id).select_related("group")
    roles = [str(role) for role in posts.WRITERS]
    if not await Member.filter(group_id=project.group_id, person_id=person_id, ended_at=None, role__in=roles).exists():
        return []
    words = f"{plural(count, 'question or message', 'questions and messages')}: please answer"
    return [NextStep(words, f"/groups/{project.group.slug}/projects/{project.slug}/posts")]


NEXT_STEPS: Final = (questions_step,)
STAFF_PAGES: Final = {"post": "/staff/posts/{id}"}
LINKS: Final = tuple(
    LandingLink(role, "Posts to look at", "staff_posts", waiting, "What is held, reported or appealed.")
    for role in (Role.FUND_OFFICER, Role.AUDITOR)
)
