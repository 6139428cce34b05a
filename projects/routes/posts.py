"""What a group writes to everybody, and what it answers: updates, thanks, questions, letters. Made for a phone."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.mail import Topic
from crowdfund_kent.references import hash_of, new_token
from crowdfund_kent.templating import plural, render
from projects import pictures, post_rules, post_words, reach
from projects.access import group_by_slug, member_of
from projects.forms import PictureForm
from projects.forms.posts import AnswerForm, AppealForm, DeclineForm, ThanksForm, UpdateForm
from projects.kinds import PostKind
from projects.models import Picture, Post
from projects.queries import posts as queries
from projects.routes.common import GENERATED, Here, here
from projects.services import moderation
from projects.services import posts as services
from projects.states import Post as Status

WRITERS: Final = member_of(group_by_slug, *queries.WRITERS)
ANSWERABLE: Final = (Status.WAITING, Status.ANSWERED, Status.SHOWN, Status.HELD)


@dataclass(frozen=True, slots=True)
class There:
    """A post of the project that the path names, for those who write for its group."""

    at: Here
    post: Post

    @property
    def hub(self) -> str:
        """The page of all posts."""
        return f"{self.at.path}/posts"

    @property
    def path(self) -> str:
        """The post's own page."""
        return f"{self.hub}/{self.post.id}"


async def _there(request: Request, *kinds: PostKind) -> There:
    at = await here(request)
    post = await Post.get_or_none(id=path_id(request), project_id=at.project.id)
    if post is None or post.status == Status.TAKEN_BACK or (kinds and post.kind not in kinds):
        raise NotFound
    return There(at, post)


async def _show(request: Request, template: str, at: Here, status: int = 200, **context: Any) -> Response:
    given = {
        "here": at,
        "group": at.group,
        "project": at.project,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if at.project.generated or at.group.generated else None,
        **context,
    }
    return render(request, f"posts/{template}", given, status)


def form_key(request: Request, typed: str | None) -> str | None:
    """What finds the row of a second click: the key of the page, in this session only."""
    return hash_of(f"{request.state.session.csrf_token}:{typed}") if typed else None


async def hub(request: Request) -> Response:
    """GET .../posts: what waits for an answer first, then what can be written, then everything that was."""
    at = await here(request)
    posts = await queries.posts_of(at.project.id)
    return await _show(
        request,
        "hub.html",
        at,
        hub=f"{at.path}/posts",
        waiting=await queries.waiting_of(at.project.id),
        rows=[(post, post_words.heading(post), post_words.standing(post)) for post in posts],
        is_public=await queries.public_campaign_of(at.project.id) is not None,
        quiet=await queries.quiet_now(),
    )


async def _reaches(at: Here, topic: Topic) -> int | None:
    campaign_id = await queries.public_campaign_of(at.project.id)
    return await reach.backers(campaign_id, topic) if campaign_id else None


async def write_update(request: Request) -> Response:
    """GET and POST .../posts/update; the button "Preview" shows how it will look, and saves nothing."""
    at = await here(request)
    form = await UpdateForm.of(request, form_key=new_token()[:32])
    preview = None
    if request.method == "POST" and form.validate():
        if (await request.form()).get("preview"):
            preview = form.text.data
        else:
            work = partial(
                services.post_update,
                at.project.id,
                at.by,
                title=form.title.data,
                text=form.text.data,
                form_key=form_key(request, form.form_key.data),
            )
            if (post := await _made(form, work)) is not None:
                words = (
                    "Your update is on the page." if post.status == Status.SHOWN else "An officer looks at it first."
                )
                return await done(request, f"{at.path}/posts/{post.id}", words)
    return await _show(
        request,
        "update.html",
        at,
        form.response_status,
        form=form,
        unsaved=preview,
        title="Write an update",
        hub=f"{at.path}/posts",
        reaches=await _reaches(at, Topic.UPDATES),
        quiet=await queries.quiet_now(),
    )


async def _made(form: Any, work: Any) -> Post | None:
    made: list[Post] = []

    async def keep() -> None:
        made.append(await work())

    return made[0] if await tried(form, keep) else None


