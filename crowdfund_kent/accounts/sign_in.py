"""Signing in by e-mail: a link and a six-figure code, single use, kept as hashes, valid by the real clock.

Nothing here asks whether an address is known, so no answer and no delay can tell. A person is made on the first sign-in.
"""

from datetime import timedelta
from typing import Final

from crowdfund_kent import limits, outbox
from crowdfund_kent.accounts.models import Person, SignIn
from crowdfund_kent.accounts.rules import (
    MOST_REQUESTS,
    MOST_TRIES,
    MOST_TRIES_A_DAY,
    Standing,
    own_path,
    spaced,
    standing,
)
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Gone, Refused
from crowdfund_kent.limits import TooOften
from crowdfund_kent.mail import bounces, write
from crowdfund_kent.references import hash_of, keyed_hash, new_code, new_token, same
from crowdfund_kent.settings import get_settings

REQUESTS_OF_ONE_NETWORK: Final = "120/hour"  # an office or a school shares one address
TRIES_OF_ONE_NETWORK: Final = "120/hour"
KEPT: Final = timedelta(days=2)  # longer than the longest of MOST_REQUESTS

_GONE: Final = {
    Standing.USED: "has been used, and works once",
    Standing.EXPIRED: "has expired",
    Standing.SUPERSEDED: "is not in the newest e-mail that we sent you, and only the newest works",
}


async def ask(email: str, next_path: str, network: str) -> int:
    """Send a link and a code to `email`; returns the request's id, which the browser's session keeps for the code page.

    `network`: the address that asks, for the limit. An older request for the same e-mail is worth nothing from now on.
    Raises TooOften, for known and unknown addresses alike.
    """
    if not await limits.allows(REQUESTS_OF_ONE_NETWORK, "sign-in", network):
        raise TooOften("Too many people have asked to sign in from your network. Try again in an hour.")
    code, token, now, settings = new_code(), new_token(), real_now(), get_settings()
    async with transaction():
        await _refuse_too_many(email)
        row = await SignIn.create(
            email=email,
            link_hash=hash_of(token),
            code_hash=_code_hash(email, hash_of(token), code),
            next_path=own_path(next_path),
            created_at=now,
            expires_at=now + timedelta(minutes=settings.sign_in_minutes),
        )
        mail = write(
            "accounts/sign_in.txt",
            link=f"{settings.site_url}/sign-in/link/{token}",
            code=spaced(code),
            minutes=settings.sign_in_minutes,
        )
        await outbox.email("sign_in", to=email, subject=mail.subject, text=mail.text)
    return int(row.id)


def _code_hash(email: str, link_hash: str, code: str) -> str:
    # keyed, because a million codes are hashed in a second; with the link's hash, so that equal codes differ
    return keyed_hash(f"sign-in:{email}:{link_hash}:{code}")


async def _refuse_too_many(email: str) -> None:
    now = real_now()
    for window, most in MOST_REQUESTS:
        if await SignIn.filter(email=email, created_at__gt=now - window).count() >= most:
            raise TooOften(
                "We have sent many e-mails to this address already. Use the newest one, or try again"
                f" {'in an hour' if window <= timedelta(hours=1) else 'tomorrow'}."
            )


async def standing_of(row: SignIn) -> Standing:
    """What the request is worth now."""
    newest = not await SignIn.filter(email=row.email, id__gt=row.id).exists()
    return standing(used=row.used_at is not None, expires_at=row.expires_at, newest=newest, now=real_now())


async def by_link(token: str) -> SignIn:
    """The open request of a link, unchanged: mail scanners follow links too. Gone when it can't be used any more."""
    row = await SignIn.get_or_none(link_hash=hash_of(token))
    if row is None:
        raise Gone("This link is not complete, or it is an old one.")
    found = await standing_of(row)
    if found is not Standing.OPEN:
        raise Gone(f"This link {_GONE[found]}.")
    return row


async def use_link(token: str) -> tuple[Person, str]:
    """Sign in by a link, once. Returns the person and the path to go on to. Gone when it can't be used."""
    async with transaction():
        row = await _locked((await by_link(token)).id)
        found = await standing_of(row)
        if found is not Standing.OPEN:
            raise Gone(f"This link {_GONE[found]}.")
        return await _use(row)


async def use_code(request_id: int, code: str, network: str) -> tuple[Person, str]:
    """Sign in by the code of this browser's request, once. Returns the person and the path to go on to.

    A wrong code counts, and is committed as counted. Refused with the words for the page.
    """
    if not await limits.allows(TRIES_OF_ONE_NETWORK, "sign-in-code", network):
        raise TooOften(
            "Too many codes were typed from your network. Use the link in the e-mail, or try again in an hour."
        )
    async with transaction():
        row = await _locked(request_id)
        found = await standing_of(row)
        refusal = await _why_not(row, found)
        if refusal is None and same(row.code_hash, _code_hash(row.email, row.link_hash, code)):
            return await _use(row)
        if refusal is None:
            row.tries += 1
            await row.save(update_fields=["tries"])
            refusal = _wrong(MOST_TRIES - row.tries)
    raise Refused(refusal)


async def _why_not(row: SignIn, found: Standing) -> str | None:
    if found is not Standing.OPEN:
        return f"This code {_GONE[found]}. Ask for a new e-mail"
    if row.tries >= MOST_TRIES:
        return _wrong(0)
    day = await fetch(
        "SELECT coalesce(sum(tries), 0)::bigint AS tries FROM sign_in WHERE email = $1 AND created_at > $2",
        row.email,
        real_now() - timedelta(days=1),
    )
    if day[0]["tries"] >= MOST_TRIES_A_DAY:
        return "Too many wrong codes were typed for this e-mail address today. Use the link in the e-mail instead"
    return None


def _wrong(left: int) -> str:
    if left <= 0:
        return f"A wrong code was typed {MOST_TRIES} times, so this code can't be used any more. Ask for a new e-mail"
    return (
        f"The code is not right. Enter the code from the newest e-mail. You can try {left} more time{'s' * (left > 1)}"
    )


async def _locked(request_id: int) -> SignIn:
    row = await SignIn.filter(id=request_id).select_for_update().first()
    if row is None:
        raise Gone("This request to sign in is too old.")
    return row


async def _use(row: SignIn) -> tuple[Person, str]:
    row.used_at = real_now()
    await row.save(update_fields=["used_at"])
    await bounces.forget(row.email)  # what we sent there arrived
    return await person_for(row.email), row.next_path


async def person_for(email: str) -> Person:
    """The person of an e-mail address, made when there is none. Two at once make one."""
    await execute(
        "INSERT INTO person (email, name, created_at) VALUES ($1, '', $2) ON CONFLICT (email) DO NOTHING",
        email,
        real_now(),
    )
    return await Person.get(email=email)


async def sweep() -> int:
    """Delete requests that no limit counts any more; returns how many."""
    return await SignIn.filter(created_at__lt=real_now() - KEPT).delete()
