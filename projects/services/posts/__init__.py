"""Everything that writes posts: by the group, by people who ask, by backers. Officers' part is services/moderation.py."""

from projects.services.posts.asking import answer, ask, decline, write_again
from projects.services.posts.common import MAIL_JOB
from projects.services.posts.writing import (
    add_post_picture,
    change_update,
    post_update,
    remove_post_picture,
    show_name,
    take_back,
    take_back_by_group,
    thank,
    write,
)

__all__ = [
    "MAIL_JOB",
    "add_post_picture",
    "answer",
    "ask",
    "change_update",
    "decline",
    "post_update",
    "remove_post_picture",
    "show_name",
    "take_back",
    "take_back_by_group",
    "thank",
    "write",
    "write_again",
]
