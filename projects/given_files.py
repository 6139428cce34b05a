"""Files that a group gives, papers and receipts alike, as storage keeps them: the original, its pages drawn, its words."""

import hashlib
from typing import Any, Final, Protocol

from crowdfund_kent import storage
from crowdfund_kent.clock import business_now
from projects import drawing, uploads

_DRAWN: Final = {uploads.PDF: drawing.PDF, uploads.DOCX: drawing.DOCX, uploads.ODT: drawing.ODT}


class HasFile(Protocol):
    """A row with a file. Pages and words lie beside the original, which `key` names (None: the row has no file)."""

    media_type: str
    page_sizes: Any
    has_text: bool

    @property
    def key(self) -> str | None:
        """Where the original lies."""


def digest_of(content: bytes) -> str:
    """By which a second click is known: SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def columns_of(taken: uploads.Taken, key: str, digest: str, by_id: int | None) -> dict[str, Any]:
    """What a new row keeps of a file that was taken. A picture is its own page; a document's are drawn later."""
    now = business_now()
    return {
        "key": key,
        "shown_name": taken.shown_name,
        "media_type": taken.media_type,
        "size_bytes": len(taken.content),
        "sha256": digest,
        "prepared_at": now if taken.size else None,
        "page_sizes": [list(taken.size)] if taken.size else [],
        "page_count": 1 if taken.size else 0,
        "uploaded_by_id": by_id,
        "uploaded_at": now,
    }


async def drawn(file: HasFile) -> dict[str, Any] | None:
    """Draw the pages of a document, or read its words, and store them: what the row keeps then. None for another file.

    Safe to run twice: the pages lie under the same names.
    """
    if file.key is None or file.media_type not in _DRAWN:
        return None
    found = await drawing.draw(await storage.read(file.key), _DRAWN[file.media_type])
    for number, (_, _, picture) in enumerate(found.pages, 1):
        await storage.save(page_key(file, number), picture)
    if found.text:
        await storage.save(text_key(file), found.text.encode())
    return {
        "prepared_at": business_now(),
        "page_sizes": [[width, height] for width, height, _ in found.pages],
        "page_count": found.page_count,
        "has_text": bool(found.text),
    }


async def remove(file: HasFile) -> None:
    """Every part of it goes from storage. Safe to run twice."""
    for key in keys_of(file):
        await storage.remove(key)


def page_key(file: HasFile, number: int) -> str:
    """Where storage keeps a page, from 1; a picture is its own page."""
    key = str(file.key)
    return key if file.media_type == uploads.WEBP else f"{key.rpartition('/')[0]}/page-{number}.webp"


def text_key(file: HasFile) -> str:
    """Where storage keeps a document's words."""
    return f"{str(file.key).rpartition('/')[0]}/text.txt"


def keys_of(file: HasFile) -> list[str]:
    """The original, its pages, its words."""
    if file.key is None:
        return []
    pages = [page_key(file, number) for number in range(1, len(file.page_sizes) + 1)]
    words = [text_key(file)] if file.has_text else []
    return list(dict.fromkeys([file.key, *pages, *words]))
