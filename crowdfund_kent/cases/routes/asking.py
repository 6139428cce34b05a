"""Asking something of us, without an account: a complaint, something wrong, another format, a call, a message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import limits
from crowdfund_kent.accounts.access import page, public_form
from crowdfund_kent.answering import done
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import links, services, subjects
from crowdfund_kent.cases.forms import CallForm, ComplaintForm, ContactForm, FormatForm, WrongForm
from crowdfund_kent.cases.kinds import ABOUT, Kind, Way
from crowdfund_kent.cases.models import Case
from crowdfund_kent.cases.rules import clocks
from crowdfund_kent.clock import business_now
from crowdfund_kent.limits import TooOften, network_of
from crowdfund_kent.references import keyed_hash, new_token
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render

FROM_ONE_NETWORK: Final = "30/hour"  # an office, a library or a school shares one address
TO_ONE_ADDRESS: Final = "10/day"  # each brings a receipt


@dataclass(frozen=True)
class Ask:
    """A page that opens a case. `kind_of`, `text_of`: what the filled form asks."""

    path: str
    name: str
    form: Callable[..., Any]
    template: str
    kind: Kind
    kind_of: Callable[[Any], Kind] | None = None
    text_of: Callable[[Any], str] | None = None


ASKS: Final = (
    Ask(
        "/complaints/new",
        "complain",
        ComplaintForm.of,
        "complain",
        Kind.COMPLAINT,
        kind_of=lambda form: Kind(form.kind.data),
    ),
    Ask("/wrong", "wrong", WrongForm.of, "wrong", Kind.WRONG),
    Ask("/formats/new", "ask_format", FormatForm.of, "format", Kind.FORMAT, text_of=lambda form: str(form.as_text())),
    Ask("/call", "ask_call", CallForm.of, "call", Kind.CALL),
    Ask("/contact/write", "contact_write", ContactForm.of, "contact", Kind.CONTACT),
)


async def _prefilled(request: Request) -> dict[str, Any]:
    """What is known already: the page they came from, and who they are where they signed in."""
    session = request.state.session
    person = session.person if session is not None else None
    given = {"page": subjects.page_path(request.query_params.get("page")), "form_key": new_token()[:32]}
    if person is not None:
        given |= {"name": person.name, "email": person.email or "", "way": Way.EMAIL}
    return given


def _route(ask: Ask) -> Route:
    async def show(request: Request) -> Response:
        form = await ask.form(request, **await _prefilled(request))
        status = None
        if request.method == "POST" and form.validate():
            try:
                case = await _open(request, ask, form)
            except TooOften as error:
                form.refuse(error.message)
                status = error.status
            else:
                return await done(request, links.private_path(case), "We have your message")
        context = {
            "form": form,
            "about": ABOUT[ask.kind],
            "due_at": clocks(ask.kind, business_now()).due_at,
            "page": subjects.page_path(form.page.data),
            "Way": Way,
        }
        return render(request, f"cases/{ask.template}.html", context, status=status or form.response_status)

    show.__doc__ = f"GET and POST {ask.path}?page="
    return page(ask.path, show, public_form, name=ask.name, methods=("GET", "POST"))


async def _open(request: Request, ask: Ask, form: Any) -> Case:
    given = form.reached_by()
    await _refuse_too_many(request, given.get("email", ""))
    about = subjects.page_path(form.page.data)
    session = request.state.session
    by: Actor = request.state.actor
    return await services.open_case(
        ask.kind_of(form) if ask.kind_of else ask.kind,
        text=ask.text_of(form) if ask.text_of else form.text.data,
        page=about,
        subject=await subjects.subject_of(about) if about else "",
        person_id=session.person_id,
        form_key=f"form:{keyed_hash(form.form_key.data)[:40]}" if form.form_key.data else None,
        by=Actor(session.person_id, by.role),
        **given,
    )


async def _refuse_too_many(request: Request, email: str) -> None:
    """Kindly: what we can't take here we take on the telephone."""
    network = network_of(request)
    settings = get_settings()
    ring = f"Please ring us instead: {settings.contact_phone} ({settings.contact_hours})."
    if not await limits.allows(FROM_ONE_NETWORK, "cases", network):
        raise TooOften(f"Many messages came from your network in the last hour, so we can’t take one more here. {ring}")
    if email and not await limits.allows(TO_ONE_ADDRESS, "cases", keyed_hash(email)[:40]):
        raise TooOften(f"We have many messages with this e-mail address today already, and answer them. {ring}")


ROUTES = [_route(ask) for ask in ASKS]
