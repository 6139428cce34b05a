"""What a page answers once a form was sent: see another page, with a message; what a rule refused stands on the form."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import ActionForm, SiteForm


def to(path: str) -> Response:
    """See the other page: 303, so that a reload does not send again."""
    return RedirectResponse(path, status_code=303)


async def done(request: Request, path: str, message: str) -> Response:
    """The same, with a message for the next page."""
    await sessions.flash(request, message)
    return to(path)


async def tried(form: SiteForm, work: Callable[[], Awaitable[Any]], field: str | None = None) -> bool:
    """Whether `work` was done; a rule that said no is put into the form's summary."""
    try:
        await work()
    except Refused as error:
        form.refuse(error.message, field)
        return False
    return True


async def pressed(request: Request, work: Callable[[], Awaitable[Any]], back: str, message: str) -> Response:
    """POST of a button that has no page of its own: `work` is done, unless its page had expired; and back."""
    form = await ActionForm.of(request)
    if not form.validate():
        return await done(request, back, "The page had expired, so nothing was changed")
    await work()
    return await done(request, back, message)
