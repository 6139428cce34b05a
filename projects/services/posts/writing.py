"""Updates, thanks and messages of support: written, put right, taken back."""

from crowdfund_kent import events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.references import new_reference
from crowdfund_kent.templating import moment
from projects import post_rules
from projects.kinds import PostKind
from projects.models import Post, PostReply, PostWording
from projects.post_rules import MOST_UPDATES, UPDATES_IN
from projects.queries import posts as queries
from projects.services.pictures import keep_picture
from projects.services.posts.common import (
    locked_by_group,
    needed,
    project_for_writing,
    public_campaign,
    record,
    show_or_hold,
)
from projects.states import Post as Status

_PREFIXES = {
    PostKind.UPDATE: "U",
    PostKind.QUESTION: "Q",
    PostKind.LETTER: "L",
    PostKind.SUPPORT: "S",
    PostKind.THANKS: "T",
}


async def create(
    kind: PostKind,
    project_id: int,
    campaign_id: int,
    by: Actor,
    *,
    text: str,
    title: str = "",
    name: str = "",
    email: str | None = None,
    name_shown: bool = False,
    form_key: str | None = None,
) -> Post:
    """The row with its first event, in the caller's transaction, which decides at once what becomes of it."""
    post = await Post.create(
        status=Status.WRITTEN,
        reference=new_reference(_PREFIXES[kind]),
        kind=kind,
        project_id=project_id,
        campaign_id=campaign_id,
        form_key=form_key,
        author_id=by.person_id,
        author_name=name.strip(),
        author_email=email,
        name_shown=name_shown,
        title=title.strip(),
        text=needed(text, "Write something first."),
        written_at=business_now(),
    )
    await events.begin(post, by)
    return post


async def write(
    kind: PostKind,
    project_id: int,
    campaign_id: int,
    by: Actor,
    *,
    text: str,
    name: str,
    email: str | None,
    name_shown: bool,
    form_key: str | None = None,
) -> Post:
    """A message of support by a backer: shown at once, or held for an officer. The same `form_key` twice is one."""
    async with transaction():
        known = await Post.get_or_none(form_key=form_key) if form_key else None
        if known is not None:
            return known
        post = await create(
            kind,
            project_id,
            campaign_id,
            by,
            text=text,
            name=name,
            email=email,
            name_shown=name_shown,
            form_key=form_key,
        )
        await show_or_hold(post, by)
    return post


async def post_update(project_id: int, by: Actor, *, title: str, text: str, form_key: str | None = None) -> Post:
    """News of the project, on its page at once and to backers by e-mail ten minutes later.

    Refused before the campaign is public, and for the fourth within a day: each is an e-mail to every backer.
    """
    heading = needed(title, "Enter a title.")
    async with transaction():
        await project_for_writing(project_id, by)
        known = await Post.get_or_none(form_key=form_key) if form_key else None
        if known is not None:
            return known
        campaign_id = await public_campaign(project_id)
        since = business_now() - UPDATES_IN
        posted = Post.filter(project_id=project_id, kind=PostKind.UPDATE, written_at__gt=since)
        if await posted.exclude(status=Status.TAKEN_BACK).count() >= MOST_UPDATES:
            raise Refused(
                f"You have posted {MOST_UPDATES} updates within a day, and each goes to every backer. Post this one tomorrow.",
                rule="updates a day",
            )
        post = await create(PostKind.UPDATE, project_id, campaign_id, by, title=heading, text=text, form_key=form_key)
        await show_or_hold(post, by)
    return post


async def change_update(post_id: int, by: Actor, *, title: str, text: str) -> Post:
    """Other words for an update, within an hour; what it said is kept. Backers who have it by e-mail get no second one."""
    heading, words = needed(title, "Enter a title."), needed(text, "Enter the text of your update.")
    async with transaction():
        post = await _to_change(post_id, by)
        if (heading, words) == (post.title, post.text):
            return post
        await PostWording.create(
            post_id=post.id,
            number=1 + await PostWording.filter(post_id=post.id).count(),
            title=post.title,
            text=post.text,
            until_at=business_now(),
            by_id=by.person_id,
        )
        await _change(post, "words changed", by, title=heading, text=words, changed_at=business_now())
    return post


