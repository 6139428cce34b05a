"""Private pages: whoever has the address needs no account. An address is a reference and a token.

The token follows from the reference and the site's secret key, so that every mail can name the page and no table has to
hold it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from crowdfund_kent.errors import NotFound
from crowdfund_kent.references import hash_of, keyed_hash, same
from crowdfund_kent.settings import get_settings

_TOKEN_LENGTH: Final = 40  # hex digits: 160 bits


class HasPage(Protocol):
    """A row that keeps the hash of its page's token."""

    reference: str
    token_hash: str

    async def save(self, *, update_fields: Iterable[str] | None = None) -> None:
        """Tortoise's."""


Row = TypeVar("Row", bound=HasPage)


@dataclass(frozen=True, slots=True)
class Pages:
    """The private pages of one kind of row. `purpose`: what the key is asked for, another for each kind; `under`: /pledges"""

    purpose: str
    under: str

    def token_of(self, reference: str) -> str:
        """The secret part of an address."""
        return keyed_hash(f"{self.purpose} {reference}")[:_TOKEN_LENGTH]

    def path_of(self, reference: str) -> str:
        """/pledges/P-7F3K-9Q2M/<token>"""
        return f"{self.under}/{reference}/{self.token_of(reference)}"

    def url_of(self, reference: str) -> str:
        """The whole address, for a mail."""
        return get_settings().site_url.rstrip("/") + self.path_of(reference)

    def require(self, reference: str, token: str) -> None:
        """NotFound unless the token is the reference's."""
        if not same(token, self.token_of(reference)):
            raise NotFound


class KeptPages(Pages):
    """Pages whose rows keep a hash: an address that was sent opens its page also once the operator has changed the key."""

    def hash_of(self, reference: str) -> str:
        """What a new row keeps."""
        return hash_of(self.token_of(reference))

    async def link_to(self, row: HasPage) -> str:
        """The whole address, for a mail. After a change of the site's secret key the row follows here."""
        wanted = self.hash_of(row.reference)
        if row.token_hash != wanted:
            row.token_hash = wanted
            await row.save(update_fields=["token_hash"])
        return self.url_of(row.reference)

    def opened(self, row: Row | None, token: str) -> Row:
        """The row whose reference was in the address. NotFound when either part is wrong: the two are not told apart."""
        if not same(row.token_hash if row else "", hash_of(token)) or row is None:
            raise NotFound
        return row
