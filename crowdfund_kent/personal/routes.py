"""/account/data: what we hold about you, as a file; and /account/data/erase, which says first what stays and why."""

from datetime import timedelta
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public, signed_in
from crowdfund_kent.answering import to
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import CheckboxField, SiteForm
from crowdfund_kent.personal import services
from crowdfund_kent.personal.export import zipped
from crowdfund_kent.personal.register import all_parts
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render

FRESH: Final = timedelta(minutes=30)  # who asks for all their data has proved the address just now
PRIVATE: Final = {"Cache-Control": "private, no-store"}
SEE_OTHER: Final = 303


class EraseForm(SiteForm):
    """The person's word."""

    agree = CheckboxField(
        "Erase what you hold about me. I know that this can’t be taken back",
        missing="Say that you know that this can’t be taken back",
    )


def _is_fresh(request: Request) -> bool:
    return bool(real_now() - request.state.session.created_at < FRESH)


async def show(request: Request) -> Response:
    """GET: what there is, where it lies, how long it is kept."""
    one = await services.whose(request.state.session.person_id)
    sheets = await services.collect(all_parts(), one)
    context = {
        "counts": [(sheet.title, len(sheet.rows)) for sheet in sheets if sheet.rows],
        "texts": [text for part in all_parts() for text in part.texts],
        "is_fresh": _is_fresh(request),
        "email": one.email,
    }
    return render(request, "personal/data.html", context)


async def download(request: Request) -> Response:
    """GET .../download: one zip. Somebody who signed in a while ago signs in once more."""
    if not _is_fresh(request):
        return to("/sign-in?next=/account/data")
    one = await services.whose(request.state.session.person_id)
    about = f"What {get_settings().programme_name} holds about {one.email}. Amounts are in pence; times are UTC."
    content = zipped(await services.collect(all_parts(), one), about)
    named = {"Content-Disposition": 'attachment; filename="your-data.zip"'}
    return Response(content, media_type="application/zip", headers=PRIVATE | named)


async def erase(request: Request) -> Response:
    """GET and POST .../erase: what stays and why, what must end first, and the button."""
    if not _is_fresh(request):
        return to("/sign-in?next=/account/data/erase")
    one = await services.whose(request.state.session.person_id)
    form = await EraseForm.of(request)
    left = await services.blockers(all_parts(), one)
    if request.method == "POST" and form.validate():
        work = partial(services.erase, all_parts(), one, request.state.actor)
        try:
            await work()
        except Refused as refused:
            form.refuse(refused.message)
        else:
            await sessions.sign_out(request)
            return to("/erased")
    texts = [text for part in all_parts() for text in part.texts]
    context = {
        "form": form,
        "left": left,
        "stays": [text for text in texts if "stay" in text.erased],
        "goes": [text for text in texts if "stay" not in text.erased],
        "email": one.email,
    }
    return render(request, "personal/erase.html", context, form.response_status)


async def erased(request: Request) -> Response:
    """GET /erased: done."""
    return render(request, "personal/erased.html", {})


ROUTES: Final[list[Route]] = [
    page("/account/data", show, signed_in, name="personal_data"),
    page("/account/data/download", download, signed_in, name="personal_download"),
    page("/account/data/erase", erase, signed_in, name="personal_erase", methods=("GET", "POST")),
    page("/erased", erased, public, name="personal_erased"),
]
