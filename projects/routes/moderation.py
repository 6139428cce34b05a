"""Officers look at posts: what is held, reported or appealed; hide, show again, decide; and the time before an election."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.cases.models import Case
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import moment, plural, render
from projects import pictures, post_words
from projects.access import was_ever_member
from projects.forms.posts import DecideForm, HideForm, KeepForm, QuietForm
from projects.kinds import HideReason, PostKind
from projects.models import Picture, Post, PostEvent, PostHiding, QuietPeriod
from projects.queries import moderation as queries
from projects.queries import posts as post_queries
from projects.routes.common import GENERATED
from projects.services import moderation as services
from projects.states import Post as Status

OFFICERS: Final = staff(Role.FUND_OFFICER)
NEWEST: Final = 20
IN_SIGHT: Final = (Status.SHOWN, Status.ANSWERED)
HIDEABLE: Final = (Status.WAITING, Status.HELD, Status.SHOWN, Status.ANSWERED)


async def queue(request: Request) -> Response:
    """GET /staff/posts: what waits for an officer, then what was written last."""
    held, reported, appealed = await queries.held(), await queries.reported(), await queries.appealed()
    context = {
        "held": [_row(post, moment(post.written_at)) for post in held],
        "reported": [_row(one.post, plural(one.reports, "report")) for one in reported],
        "appealed": [
            _row(
                one.post, moment(one.appealed_at), "You hid it: another officer decides" if _mine(request, one) else ""
            )
            for one in appealed
            if one.appealed_at
        ],
        "newest": [_row(post, moment(post.shown_at or post.written_at)) for post in await queries.newest(NEWEST)],
        "quiet": await post_queries.quiet_now(),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "posts/officer_queue.html", context)


def _mine(request: Request, hiding: PostHiding) -> bool:
    actor: Actor = request.state.actor
    return bool(hiding.by_id == actor.person_id)


def _row(post: Post, since: str, note: str = "") -> list[Any]:
    standing = post_words.standing(post)
    return [
        {"text": post_words.heading(post), "href": f"/staff/posts/{post.id}", "small": note},
        post_words.NAMES[PostKind(post.kind)],
        post.project.title,
        since,
        {"text": "", "tag": standing.name, "tone": standing.tone},
    ]


async def _post(request: Request) -> Post:
    found = await Post.get_or_none(id=path_id(request)).select_related("project__group")
    if found is None:
        raise NotFound
    return found


async def one(request: Request) -> Response:
    """GET /staff/posts/{id}: what was written, by whom, what happened to it, and what can be done."""
    return await _page(request, await _post(request), "officer_post.html")


async def _page(request: Request, post: Post, template: str, status: int = 200, **more: Any) -> Response:
    actor: Actor = request.state.actor
    hidings = await queries.hidings_of(post.id)
    events = await PostEvent.filter(subject_id=post.id).order_by("-id")
    names = await names_of(
        [*(one.by_id for one in events), *(one.by_id for one in hidings), *(one.decided_by_id for one in hidings)]
    )
    picture = await Picture.get_or_none(id=post.picture_id) if post.picture_id else None
    is_member = await was_ever_member(actor.person_id, post.project.group_id)
    hiding = hidings[0] if hidings and post.status == Status.HIDDEN else None
    waiting = hiding is not None and hiding.appealed_at is not None and hiding.decided_at is None
    acts = not is_member and actor.role != Role.AUDITOR
    cases = await queries.cases_of(post.id, actor.person_id)
    context = {
        "post": post,
        "path": f"/staff/posts/{post.id}",
        "heading": post_words.heading(post),
        "name": post_words.NAMES[PostKind(post.kind)],
        "standing": post_words.standing(post),
        "replies": await post_queries.replies_of(post.id),
        "wordings": await post_queries.wordings_of(post.id),
        "shown": _shown(picture),
        "hidings": [(one, names[one.by_id], names[one.decided_by_id]) for one in hidings],
        "events": [(one, names.get(one.by_id)) for one in events],
        "cases": cases,
        "is_member": is_member,
        "may_hide": acts and post.status in HIDEABLE,
        "may_keep": acts and post.status in IN_SIGHT and any(_reports(case) for case in cases),
        "may_let_through": acts and post.status == Status.HELD,
        "may_show": acts and hiding is not None and not waiting,
        "may_decide": acts and waiting and hiding is not None and hiding.by_id != actor.person_id,
        "waits_for_another": waiting and hiding is not None and hiding.by_id == actor.person_id,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if post.project.generated else None,
        **more,
    }
    return render(request, f"posts/{template}", context, status)


def _reports(case: Case) -> bool:
    return case.kind == Kind.REPORT and case.status in WAITS_FOR_US


def _shown(picture: Picture | None) -> pictures.Shown | None:
    if picture is None:
        return None
    return pictures.shown({"key": picture.key, "alt": picture.alt, "width": picture.width, "height": picture.height})


async def hide(request: Request) -> Response:
    """GET and POST /staff/posts/{id}/hide"""
    post, form = await _post(request), await HideForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.hide, post.id, request.state.actor, HideReason(form.reason.data), form.words.data)
        if await tried(form, work):
            return await done(request, f"/staff/posts/{post.id}", "It is hidden, and its author is told")
    return await _page(request, post, "officer_hide.html", form.response_status, form=form)


async def keep(request: Request) -> Response:
    """GET and POST /staff/posts/{id}/keep: what was reported stays; whoever reported it gets an answer."""
    post, form = await _post(request), await KeepForm.of(request)
    work = partial(services.keep, post.id, request.state.actor, form.words.data or "")
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"/staff/posts/{post.id}", "It stays, and whoever reported it is told")
    return await _page(request, post, "officer_keep.html", form.response_status, form=form)


async def decide(request: Request) -> Response:
    """GET and POST /staff/posts/{id}/appeal"""
    post, form = await _post(request), await DecideForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(
            services.decide_appeal,
            post.id,
            request.state.actor,
            upheld=form.upheld.data == "yes",
            answer=form.answer.data,
        )
        if await tried(form, work):
            return await done(request, f"/staff/posts/{post.id}", "The appeal is decided, and its author is told")
    return await _page(request, post, "officer_appeal.html", form.response_status, form=form)


def _button(work: Callable[[int, Actor], Awaitable[object]], message: str) -> Callable[[Request], Awaitable[Response]]:
    """A POST of one button on the post's page."""

    async def press(request: Request) -> Response:
        post, form = await _post(request), await ActionForm.of(request)
        if form.validate() and await tried(form, partial(work, post.id, request.state.actor)):
            return await done(request, f"/staff/posts/{post.id}", message)
        return await _page(request, post, "officer_post.html", form.response_status, form=form)

    return press


