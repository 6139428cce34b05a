"""/local/: the demonstration's front room: business time and a form to move it on, and whom to sign in as."""

import math
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any, Final

import structlog
import wtforms
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from wtforms.validators import ValidationError

from crowdfund_kent import audit, clock
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import both, local_only, page, staff
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import DayField, RadiosField, SiteForm, TextField
from crowdfund_kent.models import ClockOffset
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import moment, render
from local.only import refuse_in_production
from payments.sandbox.control import SandboxControl

refuse_in_production(__name__)

Follower = Callable[[int], Awaitable[None]]


async def sandbox_follows(offset_seconds: int) -> None:
    """The payment sandbox's clock goes with ours; nothing to do where none runs."""
    settings = get_settings()
    if settings.stripe_base_url:
        sandbox = SandboxControl(settings.stripe_base_url, settings.stripe_api_key.get_secret_value())
        await sandbox.set_clock(offset_seconds)


followers: list[Follower] = [sandbox_follows]
"""What else has a clock: each is told, after the commit, by how many seconds the business clock runs ahead."""

MOVERS: Final = (Role.FUND_OFFICER, Role.ADMINISTRATOR)
FURTHEST: Final = timedelta(days=730)
_STEPS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
log = structlog.get_logger()


class ClockForm(SiteForm):
    """How far to move the clock."""

    step = RadiosField(
        "Move the clock forward",
        missing="Choose how far to move the clock",
        choices=[("hour", "1 hour"), ("day", "1 day"), ("to", "To the day and time below")],
    )
    day = DayField("Day", hint="Only with “to the day and time below”")
    time = TextField("Time", hint="Such as 00:05, in the 24-hour clock", classes="govuk-input--width-5", longest=5)

    def validate_time(self, field: wtforms.Field) -> None:
        """Hours and minutes."""
        if not _TIME.fullmatch(field.data):
            raise ValidationError("Enter a time like 00:05 or 14:30")

    def wanted(self) -> timedelta:
        """How far, from now. Refused, with the words, for a day that is missing, past or absurdly far."""
        if self.step.data in _STEPS:
            return _STEPS[self.step.data]
        if self.day.data is None:
            raise Refused("Enter the day to move the clock to")
        hours, minutes = (int(part) for part in _TIME.fullmatch(self.time.data or "00:00").groups())  # type: ignore[union-attr]
        by = datetime.combine(self.day.data, time(hours, minutes), clock.LONDON) - clock.business_now()
        if by <= timedelta():
            raise Refused("The clock only goes forward: choose a later day and time")
        if by > FURTHEST:
            raise Refused("Choose a day within the next two years")
        # the clock keeps whole seconds: rounded down, midnight would be a moment too early for a deadline
        return timedelta(seconds=math.ceil(by.total_seconds()))


async def move_clock(by: timedelta, actor: Actor) -> tuple[datetime, list[str]]:
    """Move the business clock and tell the followers. Returns the new time, and which followers did not follow."""
    async with transaction():
        now = await clock.advance(by)
        ahead = (await ClockOffset.get(id=1)).offset_seconds
        await audit.record("moved the demonstration's clock", "clock:1", actor, seconds=round(by.total_seconds()))
    # after the commit: a follower is another process, and no transaction is open across the network
    failed = []
    for follower in followers:
        try:
            await follower(ahead)
        except Exception as error:
            log.warning("a clock did not follow", error=str(error))
            failed.append(str(error) or type(error).__name__)
    return now, failed


def demo_people() -> list[tuple[str, str]]:
    """(what they are, e-mail) of the demo's people; none before there is demo data."""
    try:
        from local.demo import PEOPLE
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("local.demo"):
            raise
        return []
    return [(role, email) for role, email in PEOPLE]


async def _may_move(request: Request) -> bool:
    person_id = request.state.session.person_id
    return person_id is not None and any(row.role in MOVERS for row in await roles_of(person_id))


async def _draw(request: Request, form: ClockForm) -> Response:
    context: dict[str, Any] = {
        "form": form,
        "now": clock.business_now(),
        "ahead": clock.business_now() - clock.real_now() > timedelta(minutes=1),
        "may_move": await _may_move(request),
        "people": demo_people(),
        "session": request.state.session,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "local/index.html", context, status=form.response_status)


async def show(request: Request) -> Response:
    """GET /local/"""
    return await _draw(request, await ClockForm.of(request, step="day"))


async def move(request: Request) -> Response:
    """POST /local/clock"""
    form = await ClockForm.of(request)
    if not form.validate():
        return await _draw(request, form)
    try:
        now, failed = await move_clock(form.wanted(), request.state.actor)
    except Refused as error:
        form.refuse(error.message, "day" if form.step.data == "to" else "step")
        return await _draw(request, form)
    words = f"It is now {moment(now)}. What fell due starts within half a minute."
    if failed:
        words += f" Not every clock followed: {'; '.join(failed)}. Restart `make run`, then move the clock by 1 hour."
    await sessions.flash(request, words)
    return RedirectResponse("/local/", status_code=303)


ROUTES = [
    page("/local/", show, local_only, name="local_index"),
    page("/local/clock", move, both(local_only, staff(*MOVERS)), name="local_clock", methods=("POST",)),
]
