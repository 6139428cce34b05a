"""Questions to a group and letters to it: asked by anybody, answered by the group, nobody's address given away."""

from crowdfund_kent import events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Refused
from projects import post_letters
from projects.kinds import PostKind
from projects.models import Post, PostReply
from projects.post_rules import MOST_QUESTIONS, QUESTIONS_IN
from projects.queries import posts as queries
from projects.queries.posts import PublicProject
from projects.services.posts.common import locked_by_group, needed, record, show_or_hold
from projects.services.posts.writing import create
from projects.states import Post as Status


async def ask(
    project: PublicProject,
    kind: PostKind,
    by: Actor,
    *,
    text: str,
    name: str,
    email: str,
    name_shown: bool = False,
    form_key: str,
) -> Post:
    """A question (shown once the group answers) or a letter (shown to nobody else). The group hears of it by e-mail, the
    person who asks gets the address of a private page. Refused where nobody can answer, and for the sixth within a day.
    """
    if not project.answers:
        raise Refused(
            "Nobody of this group can answer here any more. Write to us instead: we pass it on.", rule="people"
        )
    async with transaction():
        # the same form twice, and many at once from one address, come one after the other
        await execute("SELECT id FROM project WHERE id = $1 FOR UPDATE", project.id)
        known = await Post.get_or_none(form_key=form_key)
        if known is not None:
            return known
        since = business_now() - QUESTIONS_IN
        if await Post.filter(project_id=project.id, author_email=email, written_at__gt=since).count() >= MOST_QUESTIONS:
            raise Refused("You have asked this group five times today. Wait for its answers, or write tomorrow.")
        post = await create(
            kind,
            project.id,
            project.campaign_id,
            by,
            text=text,
            name=name,
            email=email,
            name_shown=name_shown and kind == PostKind.QUESTION,
            form_key=form_key,
        )
        await events.move(post, "asked", by)
        await post_letters.tell_group("asked", post, f"post:{post.id}:asked")
        await post_letters.tell_author("received", post, f"post:{post.id}:received")
    return post


async def write_again(post_id: int, by: Actor, text: str) -> Post:
    """Whoever wrote a letter writes again, from its private page."""
    async with transaction():
        post = await queries.post_for_update(post_id)
        if post.kind != PostKind.LETTER or post.status not in (Status.WAITING, Status.ANSWERED):
            raise Refused("This can’t be answered any more. Write a new message to the group.", rule="there")
        reply = await _reply(post, by, text, by_group=False)
        if post.status == Status.ANSWERED:
            await events.move(post, "asked again", by)
        else:
            await events.note(post, "added to", by)
        await post_letters.tell_group("asked", post, f"post:{post.id}:again:{reply.id}", words=reply.text)
    return post


async def answer(post_id: int, by: Actor, text: str) -> Post:
    """The group answers. A question is then shown with its answer, or held in the time before an election; a further
    answer is added under it. The person who asked gets it by e-mail either way.
    """
    async with transaction():
        post = await locked_by_group(post_id, by)
        if post.kind not in (PostKind.QUESTION, PostKind.LETTER) or post.status not in _MAY_BE_ANSWERED:
            raise Refused("This can’t be answered now.", rule="waiting")
        reply = await _reply(post, by, text, by_group=True)
        if post.status != Status.WAITING:
            await events.note(post, "answered again", by)
        elif post.kind == PostKind.LETTER:
            await events.move(post, "answered", by)
        else:
            await show_or_hold(post, by)
        await record(post, "answered", by)
        await post_letters.tell_author("answered", post, f"post:{post.id}:reply:{reply.id}", answer=reply.text)
    return post


_MAY_BE_ANSWERED = (Status.WAITING, Status.ANSWERED, Status.SHOWN, Status.HELD)


async def decline(post_id: int, by: Actor, why: str) -> Post:
    """The group does not answer a question in public; the person who asked is told why."""
    async with transaction():
        post = await locked_by_group(post_id, by)
        if post.kind != PostKind.QUESTION:
            raise Refused("Answer the message, or report it to an officer.", rule="question")
        reply = await _reply(post, by, why, by_group=True)
        await events.move(post, "declined", by)
        await record(post, "declined", by)
        await post_letters.tell_author("declined", post, f"post:{post.id}:reply:{reply.id}", answer=reply.text)
    return post


async def _reply(post: Post, by: Actor, text: str, *, by_group: bool) -> PostReply:
    words = needed(text, "Write something first.")
    return await PostReply.create(post_id=post.id, by_group=by_group, by_id=by.person_id, text=words, at=business_now())
