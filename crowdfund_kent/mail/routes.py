"""Where a reader chooses which e-mails come, without an account; and where GOV.UK Notify tells what became of one."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal

import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import machine, page, public_form
from crowdfund_kent.answering import to
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, CheckboxesField, Choice, SiteForm
from crowdfund_kent.mail import bounces, choices
from crowdfund_kent.mail.kinds import Channel, Topic
from crowdfund_kent.references import same
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render

ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
WORDS: Final = {
    Topic.UPDATES: ("Updates of projects that you back", "How it is going, written by the group that runs it"),
    Topic.THANKS: ("Thanks", "A group may thank its backers, at most once a week"),
    Topic.NEWS: ("News of the programme", "New projects and what became of others, a few times a year"),
    Topic.QUESTIONS: (
        "Short questions about how it went",
        "After a project that you backed or run, once a year at most",
    ),
}
SAVED: Final = "Your choices are saved."
log = structlog.get_logger()
_mail_program: Final = replace(machine, words="a mail program, or whoever has the private address")


class ChoicesForm(SiteForm):
    """What the reader wants; none of them is a choice too."""

    topics = CheckboxesField(
        "Send me",
        choices=[Choice(topic.name.lower(), words, about) for topic, (words, about) in WORDS.items()],
        hint="Take every mark away to get none of these.",
    )


async def _choose(request: Request) -> Response:
    """GET and POST /e-mails/{token}"""
    token = request.path_params["token"]
    key = choices.key_in(token)
    known = await choices.chosen(key)
    form = await ChoicesForm.of(request, topics=[one.name.lower() for one, wanted in known.items() if wanted])
    if request.method == "POST" and form.validate():
        for topic in Topic:
            await choices.choose(key, topic, topic.name.lower() in (form.topics.data or []), "page")
        await sessions.flash(request, SAVED)
        return _to(token)
    context = {"form": form, "flash": await sessions.take_flash(request)}
    return render(request, "mail/choices.html", context, form.response_status)


async def _ask_to_stop(request: Request) -> Response:
    """GET /e-mails/{token}/stop/{topic}: a page with a button, since programs that look for bad links follow this one."""
    token, topic = request.path_params["token"], _topic(request)
    choices.key_in(token)
    context = {"form": await ActionForm.of(request), "words": WORDS[topic][0], "token": token}
    return render(request, "mail/stop.html", context)


async def _stop(request: Request) -> Response:
    """POST of the same address: by a mail program in one request (RFC 8058), or by the page's button."""
    token, topic = request.path_params["token"], _topic(request)
    key = choices.key_in(token)
    if (await request.form()).get(ONE_CLICK[0]) == ONE_CLICK[1]:
        await choices.choose(key, topic, False, "one click")
        return PlainTextResponse("Done: no more of these e-mails.\n")
    form = await ActionForm.of(request)
    if not form.validate():
        context = {"form": form, "words": WORDS[topic][0], "token": token}
        return render(request, "mail/stop.html", context, form.response_status)
    await choices.choose(key, topic, False, "page")
    await sessions.flash(request, f"{WORDS[topic][0]}: you get no more of these.")
    return _to(token)


def _topic(request: Request) -> Topic:
    found = {topic.name.lower(): topic for topic in Topic}.get(request.path_params["topic"])
    if found is None:
        raise NotFound
    return found


def _to(token: str) -> Response:
    return to(f"/e-mails/{token}")


class Receipt(BaseModel):
    """What Notify tells about one e-mail, as far as we read it (its page "Callbacks")."""

    id: str
    to: str
    status: Literal["delivered", "permanent-failure", "temporary-failure", "technical-failure"]
    completed_at: datetime | None = None
    notification_type: Literal["email", "sms", "letter"] = "email"


async def _receipt(request: Request) -> Response:
    """POST /mail/receipts: who knows the token of the settings may tell. 200 once it is noted, so that Notify stops."""
    token = get_settings().notify_callback_token.get_secret_value()
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if not token:
        raise NotFound
    if scheme.lower() != "bearer" or not same(sent.strip(), token):
        return PlainTextResponse("wrong token\n", HTTPStatus.FORBIDDEN)
    try:
        told = Receipt.model_validate_json(await request.body())
    except ValidationError as error:
        log.warning("a receipt that we can't read", problems=error.error_count())
        return PlainTextResponse("not a delivery receipt\n", HTTPStatus.UNPROCESSABLE_ENTITY)
    if told.notification_type == "email":
        await _note(told)
    return PlainTextResponse("noted\n")


async def _note(told: Receipt) -> None:
    if told.status == "delivered":
        await bounces.forget(told.to)
        return
    await bounces.record(
        told.to,
        channel=Channel.NOTIFY,
        source=f"notify:{told.id}:{told.status}",
        status="",
        hard=told.status == "permanent-failure",
        at=told.completed_at,
    )


_STOP: Final = "/e-mails/{token}/stop/{topic}"
ROUTES: Final[list[Route]] = [
    page("/e-mails/{token}", _choose, public_form, name="email_choices", methods=("GET", "POST")),
    page(_STOP, _ask_to_stop, public_form, name="email_stop_page"),
    page(_STOP, _stop, _mail_program, name="email_stop", methods=("POST",)),
    page("/mail/receipts", _receipt, machine, name="mail_receipts", methods=("POST",)),
]
