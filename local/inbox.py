"""/local/inbox: every e-mail the site has written, newest first. In local mode none of them leaves this machine."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import local_only, page
from crowdfund_kent.database import fetch
from crowdfund_kent.forms import SiteForm, TextField
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from local.only import refuse_in_production

refuse_in_production(__name__)

SHOWN: Final = 50
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_CODE: Final = re.compile(r"\b([0-9]{3} [0-9]{3})$", re.M)
_SIGN_IN: Final = "sign_in"


class InboxForm(SiteForm):
    """Whose e-mails to show."""

    to = TextField("Show e-mails to", longest=254, autocomplete="off", hint="An e-mail address, or a part of one")


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail as the outbox holds it. `code`: the six figures of a sign-in e-mail."""

    id: int
    name: str
    written_at: datetime
    to: str
    subject: str
    text: str

    @property
    def code(self) -> str:
        """123 456, or nothing."""
        found = _CODE.search(self.text) if self.name == _SIGN_IN else None
        return found[1] if found else ""

    @property
    def html(self) -> Markup:
        """The text with its line breaks, and its links as links."""
        return linked(self.text.strip())


def linked(text: str) -> Markup:
    """Plain text as HTML: escaped, addresses made into links, lines broken. Only our own pages open in this window."""
    made, last = Markup(), 0
    for found in _ADDRESS.finditer(text):
        made += escape(text[last : found.start()])
        made += Markup('<a class="govuk-link" href="{0}" rel="noreferrer">{0}</a>').format(found[0])
        last = found.end()
    made += escape(text[last:])
    return Markup("<br>").join(made.split("\n"))


async def messages(to: str = "", limit: int = SHOWN) -> list[Message]:
    """The newest e-mails to addresses that hold `to`, whichever case. Those whose text was purged are left out."""
    rows = await fetch(
        "SELECT id, name, created_at AS written_at, body->>'to' AS to, body->>'subject' AS subject,"
        " body->>'text' AS text FROM outbox WHERE kind = 'email' AND body IS NOT NULL"
        " AND ($1 = '' OR strpos(lower(body->>'to'), lower($1)) > 0) ORDER BY id DESC LIMIT $2",
        to,
        limit,
    )
    return [Message(**row) for row in rows]


async def show(request: Request) -> Response:
    """GET /local/inbox?to="""
    form = InboxForm.of_query(request)
    to = (form.to.data or "") if form.validate() else ""
    context = {
        "form": form,
        "to": to,
        "messages": await messages(to),
        "most": SHOWN,
        "site_url": get_settings().site_url,
    }
    return render(request, "local/inbox.html", context, status=form.response_status)


ROUTES = [page("/local/inbox", show, local_only, name="local_inbox")]
