"""The private page of what somebody wrote without an account: found by its reference and a secret that no table holds."""

from typing import Final

from crowdfund_kent.errors import NotFound
from crowdfund_kent.private_links import Pages
from projects.models import Post
from projects.post_rules import BY_OTHERS

PAGES: Final = Pages("written", "/written")


def private_path(reference: str) -> str:
    """/written/Q-7F3K-9Q2M/<token>"""
    return PAGES.path_of(reference)


def private_url(reference: str) -> str:
    """The whole address, for its author's e-mails."""
    return PAGES.url_of(reference)


async def by_private_link(reference: str, token: str) -> Post:
    """The post of this address, with its project and group. NotFound when either part is wrong."""
    PAGES.require(reference, token)
    post = await Post.get_or_none(reference=reference).select_related("project__group", "campaign__version")
    if post is None or post.kind not in BY_OTHERS:
        raise NotFound
    return post