async def change(request: Request) -> Response:
    """GET and POST .../posts/{id}/change: within an hour."""
    there = await _there(request, PostKind.UPDATE)
    post = there.post
    form = await UpdateForm.of(request, title=post.title, text=post.text, form_key="")
    preview = None
    if request.method == "POST" and form.validate():
        if (await request.form()).get("preview"):
            preview = form.text.data
        else:
            work = partial(services.change_update, post.id, there.at.by, title=form.title.data, text=form.text.data)
            if await tried(form, work):
                return await done(request, there.path, "The update is changed")
    return await _show(
        request,
        "update.html",
        there.at,
        form.response_status,
        form=form,
        unsaved=preview,
        title="Change your update",
        hub=there.path,
        reaches=None,
        quiet=None,
    )


async def thank(request: Request) -> Response:
    """GET and POST .../posts/thanks: words that are there already, a preview, one button."""
    at = await here(request)
    form = await ThanksForm.of(
        request, text=post_words.thanks(at.project.title, at.group.name), form_key=new_token()[:32]
    )
    preview = form.text.data or ""
    if request.method == "POST" and form.validate() and not (await request.form()).get("preview"):
        work = partial(
            services.thank, at.project.id, at.by, text=form.text.data, form_key=form_key(request, form.form_key.data)
        )
        if (post := await _made(form, work)) is not None:
            return await done(request, f"{at.path}/posts/{post.id}", "Your thanks are on their way.")
    return await _show(
        request,
        "thanks.html",
        at,
        form.response_status,
        form=form,
        unsaved=preview,
        hub=f"{at.path}/posts",
        reaches=await _reaches(at, Topic.THANKS),
        again=post_rules.next_thanks(await queries.last_thanks(at.project.id), business_now()),
        is_public=await queries.public_campaign_of(at.project.id) is not None,
        quiet=await queries.quiet_now(),
    )


async def one(request: Request) -> Response:
    """GET and POST .../posts/{id}: what was written and what can be done about it; POST answers."""
    there = await _there(request)
    post, form = there.post, await AnswerForm.of(request)
    asked = post.kind in (PostKind.QUESTION, PostKind.LETTER)
    if request.method == "POST" and form.validate():
        if not asked:
            raise NotFound
        work = partial(services.answer, post.id, there.at.by, form.text.data)
        if await tried(form, work):
            return await done(request, there.hub, "Your answer is sent")
    return await _page(request, there, form)


async def _page(request: Request, there: There, form: Any) -> Response:
    post = there.post
    asked = post.kind in (PostKind.QUESTION, PostKind.LETTER)
    picture = await Picture.get_or_none(id=post.picture_id) if post.picture_id else None
    hiding = await queries.newest_hiding(post.id) if post.status == Status.HIDDEN else None
    now = business_now()
    return await _show(
        request,
        "post.html",
        there.at,
        form.response_status,
        form=form,
        post=post,
        there=there,
        heading=post_words.heading(post),
        standing=post_words.standing(post),
        replies=await queries.replies_of(post.id),
        wordings=await queries.wordings_of(post.id),
        shown=_shown(picture),
        hiding=hiding,
        may_answer=asked and post.status in ANSWERABLE,
        may_decline=post.kind == PostKind.QUESTION and post.status == Status.WAITING,
        may_change=post_rules.may_change(post.kind, post.status, post.written_at, now),
        may_take_back=post.kind in post_rules.MAILED and post_rules.may_take_back(post.status),
        may_appeal=hiding is not None
        and post.kind not in post_rules.BY_OTHERS
        and post_rules.may_appeal(post.status, hiding.appealed_at),
        mails=_mails(post),
    )


def _shown(picture: Picture | None) -> pictures.Shown | None:
    if picture is None:
        return None
    return pictures.shown({"key": picture.key, "alt": picture.alt, "width": picture.width, "height": picture.height})


def _mails(post: Post) -> str:
    """What becomes of its e-mails, in words; empty where it has none."""
    if post.kind not in post_rules.MAILED or post.status != Status.SHOWN:
        return ""
    if post.mailed_at is not None:
        return "The e-mails to your backers have gone out."
    minutes = int(post_rules.MAIL_AFTER.total_seconds()) // 60
    return (
        f"Your backers get it by e-mail {plural(minutes, 'minute')} after you sent it. Until then you can take it back,"
        " and nobody has had it."
    )


