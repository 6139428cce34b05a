"""The private page of what somebody wrote without an account: found by its reference and a secret that no table holds."""

from typing import Final

from crowdfund_kent.errors import NotFound
from crowdfund_kent.references import keyed_hash, same
from crowdfund_kent.settings import get_settings
from projects.models import Post
from projects.post_rules import BY_OTHERS

_TOKEN_LENGTH: Final = 40  # hex digits: 160 bits


def token_of(reference: str) -> str:
    """The secret part of the page's address."""
    return keyed_hash(f"written {reference}")[:_TOKEN_LENGTH]


def private_path(reference: str) -> str:
    """/written/Q-7F3K-9Q2M/<token>"""
    return f"/written/{reference}/{token_of(reference)}"


def private_url(reference: str) -> str:
    """The whole address, for its author's e-mails."""
    return get_settings().site_url.rstrip("/") + private_path(reference)


async def by_private_link(reference: str, token: str) -> Post:
    """The post of this address, with its project and group. NotFound when either part is wrong."""
    if not same(token, token_of(reference)):
        raise NotFound
    post = await Post.get_or_none(reference=reference).select_related("project__group", "campaign__version")
    if post is None or post.kind not in BY_OTHERS:
        raise NotFound
    return post
