"""Asking a group, in public or not, reporting a post, and the private page of what somebody wrote. No account."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public_form
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.limits import TooOften, allows, network_of
from crowdfund_kent.references import keyed_hash, new_token
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from projects import post_rules, post_words, written
from projects.forms.posts import AppealForm, AskForm, LetterForm, MoreForm, ReportForm
from projects.kinds import HideReason, PostKind
from projects.models import Post
from projects.queries import posts as queries
from projects.routes.common import GENERATED
from projects.routes.posts import form_key
from projects.services import moderation
from projects.services import posts as services
from projects.states import Post as Status

FROM_ONE_NETWORK: Final = "30/hour"  # a library or a school shares one address
TO_ONE_ADDRESS: Final = "10/day"
PRIVATE: Final = {"Cache-Control": "private, no-store"}


def _by(request: Request) -> Actor:
    return Actor(request.state.session.person_id, "visitor")


async def _tried(
    request: Request, form: SiteForm, work: Callable[[], Awaitable[Any]], email: str = ""
) -> tuple[bool, int | None]:
    """Whether it was done, and the status of the page where it was not for being asked too often: nothing typed is lost."""
    try:
        await _refuse_too_many(request, email)
    except TooOften as error:
        form.refuse(error.message)
        return False, error.status
    return await tried(form, work), None


async def _refuse_too_many(request: Request, email: str = "") -> None:
    network = network_of(request)
    settings = get_settings()
    ring = f"Please ring us instead: {settings.contact_phone}, {settings.contact_hours}."
    if not await allows(FROM_ONE_NETWORK, "posts", network):
        raise TooOften(f"Many messages came from your network within the hour, so we can’t take one more here. {ring}")
    if email and not await allows(TO_ONE_ADDRESS, "posts", keyed_hash(email)[:40]):
        raise TooOften(f"We passed on many messages with this e-mail address today. {ring}")


def _known(request: Request) -> dict[str, Any]:
    """Who they are where they signed in, and the key of this form."""
    person = request.state.session.person
    given = {"name": person.name, "email": person.email or ""} if person is not None else {}
    return given | {"form_key": new_token()[:32]}


async def _ask(request: Request, kind: PostKind) -> Response:
    project = await queries.public_project(str(request.path_params["slug"]))
    form: Any = await (AskForm if kind == PostKind.QUESTION else LetterForm).of(request, **_known(request))
    status = None
    if request.method == "POST" and form.validate():
        made: list[Post] = []

        async def ask() -> None:
            made.append(
                await services.ask(
                    project,
                    kind,
                    _by(request),
                    text=form.text.data,
                    name=form.name.data,
                    email=form.email.data,
                    name_shown=kind == PostKind.QUESTION and bool(form.name_shown.data),
                    form_key=form_key(request, form.form_key.data) or new_token(),
                )
            )

        asked, status = await _tried(request, form, ask, form.email.data)
        if asked:
            return await done(request, written.private_path(made[0].reference), "We passed it on to the group")
    context = {
        "form": form,
        "found": project,
        "is_question": kind == PostKind.QUESTION,
        "quiet": await queries.quiet_now(),
        "generated_notice": GENERATED if project.generated else None,
    }
    return render(request, "posts/ask.html", context, status or form.response_status)


async def ask(request: Request) -> Response:
    """GET and POST /projects/{slug}/ask: a question for everybody to read, once it is answered."""
    return await _ask(request, PostKind.QUESTION)


async def write_to_group(request: Request) -> Response:
    """GET and POST /projects/{slug}/contact: a message that only the group reads."""
    return await _ask(request, PostKind.LETTER)


async def report(request: Request) -> Response:
    """GET and POST /report/{reference}: an officer looks at it."""
    post = await Post.get_or_none(reference=str(request.path_params["reference"])).select_related("project")
    if post is None or post.kind not in post_rules.PUBLIC or post.status not in (Status.SHOWN, Status.HIDDEN):
        raise NotFound
    form = await ReportForm.of(request, form_key=new_token()[:32])
    back, status = f"/projects/{post.project.slug}", None
    if request.method == "POST" and form.validate():
        key = form_key(request, form.form_key.data) or new_token()
        work = partial(
            moderation.report,
            post,
            _by(request),
            reason=HideReason(form.reason.data),
            text=form.text.data or "",
            page=f"/staff/posts/{post.id}",
            name="",
            email=form.email.data or "",
            form_key=f"report:{key[:40]}",
        )
        reported, status = await _tried(request, form, work, form.email.data or "")
        if reported:
            context = {"back": back, "to_hear": bool(form.email.data)}
            return render(request, "posts/reported.html", context)
    context = {
        "form": form,
        "post": post,
        "back": back,
        "what": post_words.NAMES[PostKind(post.kind)].lower(),
        "heading": post_words.heading(post) if post.status == Status.SHOWN else "",
    }
    return render(request, "posts/report.html", context, status or form.response_status)


# what somebody wrote -------------------------------------------------------------------------------------------


async def _mine(request: Request) -> Post:
    return await written.by_private_link(str(request.path_params["reference"]), str(request.path_params["token"]))


async def mine(request: Request) -> Response:
    """GET and POST /written/{reference}/{token}: what was said, and what its author can do. POST writes again."""
    post = await _mine(request)
    form, status = await MoreForm.of(request), None
    if request.method == "POST" and form.validate():
        work = partial(services.write_again, post.id, _by(request), form.text.data)
        sent, status = await _tried(request, form, work, post.author_email or "")
        if sent:
            return await done(request, written.private_path(post.reference), "Your message is sent")
    return await _page(request, post, form, status)


async def _page(request: Request, post: Post, form: SiteForm, status: int | None = None) -> Response:
    hiding = await queries.newest_hiding(post.id)
    context = {
        "form": form,
        "post": post,
        "path": written.private_path(post.reference),
        "name": post_words.NAMES[PostKind(post.kind)],
        "standing": post_words.standing(post),
        "project": post.project,
        "title": post.campaign.version.content["title"] if post.campaign.version else post.project.title,
        "replies": await queries.replies_of(post.id),
        "hiding": hiding,
        "may_write": post.kind == PostKind.LETTER and post.status in (Status.WAITING, Status.ANSWERED),
        "may_take_back": post_rules.may_take_back(post.status),
        "may_appeal": hiding is not None and post_rules.may_appeal(post.status, hiding.appealed_at),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "posts/written.html", context, status or form.response_status, PRIVATE)


async def mine_name(request: Request) -> Response:
    """POST .../name: show the author's name, or hide it."""
    post = await _mine(request)
    form = await ActionForm.of(request)
    if post.kind == PostKind.LETTER or post.status == Status.TAKEN_BACK:
        raise NotFound
    wanted = (await request.form()).get("shown") == "yes"
    if form.validate() and await tried(form, partial(services.show_name, post.id, wanted, _by(request))):
        words = "Your name is shown" if wanted else "Your name is not shown"
        return await done(request, written.private_path(post.reference), words)
    return await _page(request, post, _as_more(form))


