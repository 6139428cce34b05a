"""One of everything that is written about a project, and what an address that leads to it names."""

from datetime import date

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.mail import choices
from projects import written
from projects.kinds import HideReason, PostKind
from projects.models import Campaign, Project
from projects.queries.posts import public_project
from projects.services import moderation, posts
from tests.projects import make

VISITOR = Actor(None, "visitor")
Places = dict[str, str]


async def build(live: Campaign, by: Actor) -> dict[str, Places]:
    """Route name -> what stands in the places of its path."""
    project = await Project.get(id=live.project_id).select_related("group")
    update = await posts.post_update(project.id, by, title="It stands", text="The rail is there.")
    hidden = await posts.post_update(project.id, by, title="Who helped", text="All of you.")
    asked = await posts.ask(
        await public_project(project.slug),
        PostKind.QUESTION,
        VISITOR,
        text="Is it steep?",
        name="Quin Asker",
        email="quin@example.org",
        form_key="hostile",
    )
    officer = await make.staff(Role.FUND_OFFICER)
    await moderation.hide(hidden.id, officer, HideReason.PERSONAL, "It names a child.")
    period = await moderation.add_quiet_period(date(2021, 3, 22), date(2021, 5, 6), "County elections", officer)
    own = {"group": project.group.slug, "project": project.slug}
    of_update, of_question = own | {"id": str(update.id)}, own | {"id": str(asked.id)}
    of_hidden = own | {"id": str(hidden.id)}
    mine = {"reference": asked.reference, "token": written.PAGES.token_of(asked.reference)}
    reader = {"token": choices.token_of("reader@example.org"), "topic": "updates"}
    return {
        **dict.fromkeys(("posts", "posts_update", "posts_thanks"), own),
        **dict.fromkeys(("post_change", "post_picture", "post_picture_remove", "post_take_back"), of_update),
        **dict.fromkeys(("post", "post_decline"), of_question),
        "post_appeal": of_hidden,
        "report_post": {"reference": update.reference},
        **dict.fromkeys(("written", "written_name", "written_take_back", "written_appeal"), mine),
        **dict.fromkeys(("staff_post", "staff_post_hide", "staff_post_keep", "staff_post_let_through"), of_update),
        **dict.fromkeys(("staff_post_appeal", "staff_post_show"), of_hidden),
        "staff_quiet_period_end": {"id": str(period.id)},
        **dict.fromkeys(("email_choices", "email_stop_page", "email_stop"), reader),
    }