async def decline(request: Request) -> Response:
    """GET and POST .../posts/{id}/decline"""
    there = await _there(request, PostKind.QUESTION)
    form = await DeclineForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.decline, there.post.id, there.at.by, form.text.data)
        if await tried(form, work):
            return await done(request, there.hub, "The person who asked was told why")
    return await _show(request, "decline.html", there.at, form.response_status, form=form, post=there.post, there=there)


async def picture(request: Request) -> Response:
    """GET and POST .../posts/{id}/picture"""
    there = await _there(request, PostKind.UPDATE)
    form = await PictureForm.of(request)
    if request.method == "POST" and form.validate():
        sent: UploadFile = form.picture.data
        work = partial(
            services.add_post_picture,
            there.post.id,
            await sent.read(),
            form.alt.data,
            there.at.by,
            name=sent.filename or "",
            media_type=sent.content_type or "",
        )
        if await tried(form, work, "picture"):
            return await done(request, there.path, "The picture is saved")
    return await _show(request, "picture.html", there.at, form.response_status, form=form, post=there.post, there=there)


async def remove_picture(request: Request) -> Response:
    """POST .../posts/{id}/picture/remove"""
    there = await _there(request, PostKind.UPDATE)
    form = await ActionForm.of(request)
    if form.validate() and await tried(form, partial(services.remove_post_picture, there.post.id, there.at.by)):
        return await done(request, there.path, "The picture is taken away")
    return await _page(request, there, _as_answer(form))


def _as_answer(failed: ActionForm) -> AnswerForm:
    """The page has an answer's form: it shows what was wrong with a button."""
    form = AnswerForm(None, failed.csrf_token, guarded=False)
    for problem in failed.problems:
        form.refuse(problem["text"])
    return form


async def take_back(request: Request) -> Response:
    """GET and POST .../posts/{id}/take-back"""
    there = await _there(request, *post_rules.MAILED)
    form = await ActionForm.of(request)
    work = partial(services.take_back_by_group, there.post.id, there.at.by)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, there.hub, "It is taken back")
    return await _show(
        request,
        "take_back.html",
        there.at,
        form.response_status,
        form=form,
        post=there.post,
        there=there,
        heading=post_words.heading(there.post),
    )


async def appeal(request: Request) -> Response:
    """GET and POST .../posts/{id}/appeal: for what an officer hid."""
    there = await _there(request, *post_rules.MAILED)
    form = await AppealForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(moderation.appeal, there.post.id, there.at.by, form.text.data, page=there.path)
        if await tried(form, work):
            return await done(request, there.path, "Another officer looks at it")
    return await _show(
        request,
        "appeal.html",
        there.at,
        form.response_status,
        form=form,
        back=there.path,
        hiding=await queries.newest_hiding(there.post.id),
    )


BASE: Final = "/groups/{group}/projects/{project}/posts"
_BOTH: Final = ("GET", "POST")
ROUTES = [
    page(BASE, hub, WRITERS, name="posts"),
    page(f"{BASE}/update", write_update, WRITERS, name="posts_update", methods=_BOTH),
    page(f"{BASE}/thanks", thank, WRITERS, name="posts_thanks", methods=_BOTH),
    page(f"{BASE}/{{id}}", one, WRITERS, name="post", methods=_BOTH),
    page(f"{BASE}/{{id}}/change", change, WRITERS, name="post_change", methods=_BOTH),
    page(f"{BASE}/{{id}}/decline", decline, WRITERS, name="post_decline", methods=_BOTH),
    page(f"{BASE}/{{id}}/picture", picture, WRITERS, name="post_picture", methods=_BOTH),
    page(f"{BASE}/{{id}}/picture/remove", remove_picture, WRITERS, name="post_picture_remove", methods=("POST",)),
    page(f"{BASE}/{{id}}/take-back", take_back, WRITERS, name="post_take_back", methods=_BOTH),
    page(f"{BASE}/{{id}}/appeal", appeal, WRITERS, name="post_appeal", methods=_BOTH),
]
