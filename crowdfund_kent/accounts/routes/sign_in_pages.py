"""Signing in and out: an e-mail address, then a code typed or a link opened and confirmed."""

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import kept_forms
from crowdfund_kent.accounts import sessions, sign_in
from crowdfund_kent.accounts.access import page, public, public_form
from crowdfund_kent.accounts.forms import CodeForm, SignInForm
from crowdfund_kent.accounts.models import Person, SignIn
from crowdfund_kent.accounts.rules import HOME, own_path
from crowdfund_kent.answering import to
from crowdfund_kent.errors import Gone, Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.limits import TooOften, network_of
from crowdfund_kent.settings import Mode, get_settings
from crowdfund_kent.templating import render

ASKED: Final = "sign_in"  # the session's key for the request whose code is awaited
SEE_OTHER: Final = 303


def _network(request: Request) -> str:
    return network_of(request)


def _inbox(email: str) -> str:
    """Where a newcomer finds the e-mail on a machine of their own; empty in production."""
    return f"/local/inbox?to={quote(email)}" if get_settings().mode is Mode.LOCAL else ""


async def ask_email(request: Request) -> Response:
    """GET and POST /sign-in: whether the address is known changes nothing here."""
    session = request.state.session
    wanted = own_path(request.query_params.get("next"))
    if request.method == "GET" and session.person_id is not None:
        return to(wanted)
    kept_forms.tell_at_sign_in(request)
    form = await SignInForm.of(request, next=wanted)
    if request.method == "POST" and form.validate():
        try:
            asked = await sign_in.ask(form.email.data, own_path(form.next.data), _network(request))
        except TooOften as error:
            form.refuse(error.message)
            return render(request, "accounts/sign_in.html", {"form": form}, status=error.status)
        await sessions.keep(request, **{ASKED: asked})
        return to("/sign-in/code")
    return render(request, "accounts/sign_in.html", {"form": form}, status=form.response_status)


async def type_code(request: Request) -> Response:
    """GET and POST /sign-in/code: for the browser that asked, and no other."""
    asked = request.state.session.data.get(ASKED)
    row = await SignIn.get_or_none(id=asked) if asked is not None else None
    if row is None:
        return to("/sign-in")
    form = await CodeForm.of(request)
    status = None
    if request.method == "POST" and form.validate():
        try:
            person, path = await sign_in.use_code(row.id, form.code.data, _network(request))
            return await _signed_in(request, person, path)
        except Refused as error:
            form.refuse(error.message, "code")
        except TooOften as error:
            form.refuse(error.message)
            status = error.status
    context = {
        "form": form,
        "email": row.email,
        "minutes": get_settings().sign_in_minutes,
        "again": f"/sign-in?next={quote(row.next_path, safe='')}" if row.next_path != HOME else "/sign-in",
        "inbox": _inbox(row.email),
    }
    return render(request, "accounts/code.html", context, status=status or form.response_status)


async def open_link(request: Request) -> Response:
    """GET /sign-in/link/<token> shows a button and changes nothing: mail scanners follow links. POST uses it."""
    token = request.path_params["token"]
    form = await ActionForm.of(request)
    try:
        row = await sign_in.by_link(token)
        if request.method == "POST" and form.validate():
            return await _signed_in(request, *await sign_in.use_link(token))
    except Gone as error:
        return render(request, "accounts/link_gone.html", {"message": error.message}, status=error.status)
    return render(request, "accounts/link.html", {"form": form, "email": row.email}, status=form.response_status)


async def _signed_in(request: Request, person: Person, path: str) -> Response:
    await sessions.sign_in(request, person)
    await sessions.keep(request, **{ASKED: None})
    return to(own_path(path))


async def sign_out(request: Request) -> Response:
    """POST /sign-out ends the session; GET asks, so that a link or a picture can't."""
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        await sessions.sign_out(request)
        return to("/signed-out")
    return render(request, "accounts/sign_out.html", {"form": form}, status=form.response_status)


async def signed_out(request: Request) -> Response:
    """GET /signed-out."""
    return render(request, "accounts/signed_out.html")


ROUTES = [
    page("/sign-in", ask_email, public_form, name="sign_in", methods=("GET", "POST")),
    page("/sign-in/code", type_code, public_form, name="sign_in_code", methods=("GET", "POST")),
    page("/sign-in/link/{token}", open_link, public_form, name="sign_in_link", methods=("GET", "POST")),
    page("/sign-out", sign_out, public_form, name="sign_out", methods=("GET", "POST")),
    page("/signed-out", signed_out, public, name="signed_out"),
]