async def mine_take_back(request: Request) -> Response:
    """GET and POST .../take-back: at any time, without a reason."""
    post = await _mine(request)
    form = await ActionForm.of(request)
    work = partial(services.take_back, post.id, _by(request))
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, written.private_path(post.reference), "It is taken back")
    context = {
        "form": form,
        "post": post,
        "back": written.private_path(post.reference),
        "name": post_words.NAMES[PostKind(post.kind)],
    }
    return render(request, "posts/written_take_back.html", context, form.response_status, PRIVATE)


async def mine_appeal(request: Request) -> Response:
    """GET and POST .../appeal: it was hidden, and should not be."""
    post = await _mine(request)
    form = await AppealForm.of(request)
    path = written.private_path(post.reference)
    if request.method == "POST" and form.validate():
        work = partial(moderation.appeal, post.id, _by(request), form.text.data, page=f"/staff/posts/{post.id}")
        if await tried(form, work):
            return await done(request, path, "Another officer looks at it")
    context = {"form": form, "back": path, "hiding": await queries.newest_hiding(post.id)}
    return render(request, "posts/appeal.html", context, form.response_status, PRIVATE)


def _as_more(failed: ActionForm) -> MoreForm:
    form = MoreForm(None, failed.csrf_token, guarded=False)
    for problem in failed.problems:
        form.refuse(problem["text"])
    return form


WRITTEN: Final = "/written/{reference}/{token}"
_BOTH: Final = ("GET", "POST")
ROUTES = [
    page("/projects/{slug}/ask", ask, public_form, name="public_ask", methods=_BOTH),
    page("/projects/{slug}/contact", write_to_group, public_form, name="public_contact", methods=_BOTH),
    page("/report/{reference}", report, public_form, name="report_post", methods=_BOTH),
    page(WRITTEN, mine, public_form, name="written", methods=_BOTH),
    page(f"{WRITTEN}/name", mine_name, public_form, name="written_name", methods=("POST",)),
    page(f"{WRITTEN}/take-back", mine_take_back, public_form, name="written_take_back", methods=_BOTH),
    page(f"{WRITTEN}/appeal", mine_appeal, public_form, name="written_appeal", methods=_BOTH),
]
