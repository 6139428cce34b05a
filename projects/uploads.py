"""Papers that people send: what a file is follows from its content, never from its name. Pure.

Taken are PDF, JPEG, PNG, WebP, Word (DOCX) and OpenDocument (ODT). Pictures are made anew, so that no place or camera is
left; the others are kept as sent, for officers only. Every refusal says what to do instead. services.evidence stores.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from crowdfund_kent.errors import Refused
from projects import pictures

PDF: Final = "application/pdf"
WEBP: Final = "image/webp"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT: Final = "application/vnd.oasis.opendocument.text"
ENDINGS: Final = {PDF: "pdf", WEBP: "webp", DOCX: "docx", ODT: "odt"}
ACCEPT: Final = f"{PDF},image/jpeg,image/png,image/webp,{DOCX},{ODT},.pdf,.docx,.odt"
NAME_LONGEST: Final = 80

_MOST_ENTRIES: Final = 1_000
_MOST_UNPACKED: Final = 60_000_000
_MOST_RATIO: Final = 200  # XML packs well, up to some 60 times; a bomb a thousand times
_RATIO_FROM: Final = 1_000_000  # bytes: below it no ratio hurts
_PIECE: Final = 256_000
_HEAD, _TAIL = 1_024, 2_048

EMPTY: Final = "The file is empty. Choose another, or save it again."
UNKNOWN: Final = (
    "We can’t read this kind of file. Send a photograph (JPEG, PNG), a PDF, or a Word or OpenDocument text."
)
OLD_WORD: Final = "This is an old Word file. Open it, save it as PDF or as .docx, and send that."
HEIC: Final = "This is a HEIC picture, which we can’t read. Send it as JPEG: open it, share it or save it as JPEG."
DAMAGED: Final = "The file is damaged or not complete. Open it, save it as PDF and send that."
ENCRYPTED: Final = "The file has a password, so nobody could read it. Save it without a password and send that."
MACROS: Final = "The document holds macros (small programs). Save it as PDF and send that."
TWO_THINGS: Final = "The file is two kinds of file at once. Open it, save it as PDF and send that."
BOMB: Final = "The document unpacks to far more than it should. Save it as PDF and send that."
ODD_NAMES: Final = "The document holds names that lead out of it. Save it as PDF and send that."
OTHER_OFFICE: Final = "This is no text document. Save the sheet or the slides as PDF and send that."


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings allow: bytes of one file, files and bytes of one project."""

    most_bytes: int
    most_files: int
    most_total_bytes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as we keep it. `size`: (width, height) of a picture, which is its own only page; None of a document."""

    content: bytes
    media_type: str
    ending: str
    shown_name: str
    size: tuple[int, int] | None = None


def refuse_too_many(sizes: Sequence[int], coming: int, limits: Limits) -> None:
    """Refused when a further file of `coming` bytes is one too many for a project that has files of these sizes."""
    if len(sizes) >= limits.most_files:
        raise Refused(
            f"There are {limits.most_files} files already, which is the most. Take one away that is not needed.",
            rule="files",
        )
    if sum(sizes) + coming > limits.most_total_bytes:
        raise Refused(
            f"All files together may have {limits.most_total_bytes // 1_000_000} MB. Make this one smaller, or take"
            " another away.",
            rule="files together",
        )


def take(content: bytes, name: str, limits: Limits) -> Taken:
    """What we keep of a file that was sent under this name. Refused with what to do; slow for a large picture."""
    if not content:
        raise Refused(EMPTY, rule="empty file")
    if len(content) > limits.most_bytes:
        raise Refused(
            f"The file is larger than {limits.most_bytes // 1_000_000} MB. Send fewer pages, or photograph them.",
            rule="file size",
        )
    if content.startswith(b"%PDF-"):
        _refuse_odd_pdf(content)
        return _kept(content, PDF, name)
    if content.startswith(b"PK\x03\x04"):
        return _kept(content, _kind_of_zip(content), name)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF")):
        made = pictures.make(content, most_bytes=limits.most_bytes)
        largest = made.files[made.width]
        return _kept(largest, WEBP, name, (made.width, made.height))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(OLD_WORD, rule="file kind")
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypavif"):
        raise Refused(HEIC, rule="file kind")
    raise Refused(UNKNOWN, rule="file kind")


def clean_name(name: str, ending: str) -> str:
    """What is shown of a file's name: no folders, nothing that turns text around, and the ending that is true.

    >>> clean_name("C:\\\\My papers\\\\bank.jpeg.exe", "pdf")
    'bank.jpeg.pdf'
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if letter.isprintable() and not "\u202a" <= letter <= "\u202e")
    words = " ".join(plain.split()).strip(". ")
    stem = words.rpartition(".")[0] or words
    return f"{stem[: NAME_LONGEST - 1 - len(ending)].strip('. ') or 'paper'}.{ending}"


