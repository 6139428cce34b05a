"""Delivery reports as mail servers send them back (RFC 3464), one message or a whole mbox. Pure: bytes in, facts out."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from crowdfund_kent.forms.fields import is_email

_SEPARATOR: Final = re.compile(rb"^From [^\n]*\r?\n", re.MULTILINE)
_STATUS: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Failure:
    """One reader whom a message did not reach. `source` is the same for the same report; `at` as the report says, in UTC."""

    email: str
    status: str
    source: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Read:
    """What a file held: failures, and how many messages of it were no delivery reports."""

    failures: list[Failure]
    others: int


def read(content: bytes) -> Read:
    """Every failed delivery in one message or an mbox. Reports of delays and of success hold none."""
    failures: list[Failure] = []
    others = 0
    for raw in _messages(content):
        status = next(_status_parts(message_from_bytes(raw)), None)
        if status is None:
            others += 1
        else:
            failures += _failures(status, hashlib.sha256(raw.strip()).hexdigest()[:32])
    return Read(failures, others)


def _messages(content: bytes) -> list[bytes]:
    parts = _SEPARATOR.split(content) if content.startswith(b"From ") else [content]
    return [part for part in parts if part.strip()]


def _status_parts(message: Message) -> Iterator[list[Message]]:
    """The blocks of fields of each message/delivery-status in it, that of the message first."""
    for part in message.walk():
        blocks = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks, list):
            yield [block for block in blocks if isinstance(block, Message)]


def _failures(blocks: list[Message], digest: str) -> Iterator[Failure]:
    about = blocks[0] if blocks else Message()
    for number, block in enumerate(blocks):
        email = _address(block.get("Original-Recipient")) or _address(block.get("Final-Recipient"))
        if str(block.get("Action", "")).strip().lower() != "failed" or not email:
            continue
        found = _STATUS.search(str(block.get("Status", "")))
        at = _moment(block.get("Last-Attempt-Date") or about.get("Arrival-Date"))
        yield Failure(email, found[0] if found else "", f"report:{digest}:{number}", at)


def _address(field: object) -> str:
    """rfc822; kim@example.org -> kim@example.org; empty for another kind of address."""
    kind, _, address = str(field or "").partition(";")
    address = address.strip().strip("<>").lower()
    return address if kind.strip().lower() == "rfc822" and is_email(address) else ""


def _moment(field: object) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(field))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
