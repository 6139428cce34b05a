"""E-mails: written from templates in plain text, and sent by the worker from the outbox.

mail = write("accounts/sign_in.txt", code="123 456")
await outbox.email("sign_in", to=email, subject=mail.subject, text=mail.text)
"""

import hashlib
import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

import aiosmtplib

from crowdfund_kent.clock import real_now
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render_text

_SUBJECT: Final = "Subject:"
_SUBJECT_LONGEST: Final = 150
_SEND_SECONDS: Final = 20
_IMPLICIT_TLS_PORT: Final = 465
_SUBMISSION_PORT: Final = 587
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


class Mail(NamedTuple):
    """A written e-mail: one line of subject, and the text with its footer."""

    subject: str
    text: str


def write(template: str, **context: Any) -> Mail:
    """The e-mail templates/emails/<template>: "Subject: ..." up to the first empty line, then the text. No wrapping.

    Line breaks in the subject become spaces, so a name from a form can't begin a header. The footer says who
    sent it and where to check that. Raises ValueError for a template without subject or text.
    """
    rendered = render_text(f"emails/{template}", context).lstrip()
    head, _, body = rendered.partition("\n\n")
    subject = " ".join(_CONTROL.sub(" ", head.removeprefix(_SUBJECT)).split())[:_SUBJECT_LONGEST]
    text = re.sub(r"\n{3,}", "\n\n", _CONTROL.sub("", body)).strip()
    if not head.startswith(_SUBJECT) or not subject or not text:
        raise ValueError(f"emails/{template} must begin with 'Subject: ...', then an empty line and the text")
    return Mail(subject, f"{text}\n\n{render_text('emails/footer.txt').strip()}\n")


def compose(to: str, subject: str, text: str) -> EmailMessage:
    """The message as it travels. Raises ValueError where an address or the subject would break a header.

    The Message-ID follows from the content: when the outbox sends a row again because the server's answer was lost,
    the reader's mail program sees one message.
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


async def send(body: Mapping[str, Any]) -> None:
    """Send the body of an outbox row (to, subject, text). Raises when the server says no: the outbox tries again.

    In local and test mode nothing leaves: the inbox page reads the outbox.
    """
    settings = get_settings()
    if not settings.is_production:
        return
    message = compose(str(body["to"]), str(body["subject"]), str(body["text"]))
    await aiosmtplib.send(message, **server_of(settings.smtp_url))