def _kept(content: bytes, media_type: str, name: str, size: tuple[int, int] | None = None) -> Taken:
    ending = ENDINGS[media_type]
    return Taken(content, media_type, ending, clean_name(name, ending), size)


def _refuse_odd_pdf(content: bytes) -> None:
    """What bytes tell. Whether it can be drawn is found by the worker (projects.drawing), apart and with limits."""
    head = content[:_HEAD].lower()
    if any(beginning in head for beginning in (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php")):
        raise Refused(TWO_THINGS, rule="one file")
    if zipfile.is_zipfile(BytesIO(content)):
        raise Refused(TWO_THINGS, rule="one file")
    if b"%%EOF" not in content[-_TAIL:]:
        raise Refused(DAMAGED, rule="whole file")
    if re.search(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)", content):
        raise Refused(ENCRYPTED, rule="password")


def _kind_of_zip(content: bytes) -> str:
    """DOCX or ODT, unpacked once within limits so that its directory can't lie."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            entries = {entry.filename: entry for entry in packed.infolist()}
            _refuse_bomb(packed.infolist(), len(content))
            _refuse_names(packed.infolist())
            kind = _office_kind(packed, entries)
            _refuse_more_than_it_says(packed)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, KeyError, RuntimeError):
        raise Refused(DAMAGED, rule="whole file") from None
    return kind


def _refuse_bomb(entries: Sequence[zipfile.ZipInfo], size: int) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(ENCRYPTED, rule="password")
    too_many = len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED
    # entries that overlap: the same packed bytes, unpacked again and again
    overlapping = sum(entry.compress_size for entry in entries) > size
    steep = any(
        entry.file_size > _RATIO_FROM and entry.file_size > _MOST_RATIO * max(1, entry.compress_size)
        for entry in entries
    )
    if too_many or overlapping or steep:
        raise Refused(BOMB, rule="unpacked size")


def _refuse_names(entries: Sequence[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    odd = any(
        name.startswith(("/", "\\")) or ":" in name or "\\" in name or ".." in name.split("/") or not name.isprintable()
        for name in names
    )
    if odd or len(set(names)) < len(names):
        raise Refused(ODD_NAMES, rule="names in the file")


def _office_kind(packed: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> str:
    lower = [name.lower() for name in entries]
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in lower):
        raise Refused(MACROS, rule="macros")
    if "[Content_Types].xml" in entries:
        types = _short(packed, "[Content_Types].xml").lower()
        if b"macroenabled" in types:
            raise Refused(MACROS, rule="macros")
        if "word/document.xml" in entries and b"wordprocessingml.document.main+xml" in types:
            return DOCX
        raise Refused(OTHER_OFFICE, rule="file kind")
    if "mimetype" in entries and "content.xml" in entries:
        if _short(packed, "mimetype").strip() == ODT.encode():
            return ODT
        raise Refused(OTHER_OFFICE, rule="file kind")
    raise Refused(UNKNOWN, rule="file kind")


def _short(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as entry:
        return entry.read(_PIECE)


def _refuse_more_than_it_says(packed: zipfile.ZipFile) -> None:
    """Read every entry to its end, in pieces. The library stops at the size an entry claims, and checks its sum there."""
    unpacked = 0
    for name in packed.namelist():
        with packed.open(name) as entry:
            while piece := entry.read(_PIECE):
                unpacked += len(piece)
                if unpacked > _MOST_UNPACKED:
                    raise Refused(BOMB, rule="unpacked size")
