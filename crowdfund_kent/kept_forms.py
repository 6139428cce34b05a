"""What somebody typed while their session ended, kept until they send it again: nothing typed is lost.

A form that comes without its session leaves its text in this browser's new session, and the page it came from is filled with
it after signing in again (SiteForm.of). The form's token says for whom that page was made, so that the next person at the
same computer does not get it. Files and codes are not kept; what the page itself had put into the form is not filled in.
It goes when the form is sent, when the session is left, and with the session's end (settings.session_hours).
"""

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.models import Session
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import CSRF_FIELD

NOTE: Final = "We kept what you typed. Check it and send it again."
NOTE_WITH_FILES: Final = "We kept what you typed, but no files. Choose them again, check everything and send it again."
ASK: Final = "You were signed out before this was sent. We kept what you typed: sign in, then send it again."
NEVER_KEPT: Final = frozenset({CSRF_FIELD, "code"})
MOST_CHARACTERS: Final = 100_000  # the longest form of ours takes about 30,000
MOST_PAGES: Final = 5
_KEY: Final = "kept_forms"


async def keep(request: Request, has_page: bool) -> str:
    """Keep what this POST holds, in a session begun now if there is none. Returns the page to come back to, or "".

    `has_page`: its address is a page too; else the page that it was sent from is where to come back to.
    """
    back = _page_of(request, has_page)
    if not back or _from_elsewhere(request):
        return ""
    try:
        form = await request.form()
    except HTTPException:  # not a form at all
        return back
    token = form.get(CSRF_FIELD)
    typed = [
        [name, value.replace("\0", "")]
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in NEVER_KEPT
    ]
    if isinstance(token, str) and sessions.looks_like_form_token(token) and _worth_keeping(typed):
        session = await sessions.begin(request)
        page, had_files = urlsplit(back).path, any(not isinstance(one, str) for one in form.values())
        others = [one for one in _all(session) if one["page"] != page]
        kept = {"page": page, "token": token, "typed": typed, "files": had_files}
        await sessions.keep(request, **{_KEY: [*others[-(MOST_PAGES - 1) :], kept]})
    return back


async def look_after(request: Request, has_page: bool, token: str, redirected: bool) -> None:
    """After a POST was answered; `token`: its session's own, before the answer changed it.

    A form with that token was read: what was kept of it goes. With another token nothing was saved: a page that shows the
    form again shows what was typed, but a redirect does not.
    """
    session: Session | None = request.state.session
    if session is None or (not redirected and not _all(session)):
        return
    try:
        sent = (await request.form()).get(CSRF_FIELD)
    except HTTPException:
        return
    if sent != token:
        if redirected:
            await keep(request, has_page)
        return
    page = urlsplit(_page_of(request, has_page)).path
    left = [one for one in _all(session) if one["page"] != page]
    if len(left) < len(_all(session)):
        await sessions.keep(request, **{_KEY: left or None})


def tell_at_sign_in(request: Request) -> None:
    """The page that asks to sign in says that something was kept."""
    session: Session | None = request.state.session
    if session is not None and session.person_id is None and _all(session):
        request.state.kept_note = ASK


def kept_for(request: Request, names: set[str]) -> FormData | None:
    """What was typed on this page into a form of these fields by the person who looks at it now, else None."""
    session: Session | None = getattr(request.state, "session", None)
    if session is None:
        return None
    kept = next((one for one in _all(session) if one["page"] == request.url.path), None)
    if kept is None or not _is_of(names, kept["typed"]):
        return None
    if not any(sessions.made_for(kept["token"], person) for person in (session.person_id, None)):
        return None
    request.state.kept_note = NOTE_WITH_FILES if kept["files"] else NOTE
    return FormData([(name, value) for name, value in kept["typed"]])


def _is_of(names: set[str], typed: list[list[str]]) -> bool:
    """A page may hold several forms: this one must have every field with words in it (other names are its buttons')."""
    mine = {
        name for name, _ in typed if name in names or name.partition("-")[0] in names
    }  # a day is day-day, day-month
    return bool(mine) and all(name in mine for name, value in typed if len(value.split()) > 1)


def _all(session: Session) -> list[dict[str, Any]]:
    """What this session keeps, the newest last."""
    found: list[dict[str, Any]] = session.data.get(_KEY) or []
    return found


def _worth_keeping(typed: list[list[str]]) -> bool:
    size = sum(len(name) + len(value) for name, value in typed)  # a name may be as long as the sender likes
    return any(value.strip() for _, value in typed) and size <= MOST_CHARACTERS


def _page_of(request: Request, has_page: bool) -> str:
    """The path and query of the form's page on this site, or "" when nobody says."""
    if has_page:
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.headers.get("host") or not came_from.path.startswith("/"):
        return ""
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def _from_elsewhere(request: Request) -> bool:
    """Another site's page sent it: it may neither end a session of ours nor put words into our forms."""
    origin, site = request.headers.get("origin"), urlsplit(get_settings().site_url)
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    return origin is not None and origin not in {
        f"{site.scheme}://{site.netloc}",
        f"http://{request.headers.get('host')}",
    }
