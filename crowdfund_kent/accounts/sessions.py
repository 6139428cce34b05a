"""Sessions: a row in PostgreSQL and an opaque cookie, so that one can be revoked. The middleware reads and sets it."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from starlette.requests import Request

from crowdfund_kent.accounts.models import Person, Session
from crowdfund_kent.clock import real_now
from crowdfund_kent.settings import get_settings

COOKIE: Final = "ck_session"
_SEEN_EVERY: Final = timedelta(minutes=5)


def hash_of(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def load(token: str) -> Session | None:
    """The session of a cookie, with its person; None when unknown or over."""
    now = real_now()
    session = await Session.filter(token_hash=hash_of(token), expires_at__gt=now).prefetch_related("person").first()
    if session is not None and now - session.seen_at > _SEEN_EVERY:
        await Session.filter(id=session.id).update(seen_at=now)
    return session


async def begin(request: Request) -> Session:
    """The request's session, made now if there is none. The middleware sets the cookie from request.state.new_token."""
    if request.state.session is None:
        request.state.session = await _create(request, None)
    session: Session = request.state.session
    return session


async def sign_in(request: Request, person: Person) -> Session:
    """A fresh session for `person` (never the one from before: no fixation); what was kept in the old one moves along."""
    old: Session | None = request.state.session
    session = await _create(request, person)
    if old is not None:
        session.data = old.data
        await session.save()
        await Session.filter(id=old.id).delete()
    request.state.session = session
    return session


async def sign_out(request: Request) -> None:
    """End the session everywhere: the row goes, the cookie is taken back."""
    if request.state.session is not None:
        await Session.filter(id=request.state.session.id).delete()
    request.state.session = None
    request.state.end_cookie = True


async def _create(request: Request, person: Person | None) -> Session:
    token = secrets.token_urlsafe(32)
    now = real_now()
    session = await Session.create(
        token_hash=hash_of(token),
        csrf_token=secrets.token_urlsafe(32),
        person=person,
        data={},
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=get_settings().session_hours),
    )
    request.state.new_token = token
    return session


async def flash(request: Request, message: str) -> None:
    """Keep `message` for the next page of this session."""
    session = await begin(request)
    session.data = {**session.data, "flash": message}
    await session.save(update_fields=["data"])


async def take_flash(request: Request) -> str:
    """The message kept for this page, once."""
    session: Session | None = request.state.session
    if session is None or "flash" not in session.data:
        return ""
    message = str(session.data["flash"])
    session.data = {key: value for key, value in session.data.items() if key != "flash"}
    await session.save(update_fields=["data"])
    return message


async def sweep() -> int:
    """Delete sessions that are over."""
    return await Session.filter(expires_at__lt=real_now()).delete()