# the time before an election -----------------------------------------------------------------------------------


async def quiet_periods(request: Request) -> Response:
    """GET and POST /staff/quiet-periods: the days, and one more."""
    form = await QuietForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(
            services.add_quiet_period, form.from_day.data, form.to_day.data, form.words.data, request.state.actor
        )
        if await tried(form, work):
            return await done(request, "/staff/quiet-periods", "The days are entered")
    return await _periods(request, form)


async def _periods(request: Request, form: SiteForm) -> Response:
    context = {
        "form": form,
        "periods": await post_queries.quiet_periods(),
        "quiet": await post_queries.quiet_now(),
        "may": request.state.actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "posts/officer_quiet.html", context, form.response_status)


async def end_quiet_period(request: Request) -> Response:
    """GET and POST /staff/quiet-periods/{id}/end"""
    period = await QuietPeriod.get_or_none(id=path_id(request), ended_at=None)
    if period is None:
        raise NotFound
    form = await ActionForm.of(request)
    work = partial(services.end_quiet_period, period.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, "/staff/quiet-periods", "It is taken off the list")
    context = {"form": form, "period": period, "held": len(await queries.held())}
    return render(request, "posts/officer_quiet_end.html", context, form.response_status)


_BOTH: Final = ("GET", "POST")
_POST: Final = ("POST",)
ROUTES = [
    page("/staff/posts", queue, OFFICERS, name="staff_posts"),
    page("/staff/posts/{id}", one, OFFICERS, name="staff_post"),
    page("/staff/posts/{id}/hide", hide, OFFICERS, name="staff_post_hide", methods=_BOTH),
    page("/staff/posts/{id}/keep", keep, OFFICERS, name="staff_post_keep", methods=_BOTH),
    page("/staff/posts/{id}/appeal", decide, OFFICERS, name="staff_post_appeal", methods=_BOTH),
    page(
        "/staff/posts/{id}/show",
        _button(services.show_again, "It is shown again"),
        OFFICERS,
        name="staff_post_show",
        methods=_POST,
    ),
    page(
        "/staff/posts/{id}/let-through",
        _button(services.let_through, "It is shown"),
        OFFICERS,
        name="staff_post_let_through",
        methods=_POST,
    ),
    page("/staff/quiet-periods", quiet_periods, OFFICERS, name="staff_quiet_periods", methods=_BOTH),
    page("/staff/quiet-periods/{id}/end", end_quiet_period, OFFICERS, name="staff_quiet_period_end", methods=_BOTH),
]
