"""What people write about the projects of the demo: updates, questions, support, thanks, and what an officer hid."""

from datetime import timedelta

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, Actor
from local.demo import projects as ideas
from local.demo.people import DemoPerson, acting, person
from local.demo.stage import Stage
from pledges import comments
from pledges.models import Pledge
from projects.kinds import HideReason, MemberRole, PostKind
from projects.models import Member, Post, Project
from projects.queries.posts import public_project
from projects.services import moderation, posts

VISITOR = Actor(None, "visitor")
FILM = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"  # Big Buck Bunny, free to share


async def play(stage: Stage) -> None:
    """On the page of the tidal pool, and a question or two elsewhere."""
    pool = await Project.get(title=ideas.POOL.title)
    by = await _owner(pool)
    try:
        await _before(-25)
        await posts.post_update(
            pool.id,
            by,
            title="The harbour office measured the steps",
            text="On Tuesday two people from the harbour office measured every step with us. The rail fits **as drawn**, and"
            " nothing has to be blasted.\n\n- the rail comes in three parts\n- each can be carried by two people",
        )
        await _answered(
            pool, by, "Can I use the rail with a crutch?", "Yes. It is at two heights, 70 and 90 centimetres."
        )
        await _before(-14)
        await _answered(
            pool,
            by,
            "Who looks after the rail in winter?",
            "We do: it is checked after each storm, and the harbour office checks it once a year.",
            name_shown=True,
        )
        await _supported(pool)
        await _before(-9)
        await _hidden(pool, by)
        await _before(-3)
        await posts.post_update(
            pool.id,
            by,
            title="What a morning at Cobble Bay looks like",
            text=f"A film for everybody who has never been in at seven.\n\n{FILM}\n\nCome and see for yourself on Sunday.",
        )
        await posts.thank(
            pool.id,
            by,
            text="Thank you! With your help we are on the last third. See you in the water.\n\nShingle Steps Swimmers",
        )
        await _before(-1)
        await _waiting(pool)
        repair = await Project.get(title=ideas.REPAIR.title)
        await _ask(repair, PostKind.QUESTION, "Do you mend sewing machines too?", "Gwen Marsh")
    finally:
        await clock.play(None)
    await stage.work()


async def _before(days: int) -> None:
    """So many days ago (below 0), for what is written next."""
    await clock.play(timedelta(days=days))


async def _owner(project: Project) -> Actor:
    member = await Member.filter(group_id=project.group_id, role=MemberRole.OWNER, ended_at=None).order_by("id").first()
    assert member is not None
    return Actor(member.person_id, "group owner")


async def _ask(project: Project, kind: PostKind, text: str, name: str, *, name_shown: bool = False) -> Post:
    return await posts.ask(
        await public_project(project.slug),
        kind,
        VISITOR,
        text=text,
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@example.org",
        name_shown=name_shown,
        form_key=f"demo:{text[:40]}",
    )


async def _answered(project: Project, by: Actor, text: str, answer: str, *, name_shown: bool = False) -> None:
    post = await _ask(project, PostKind.QUESTION, text, "Nell Hythe", name_shown=name_shown)
    await posts.answer(post.id, by, answer)


async def _supported(project: Project) -> None:
    """Three backers, one without a name."""
    words = (
        ("My mother swam here until she was eighty. Now I can again.", "Ivy Frost", True),
        ("Good luck from the lifeboat crew.", "Finn Cobb", True),
        ("I can’t swim, but I like to watch you.", "", False),
    )
    pledges = await Pledge.filter(campaign__project_id=project.id, status="active").order_by("id").limit(len(words))
    for pledge, (text, name, shown) in zip(pledges, words, strict=False):
        await comments.write_support(pledge.id, BACKER, text=text, name=name, name_shown=shown)


async def _hidden(project: Project, by: Actor) -> None:
    """An update that names somebody, hidden by another officer than the demo's, so that this one decides the appeal."""
    post = await posts.post_update(
        project.id,
        by,
        title="Our lifeguards",
        text="Three of the six who learn to be lifeguards, with their addresses.",
    )
    officer = await _another_officer()
    await moderation.hide(post.id, officer, HideReason.PERSONAL, "It tells where three people live.")
    await moderation.appeal(post.id, by, "They have agreed, and we have taken the addresses out.", page="/staff/posts")


async def _another_officer() -> Actor:
    somebody = await person(DemoPerson("", "bea@example.org", "Bea Lowe"))
    administrator = await acting(Role.ADMINISTRATOR)
    await StaffRole.get_or_create(
        person_id=somebody.id,
        role=Role.FUND_OFFICER,
        defaults={"granted_at": clock.real_now(), "granted_by_id": administrator.person_id},
    )
    return Actor(somebody.id, Role.FUND_OFFICER)


async def _waiting(project: Project) -> None:
    """A question and a letter that the group has not answered, and a report that no officer has."""
    question = await _ask(
        project, PostKind.QUESTION, "Is there anywhere to leave a wheelchair while I swim?", "Opal Keel"
    )
    await _ask(
        project, PostKind.LETTER, "I am a joiner and live round the corner. Can I help on a Saturday?", "Hal Pell"
    )
    support = await Post.filter(project_id=project.id, kind=PostKind.SUPPORT).order_by("-id").first()
    assert support is not None
    await moderation.report(
        support,
        VISITOR,
        reason=HideReason.OFF_TOPIC,
        text="What has this to do with the steps?",
        page=f"/staff/posts/{support.id}",
        name="",
        email="ned@example.org",
        form_key=f"demo:{question.id}",
    )
