"""E-mails handed in to a mail server."""

import hashlib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from crowdfund_kent.clock import real_now
from crowdfund_kent.mail.faults import AddressRefused
from crowdfund_kent.settings import get_settings

_SEND_SECONDS: Final = 20
_IMPLICIT_TLS_PORT: Final = 465
_SUBMISSION_PORT: Final = 587
_FOR_GOOD: Final = 500  # SMTP: 5xx is final, 4xx is for now


def compose(to: str, subject: str, text: str, unsubscribe: str = "") -> EmailMessage:
    """The message as it travels. Raises ValueError where an address or the subject would break a header.

    `unsubscribe`: an address that stops such mail by one POST without cookie (RFC 8058). The Message-ID follows from
    the content: when the outbox sends a row again because the server's answer was lost, the reader's mail program
    sees one message.
    """
    settings = get_settings()
    sender = parseaddr(settings.mail_from)[1]
    digest = hashlib.sha256("\0".join((to, subject, text)).encode()).hexdigest()[:32]
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(real_now())
    message["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    return message


def server_of(url: str) -> dict[str, Any]:
    """aiosmtplib's options for smtp://user:password@host:587 (STARTTLS when offered) or smtps://... (TLS at once).

    Raises ValueError for any other address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host")
    tls = parts.scheme == "smtps"
    return {
        "hostname": parts.hostname,
        "port": parts.port or (_IMPLICIT_TLS_PORT if tls else _SUBMISSION_PORT),
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": tls,
        # a password never travels in the clear: without one, TLS is used when the server offers it
        "start_tls": None if tls or not parts.username else True,
        "timeout": _SEND_SECONDS,
    }


async def deliver(to: str, subject: str, text: str, unsubscribe: str = "") -> None:
    """Hand it in. AddressRefused where the server knows no such reader; other refusals are raised, to try again."""
    message = compose(to, subject, text, unsubscribe)
    try:
        await aiosmtplib.send(message, **server_of(get_settings().smtp_url))
    except aiosmtplib.SMTPRecipientsRefused as refused:
        first = refused.recipients[0]
        if first.code >= _FOR_GOOD:
            raise AddressRefused(_status_in(first.message)) from refused
        raise


def _status_in(answer: str) -> str:
    """The enhanced status (RFC 3463) that an answer begins with: "5.1.1 no such user" -> 5.1.1"""
    first = answer.split(maxsplit=1)[0] if answer.strip() else ""
    parts = first.split(".")
    return first if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) else ""
