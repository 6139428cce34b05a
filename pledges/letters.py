"""E-mails to a backer about one pledge: rows in the outbox, in the caller's transaction, each once (unique_key)."""

from typing import Any

from crowdfund_kent import mail, outbox
from crowdfund_kent.mail import Topic
from crowdfund_kent.settings import get_settings
from pledges import links
from pledges.models import Pledge
from pledges.queries import campaign_view


async def send(name: str, pledge: Pledge, unique_key: str | None, *, topic: Topic | None = None, **more: Any) -> None:
    """The e-mail templates/emails/pledges/<name>.txt about `pledge`. Nothing is sent where the address was erased.

    With a `topic` it goes only to those who want to hear of it; about money there is none.

    The template is given: pledge, campaign (CampaignView), private_link, short_url, statement_name, and `more`.
    """
    if pledge.email is None:
        return
    written = mail.write(
        f"pledges/{name}.txt",
        pledge=pledge,
        campaign=await campaign_view(pledge.campaign_id),
        private_link=await links.private_link(pledge),
        short_url=links.short_url(pledge),
        statement_name=get_settings().statement_name,
        **more,
    )
    await outbox.email(
        name, to=pledge.email, subject=written.subject, text=written.text, topic=topic, unique_key=unique_key
    )
