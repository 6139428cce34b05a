"""Pictures of a report: added while it is written, taken away at any time."""

from functools import partial
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from projects import pictures as drawn
from projects.reports.forms import ReportPictureForm
from projects.reports.kinds import Shown
from projects.reports.models import ReportPicture
from projects.reports.routes.common import BASE, BOTH, Reporting, question_of, reporting, sent, show_page
from projects.reports.services import pictures
from projects.routes.common import MEMBERS

NONE: Final = "none"  # the button for groups without a picture


async def add(request: Request) -> Response:
    """GET and POST .../report/{kind}/pictures."""
    found = await reporting(request)
    question_of(found, "pictures")
    if response := await sent(request, found):
        return response
    form = await ReportPictureForm.of(request)
    if request.method == "POST" and (await request.form()).get("then") == NONE:
        if form.token_is_right:
            await pictures.say_no_pictures(found.report.id, found.at.by)
            return to((await reporting(request)).after("pictures"))
        form.validate()
    elif request.method == "POST" and form.validate():
        file: UploadFile = form.picture.data
        work = partial(
            pictures.add_picture,
            found.report.id,
            await file.read(),
            form.alt.data,
            found.at.by,
            shows=Shown(form.shows.data),
            who=form.who.data or "",
            agreed=bool(form.agreed.data),
            parents_agreed=bool(form.parents_agreed.data),
            name=file.filename or "",
            media_type=file.content_type or "",
        )
        if await tried(form, work):
            return await done(request, f"{found.path}/pictures", "The picture is saved")
    return await show_page(
        request,
        found,
        "pictures.html",
        form.response_status,
        form=form,
        shown=shown_of(found),
        onward=found.after("pictures"),
        most=pictures.MOST,
    )


def shown_of(found: Reporting) -> list[tuple[ReportPicture, drawn.Shown | None]]:
    """Each picture as a page shows it."""
    return [(one, picture_of(one)) for one in found.whole.pictures]


def picture_of(one: ReportPicture) -> drawn.Shown | None:
    """A picture as a page shows it."""
    picture = one.picture
    return drawn.shown({"key": picture.key, "alt": picture.alt, "width": picture.width, "height": picture.height})


async def take_away(request: Request) -> Response:
    """GET and POST .../report/{kind}/pictures/{id}/take-away: at any time, since somebody may change their mind."""
    found = await reporting(request)
    one = next((one for one in found.whole.pictures if one.id == path_id(request)), None)
    if one is None:
        raise NotFound
    back = f"{found.path}/pictures" if found.may_write else found.path
    form = await ActionForm.of(request)
    work = partial(pictures.remove_picture, found.report.id, one.id, found.at.by)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, back, "The picture is taken away")
    return await show_page(
        request,
        found,
        "picture_take_away.html",
        form.response_status,
        form=form,
        one=one,
        shown=picture_of(one),
        back=back,
    )


ROUTES: Final[list[Route]] = [
    page(f"{BASE}/pictures", add, MEMBERS, name="report_pictures", methods=BOTH),
    page(f"{BASE}/pictures/{{id}}/take-away", take_away, MEMBERS, name="report_picture_take_away", methods=BOTH),
]
