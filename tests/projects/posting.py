"""Open campaigns, and what people write about them, for tests."""

from datetime import timedelta
from typing import Any

from crowdfund_kent import outbox
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import new_token
from pledges import comments
from pledges.tasks import TASKS
from projects.kinds import PostKind
from projects.models import Campaign, Post, Project
from projects.queries import posts as queries
from projects.services import moderation, posts
from tests.pledges import make as pledges
from tests.projects import make

VISITOR = Actor(None, "visitor")
KIM = "kim@example.org"


async def live() -> tuple[Campaign, Actor]:
    """An open campaign, and an owner of its group."""
    campaign = await make.live_campaign()
    project = await Project.get(id=campaign.project_id)
    return campaign, await make.owner_of(project.group_id)


async def update(campaign: Campaign, by: Actor, title: str = "The first ramp is built") -> Post:
    return await posts.post_update(campaign.project_id, by, title=title, text="It **stands**.", form_key=new_token())


async def question(campaign: Campaign, text: str = "Is it open in winter?", **more: Any) -> Post:
    slug = (await Project.get(id=campaign.project_id)).slug
    given = {"text": text, "name": "Kim Reed", "email": KIM, "form_key": new_token()} | more
    kind = given.pop("kind", PostKind.QUESTION)
    return await posts.ask(await queries.public_project(slug), kind, VISITOR, **given)


async def mails(name: str) -> list[dict[str, str]]:
    return [row.body for row in await Outbox.filter(kind="email", name=name).order_by("id")]


async def work() -> None:
    """What the worker does with the jobs of posts."""
    for row_id in await outbox.due_rows(real_now() + timedelta(hours=1)):
        row = await Outbox.get(id=row_id)
        if row.kind == "job" and row.name in TASKS:
            await outbox.run_row(row_id, TASKS, lambda _: None)  # type: ignore[arg-type,return-value]


async def quiet() -> Actor:
    """From today an officer looks at every new post."""
    officer = await make.officer()
    today = business_today()
    await moderation.add_quiet_period(today, today + timedelta(days=20), "County council election", officer)
    return officer


async def support(campaign: Campaign, name_shown: bool = True) -> Post:
    pledge = await pledges.pledge(campaign, email=KIM)
    return await comments.write_support(pledge.id, BACKER, text="We swim there.", name="Kim", name_shown=name_shown)
