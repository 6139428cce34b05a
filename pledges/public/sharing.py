"""Addresses that carry a project's page to other places: plain links, nothing of theirs runs here, nothing is counted."""

from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from crowdfund_kent.settings import get_settings

PATH: Final = "/projects"


class Way(NamedTuple):
    """A way to tell others: its words, and the link."""

    words: str
    href: str


def page_url(slug: str) -> str:
    """The project's one address, whole: no parameter tells where a visitor came from."""
    return f"{get_settings().site_url.rstrip('/')}{PATH}/{slug}"


def typed_url(slug: str) -> str:
    """The same to be typed from paper: without its scheme."""
    return page_url(slug).partition("://")[2]


def ways(slug: str, title: str) -> tuple[Way, ...]:
    """E-mail, text message, and the places where people in Kent share most. Each opens its own page or program."""
    url = page_url(slug)
    words = f"{title}: {url}"
    return (
        Way("E-mail", f"mailto:?{urlencode({'subject': title, 'body': words}, quote_via=quote)}"),
        Way("Text message", f"sms:?&body={quote(words)}"),
        Way("WhatsApp", f"https://wa.me/?{urlencode({'text': words}, quote_via=quote)}"),
        Way("Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}"),
        Way("Bluesky", f"https://bsky.app/intent/compose?{urlencode({'text': words}, quote_via=quote)}"),
        Way("X", f"https://x.com/intent/post?{urlencode({'text': title, 'url': url}, quote_via=quote)}"),
    )
