"""What the queue asks of pledges, by name."""

from collections.abc import Awaitable, Callable
from typing import Final

from pledges import delivery_mail
from pledges.gifts import tasks as gift_tasks
from pledges.post_mail import mail_post
from projects.services.posts import MAIL_JOB

TASKS: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    MAIL_JOB: mail_post,
    **delivery_mail.TASKS,
    **gift_tasks.TASKS,
}
