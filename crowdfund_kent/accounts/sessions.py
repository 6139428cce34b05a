"""Sessions: a row in PostgreSQL and an opaque cookie, so that one can be revoked. The middleware reads and sets it."""

import secrets
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request

from crowdfund_kent.accounts.models import Person, Session
from crowdfund_kent.clock import real_now
from crowdfund_kent.references import hash_of, keyed_hash, new_token, same
from crowdfund_kent.settings import get_settings

COOKIE: Final = "ck_session"
_SEEN_EVERY: Final = timedelta(minutes=5)
_RANDOM_BYTES: Final = 24
_MARK_LENGTH: Final = 31
_FORM_TOKEN_LENGTH: Final = 32 + _MARK_LENGTH  # the column holds 64


async def load(token: str) -> Session | None:
    """The session of a cookie, with its person; None when unknown, over, or its person was erased."""
    now = real_now()
    session = await Session.filter(token_hash=hash_of(token), expires_at__gt=now).prefetch_related("person").first()
    if session is not None and session.person is not None and session.person.erased_at is not None:
        return None
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
    """A fresh session for `person`, never the one from before: a cookie planted in a browser gains nothing (fixation).

    What a visitor had kept moves along; what another person had kept does not.
    """
    old: Session | None = request.state.session
    session = await _create(request, person)
    if old is not None:
        if old.person_id in (None, person.id):
            session.data = old.data
            await session.save(update_fields=["data"])
        await Session.filter(id=old.id).delete()
    request.state.session = session
    return session


async def sign_out(request: Request) -> None:
    """End this session: the row goes, so a copied cookie is worth nothing; the browser's cookie is taken back."""
    if request.state.session is not None:
        await Session.filter(id=request.state.session.id).delete()
    request.state.session = None
    request.state.end_cookie = True


async def _create(request: Request, person: Person | None) -> Session:
    token = new_token()
    now = real_now()
    session = await Session.create(
        token_hash=hash_of(token),
        csrf_token=form_token(person.id if person is not None else None),
        person=person,
        data={},
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=get_settings().session_hours),
    )
    request.state.new_token = token
    return session


def form_token(person_id: int | None) -> str:
    """The token of a session's forms: 192 random bits, and a mark that says for whom its pages are made."""
    random = secrets.token_urlsafe(_RANDOM_BYTES)
    return random + _mark(random, person_id)


def looks_like_form_token(token: str) -> bool:
    """As long as ours, with nothing else in it. Whether it is one, only made_for() knows."""
    return len(token) == _FORM_TOKEN_LENGTH and token.isascii() and token.isprintable()


def made_for(token: str, person_id: int | None) -> bool:
    """This token is of a session that this person had (None: a visitor), also when that session is long gone."""
    random = token[:-_MARK_LENGTH]
    return looks_like_form_token(token) and same(token, random + _mark(random, person_id))


def _mark(random: str, person_id: int | None) -> str:
    return keyed_hash(f"form:{random}:{person_id or 'visitor'}")[:_MARK_LENGTH]


async def keep(request: Request, **values: Any) -> None:
    """Keep JSON values in this session, begun now if there is none; None takes a value away."""
    session = await begin(request)
    data = {**session.data, **values}
    session.data = {key: value for key, value in data.items() if value is not None}
    await session.save(update_fields=["data"])


async def flash(request: Request, message: str) -> None:
    """Keep `message` for the next page of this session."""
    await keep(request, flash=message)


async def take_flash(request: Request) -> str:
    """The message kept for this page, once."""
    session: Session | None = request.state.session
    if session is None or "flash" not in session.data:
        return ""
    message = str(session.data["flash"])
    await keep(request, flash=None)
    return message


async def sweep() -> int:
    """Delete sessions that are over."""
    return await Session.filter(expires_at__lt=real_now()).delete()
