"""What the worker calls for an e-mail's row: the channel that the settings name."""

from collections.abc import Mapping
from typing import Any

from crowdfund_kent.mail import bounces, choices, notify, smtp
from crowdfund_kent.mail.faults import AddressRefused
from crowdfund_kent.mail.kinds import Channel, Topic
from crowdfund_kent.settings import get_settings


async def send(body: Mapping[str, Any]) -> None:
    """Send the body of an outbox row: to, subject, text; of mail with a topic also topic and unsubscribe; `id`, its row.

    Raises when the channel says "not now": the outbox tries again; NotSendable when it says "never like this".
    An address that is refused for good is recorded, and the row is done. In local and test mode nothing leaves: the
    inbox page reads the outbox.
    """
    settings = get_settings()
    if not settings.is_production:
        return
    to = str(body["to"])
    # a reader may have said no since the row was written
    if body.get("topic") and not await choices.wants(to, Topic(body["topic"])):
        return
    subject, text, unsubscribe = str(body["subject"]), str(body["text"]), str(body.get("unsubscribe") or "")
    try:
        if settings.mail_channel == "notify":
            await notify.deliver(to, subject, text, unsubscribe, reference=str(body.get("id") or ""))
        else:
            await smtp.deliver(to, subject, text, unsubscribe)
    except AddressRefused as refused:
        await bounces.record(
            to,
            channel=Channel(settings.mail_channel),
            source=f"outbox:{body.get('id') or 0}",
            status=refused.status,
            hard=bounces.is_hard(refused.status),
        )
