"""A project's picture: choose, describe, take away; and the files for everybody."""

from functools import partial
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import storage
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.forms import ActionForm
from projects import services
from projects.forms import DescribeForm, PictureForm
from projects.routes.common import MEMBERS, Here, frozen, here, question, show, shown_of
from projects.routes.tasks import onward

NONE: Final = "none"  # the button for groups without a picture


async def choose(request: Request) -> Response:
    """GET and POST .../picture. A body over settings.body_most_bytes does not come this far: it has a page of its own."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    form = await PictureForm.of(request)
    if request.method == "POST" and (await request.form()).get("then") == NONE:
        if form.token_is_right:
            await services.pass_question(at.project.id, "picture", at.by)
            return await onward(request, at, "picture")
        form.validate()
    elif request.method == "POST" and form.validate():
        sent: UploadFile = form.picture.data
        content = await sent.read()
        work = partial(
            services.add_picture,
            at.project.id,
            content,
            form.alt.data,
            at.by,
            name=sent.filename or "",
            media_type=sent.content_type or "",
        )
        if await tried(form, work, "picture"):
            return await done(request, f"{at.path}/picture", "The picture is saved")
    return await _choose_page(request, at, form)


async def _choose_page(request: Request, at: Here, form: PictureForm) -> Response:
    return await show(
        request,
        "picture.html",
        at,
        form.response_status,
        form=form,
        shown=shown_of(at),
        **await question(at, "picture"),
    )


async def describe(request: Request) -> Response:
    """GET and POST .../picture/words."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    if at.project.picture is None:
        return to(f"{at.path}/picture")
    form = await DescribeForm.of(request, alt=at.project.picture.alt)
    if request.method == "POST" and form.validate():
        work = partial(services.describe_picture, at.project.id, form.alt.data, at.by)
        if await tried(form, work, "alt"):
            return await done(request, f"{at.path}/picture", "Saved")
    return await show(request, "picture_words.html", at, form.response_status, form=form, shown=shown_of(at))


async def remove(request: Request) -> Response:
    """POST .../picture/remove: no picture; a drawing stands in for it."""
    at = await here(request)
    if response := await frozen(request, at):
        return response
    form = await ActionForm.of(request)
    if form.validate() and await tried(form, partial(services.attach_picture, at.project.id, None, at.by)):
        return await done(request, at.path, "The picture is taken away")
    return await _choose_page(request, at, _with_problems(form, request))


def _with_problems(failed: ActionForm, request: Request) -> PictureForm:
    form = PictureForm(None, request.state.session.csrf_token, guarded=False)
    for problem in failed.problems:
        form.refuse(problem["text"])
    return form


async def file(request: Request) -> Response:
    """GET /pictures/{key}-{width}.webp: public, and the same for ever: the key is random, the file never changes."""
    key = f"pictures/{request.path_params['name']}.webp"
    content = await storage.read(key)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type="image/webp", headers=headers)


BASE: Final = "/groups/{group}/projects/{project}/picture"
ROUTES = [
    page(BASE, choose, MEMBERS, name="project_picture", methods=("GET", "POST")),
    page(f"{BASE}/words", describe, MEMBERS, name="project_picture_words", methods=("GET", "POST")),
    page(f"{BASE}/remove", remove, MEMBERS, name="project_picture_remove", methods=("POST",)),
    page("/pictures/{name}.webp", file, public, name="picture"),
]