async def add_post_picture(
    post_id: int, content: bytes, alt: str, by: Actor, *, name: str = "", media_type: str = ""
) -> Post:
    """Show this picture with an update, within the hour. `alt` says in words what it shows, and is needed."""
    async with transaction():
        await _to_change(post_id, by)

    async def attach(picture_id: int) -> None:
        await _change(await _to_change(post_id, by), "picture added", by, picture_id=picture_id)

    await keep_picture(content, alt, by, attach, name=name, media_type=media_type)
    return await Post.get(id=post_id)


async def remove_post_picture(post_id: int, by: Actor) -> Post:
    """The update without its picture."""
    async with transaction():
        post = await _to_change(post_id, by)
        if post.picture_id is not None:
            await _change(post, "picture taken away", by, picture_id=None)
    return post


async def _to_change(post_id: int, by: Actor) -> Post:
    post = await locked_by_group(post_id, by)
    if not post_rules.may_change(post.kind, post.status, post.written_at, business_now()):
        raise Refused("An update can be changed within an hour. Post another that puts it right.", rule="an hour")
    if post.status == Status.SHOWN and await queries.quiet_now() is not None:
        raise Refused("In the time before an election only an officer can change what is shown.", rule="election")
    return post


async def _change(post: Post, cause: str, by: Actor, **changes: object) -> None:
    """Words or picture without a change of status: an event says so, and pages that show it are drawn anew."""
    for name, value in changes.items():
        setattr(post, name, value)
    await post.save(update_fields=list(changes))
    await events.note(post, cause, by)
    await record(post, cause, by)


async def thank(project_id: int, by: Actor, *, text: str, form_key: str | None = None) -> Post:
    """Thanks to backers by e-mail, to those who want them; ten minutes later, at most once in seven days."""
    async with transaction():
        await project_for_writing(project_id, by)
        known = await Post.get_or_none(form_key=form_key) if form_key else None
        if known is not None:
            return known
        campaign_id = await public_campaign(project_id)
        again = post_rules.next_thanks(await queries.last_thanks(project_id), business_now())
        if again is not None:
            raise Refused(
                f"You thanked your backers less than a week ago. You can do it again from {moment(again)}.",
                rule="once a week",
            )
        post = await create(PostKind.THANKS, project_id, campaign_id, by, text=text, form_key=form_key)
        await show_or_hold(post, by)
    return post


async def take_back_by_group(post_id: int, by: Actor) -> Post:
    """An update or thanks goes from the page; e-mails that have not gone out do not."""
    async with transaction():
        post = await locked_by_group(post_id, by)
        if post.kind not in post_rules.MAILED:
            raise Refused("Only who wrote it can take it back. You can report it to an officer.", rule="author")
        await _take_back(post, by)
    return post


async def take_back(post_id: int, by: Actor) -> Post:
    """What somebody wrote without an account, taken back from its private page at any time.

    Words, name and address are emptied, but for what an officer hid: that may have to be looked at again.
    """
    async with transaction():
        post = await queries.post_for_update(post_id)
        hidden = post.status == Status.HIDDEN
        await _take_back(post, by)
        if not hidden:
            await Post.filter(id=post.id).update(text="", author_name="", author_email=None, name_shown=False)
            await PostReply.filter(post_id=post.id, by_group=False).update(text="")
    return post


async def _take_back(post: Post, by: Actor) -> None:
    if not post_rules.may_take_back(post.status):
        raise Refused("It is taken back already.", rule="there")
    await events.move(post, "taken back", by)
    await record(post, "taken back", by)


async def show_name(post_id: int, shown: bool, by: Actor) -> Post:
    """The author's name beside a question or a message of support, or not."""
    async with transaction():
        post = await queries.post_for_update(post_id)
        if post.name_shown != shown:
            await _change(post, "name shown" if shown else "name hidden", by, name_shown=shown)
    return post
