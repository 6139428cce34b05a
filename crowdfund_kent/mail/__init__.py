"""E-mails: written from templates in plain text, and sent by the worker from the outbox.

mail = write("accounts/sign_in.txt", code="123 456")
await outbox.email("sign_in", to=email, subject=mail.subject, text=mail.text)
await outbox.email("update", to=email, subject=..., text=..., topic=Topic.UPDATES)  # who does not want it gets none
"""

from crowdfund_kent.mail.faults import AddressRefused, NotSendable
from crowdfund_kent.mail.kinds import Channel, Topic
from crowdfund_kent.mail.sending import send
from crowdfund_kent.mail.smtp import compose, server_of
from crowdfund_kent.mail.writing import Mail, with_choices, write

__all__ = [
    "AddressRefused",
    "Channel",
    "Mail",
    "NotSendable",
    "Topic",
    "compose",
    "send",
    "server_of",
    "with_choices",
    "write",
]
