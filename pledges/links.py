"""A backer's private page: who has its address needs no account. The database keeps a hash of the token only.

The token follows from the reference and the site's secret key, so that every mail about a pledge can name the page
and no table has to hold it.
"""

from typing import Final

from crowdfund_kent.errors import NotFound
from crowdfund_kent.references import hash_of, keyed_hash, same
from crowdfund_kent.settings import get_settings
from pledges.models import Pledge

_TOKEN_LENGTH: Final = 40  # hex digits: 160 bits


def token_of(reference: str) -> str:
    """The secret part of the address of this pledge's page."""
    return keyed_hash(f"private link {reference}")[:_TOKEN_LENGTH]


def private_path(pledge: Pledge) -> str:
    """/pledges/P-7F3K-9Q2M/<token>"""
    return f"/pledges/{pledge.reference}/{token_of(pledge.reference)}"


async def private_link(pledge: Pledge) -> str:
    """The whole address, for a mail. After the operator changed the site's secret key, the row follows here."""
    wanted = hash_of(token_of(pledge.reference))
    if pledge.token_hash != wanted:
        await Pledge.filter(id=pledge.id).update(token_hash=wanted)
        pledge.token_hash = wanted
    return get_settings().site_url.rstrip("/") + private_path(pledge)


def short_url(pledge: Pledge) -> str:
    """An address to type: it asks for the e-mail and sends the private address again."""
    return f"{get_settings().site_url.rstrip('/')}/pledges/{pledge.reference}"


async def by_private_link(reference: str, token: str) -> Pledge:
    """The pledge of this address. NotFound when either part is wrong: the two are not told apart."""
    pledge = await Pledge.get_or_none(reference=reference)
    if not same(pledge.token_hash if pledge else "", hash_of(token)) or pledge is None:
        raise NotFound
    return pledge
