"""/local/mails: every kind of e-mail and letter that the site writes, with the newest real one as its reader gets it.

`scripts/mails FOLDER` takes a picture of each at the width of a phone. In local mode none leaves this machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import local_only, page, path_id
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from local.inbox import linked
from local.only import refuse_in_production

refuse_in_production(__name__)

TEMPLATES: Final = Path(__file__).parent.parent / "templates" / "emails"
NOT_MAILS: Final = {"parts", "help_parts", "footer"}
# who reads it: by the folder of its template, and by the beginning of its name where a folder has several readers
READERS: Final = ("Residents", "Givers of cash and cheques", "Groups", "Officers, finance and panel", "Everybody")
EVERYBODY: Final = len(READERS) - 1
_FOLDERS: Final = {
    "pledges": 0,
    "payments": 0,
    "gifts": 1,
    "projects": 2,
    "posts": 2,
    "panel": 3,
    "reconciling": 3,
    "cases": 4,
    "accounts": 4,
}
_OTHERS: Final = {
    "payments/group_": 2,
    "payments/let_go": 2,
    "payments/ask_back": 2,
    "payments/bank_details": 2,
    "payments/bank_failed": 3,
    "payments/by_hand": 3,
    "payments/came_back": 2,
    "payments/dispute": 3,
    "payments/officers_": 3,
    "payments/payment_returned": 2,
    "payments/payout_made": 3,
    "payments/refund_waits": 3,
    "payments/remittance": 2,
    "payments/subsidy": 2,
    "pledges/help_offered": 2,
    "pledges/pot_warning": 3,
    "gifts/group_": 2,
    "posts/update": 0,
    "posts/thanks": 0,
    "posts/received": 0,
    "posts/answered": 0,
    "projects/submitted": 3,
    "panel/offer_": 2,
}


@dataclass(frozen=True, slots=True)
class Example:
    """The newest one of a kind, as it lies in the outbox or among the letters to post. `id`: of its row; letters below 0."""

    template: str
    id: int
    to: str
    subject: str
    text: str
    written_at: datetime

    @property
    def html(self) -> Markup:
        """The text with its line breaks, and its links as links."""
        return linked(self.text.strip())


@dataclass(frozen=True, slots=True)
class Kind:
    """One template and its newest example, where the demonstration has come to write one."""

    template: str
    example: Example | None


def templates() -> list[str]:
    """payments/collected, ...: every template that is an e-mail of its own."""
    found = (path.relative_to(TEMPLATES).with_suffix("") for path in TEMPLATES.rglob("*.txt"))
    return sorted(path.as_posix() for path in found if path.name not in NOT_MAILS)


def reader_of(template: str) -> str:
    """Who reads it."""
    special = next((place for start, place in _OTHERS.items() if template.startswith(start)), None)
    return READERS[_FOLDERS.get(template.partition("/")[0], EVERYBODY) if special is None else special]


_UNNAMED: Final = ("pledges", "panel", "projects", "accounts")  # whose rows are named without their folder


_NEWEST: Final = """
SELECT DISTINCT ON (name) name, id, "to", subject, text, written_at FROM (
  SELECT name, id, body->>'to' AS "to", body->>'subject' AS subject, body->>'text' AS text, created_at AS written_at
  FROM outbox WHERE kind = 'email' AND body IS NOT NULL
  UNION ALL SELECT 'letter ' || name, -id, 'by post', subject, text, created_at FROM letter_to_post) every
ORDER BY name, abs(id) DESC"""


def _named(name: str, known: Sequence[str]) -> str | None:
    """The template of a row: some are named without their folder, or with spaces."""
    plain = name.removeprefix("letter ").replace(" ", "_")
    if plain in known:
        return plain
    return next((found for folder in _UNNAMED if (found := f"{folder}/{plain}") in known), None)


async def examples() -> dict[str, Example]:
    """Template -> its newest example; an e-mail before a letter."""
    known, made = templates(), dict[str, Example]()
    rows = await fetch(_NEWEST)
    for row in sorted(rows, key=lambda one: one["id"] < 0):
        template = _named(row.pop("name"), known)
        if template is not None and template not in made:
            made[template] = Example(template, **row)
    return made


async def kinds() -> dict[str, list[Kind]]:
    """Reader -> the kinds that they get."""
    found = await examples()
    by_reader: dict[str, list[Kind]] = {reader: [] for reader in READERS}
    for template in templates():
        by_reader[reader_of(template)].append(Kind(template, found.get(template)))
    return by_reader


async def _listing(request: Request) -> Response:
    """GET /local/mails"""
    return render(request, "local/mails.html", {"kinds": await kinds()})


async def _one(request: Request) -> Response:
    """GET /local/mails/{id}: as it is read."""
    row_id = path_id(request)
    found = next((one for one in (await examples()).values() if abs(one.id) == row_id), None)
    if found is None:
        raise NotFound
    return render(request, "local/mail.html", {"one": found, "sender": get_settings().mail_from})


ROUTES = [
    page("/local/mails", _listing, local_only, name="local_mails"),
    page("/local/mails/{id}", _one, local_only, name="local_mail"),
]
