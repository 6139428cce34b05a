"""A backer's private page."""

from typing import Final

from crowdfund_kent.private_links import KeptPages
from crowdfund_kent.settings import get_settings
from pledges.models import Pledge

PAGES: Final = KeptPages("private link", "/pledges")


def private_path(pledge: Pledge) -> str:
    """/pledges/P-7F3K-9Q2M/<token>"""
    return PAGES.path_of(pledge.reference)


async def private_link(pledge: Pledge) -> str:
    """The whole address, for a mail."""
    return await PAGES.link_to(pledge)


def short_url(pledge: Pledge) -> str:
    """An address to type: it asks for the e-mail and sends the private address again."""
    return f"{get_settings().site_url.rstrip('/')}/pledges/{pledge.reference}"


async def by_private_link(reference: str, token: str) -> Pledge:
    """The pledge of this address, else NotFound."""
    return PAGES.opened(await Pledge.get_or_none(reference=reference), token)
