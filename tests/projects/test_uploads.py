"""What people may send is told by its content; everything else is refused with what to do."""

import os
import time
import zipfile
from io import BytesIO

import pytest
from PIL import ExifTags, Image

from crowdfund_kent.errors import Refused
from projects import drawing, pictures, uploads
from projects.uploads import DOCX, ODT, PDF, WEBP, Limits, clean_name, refuse_too_many, take
from tests.projects import papers

LIMITS = Limits(most_bytes=1_000_000, most_files=3, most_total_bytes=2_000_000)


@pytest.mark.parametrize(
    ("content", "name", "media_type", "shown"),
    [
        (papers.pdf("Statement"), "statement.pdf", PDF, "statement.pdf"),
        (papers.pdf("Statement"), "statement.jpg", PDF, "statement.pdf"),
        (papers.docx("Quote"), "quote", DOCX, "quote.docx"),
        (papers.odt("Quote"), "quote.odt", ODT, "quote.odt"),
        (papers.picture("JPEG"), "IMG_1.JPG", WEBP, "IMG_1.webp"),
        (papers.picture("PNG"), "statement.pdf", WEBP, "statement.webp"),
        (papers.picture("WEBP"), "../../etc/passwd", WEBP, "passwd.webp"),
    ],
)
def test_a_paper_is_what_it_holds_whatever_it_is_called(content: bytes, name: str, media_type: str, shown: str) -> None:
    found = take(content, name, LIMITS)
    assert (found.media_type, found.shown_name) == (media_type, shown)
    assert found.size == ((60, 40) if media_type == WEBP else None)


_NESTED = papers.packed({"a": "b"})
HOSTILE = {
    "empty": (b"", uploads.EMPTY),
    "program": (b"MZ" + bytes(100), uploads.UNKNOWN),
    "page": (b"<!doctype html><script>alert(1)</script>", uploads.UNKNOWN),
    "drawing": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", uploads.UNKNOWN),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), uploads.OLD_WORD),
    "telephone's own": (b"\0\0\0\x18ftypheic" + bytes(60), uploads.HEIC),
    "huge": (b"%PDF-1.4" + bytes(1_000_000), "larger than 1 MB"),
    "password": (papers.pdf("x", trailer="/Encrypt 9 0 R"), uploads.ENCRYPTED),
    "half a pdf": (papers.pdf("x")[:-30], uploads.DAMAGED),
    "pdf and zip": (papers.pdf("x") + _NESTED, uploads.TWO_THINGS),
    "pdf and page": (b"%PDF-1.4\n<script>alert(1)</script>\n" + papers.pdf("x"), uploads.TWO_THINGS),
    "picture and zip": (papers.picture() + _NESTED, pictures.TWO_THINGS),
    "picture cut off": (papers.picture("PNG")[:60], pictures.DAMAGED),
    "pixels": (papers.png_of_pixels(9_000), pictures.TOO_MANY_PIXELS),
    "bomb": (papers.bomb(), uploads.BOMB),
    "many entries": (papers.docx("x", **{f"e{n}": "" for n in range(1_001)}), uploads.BOMB),
    "directory that lies": (papers.lying_zip(), uploads.DAMAGED),
    "way out": (papers.docx("x", **{"..__..__etc__passwd": "x"}), uploads.ODD_NAMES),
    "root": (papers.docx("x", **{"__etc__passwd": "x"}), uploads.ODD_NAMES),
    "disk": (papers.docx("x", **{"C:\\x": "x"}), uploads.ODD_NAMES),
    "macros": (papers.docx("x", word__vbaProject__bin="x", **{"word__vbaProject.bin": "x"}), uploads.MACROS),
    "macros by type": (
        papers.packed(
            {"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml": "x"}
        ),
        uploads.MACROS,
    ),
    "macros of the other office": (
        papers.packed({"mimetype": ODT, "content.xml": "<x/>", "Basic/Standard/Module1.xml": "<x/>"}),
        uploads.MACROS,
    ),
    "sheet": (
        papers.packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        uploads.OTHER_OFFICE,
    ),
    "zip": (_NESTED, uploads.UNKNOWN),
    "half a zip": (papers.docx("x")[:-40], uploads.DAMAGED),
}


@pytest.mark.parametrize("content", HOSTILE)
def test_what_is_no_paper_is_refused_with_what_to_do(content: str) -> None:
    held, words = HOSTILE[content]
    began = time.process_time()
    with pytest.raises(Refused) as refused:
        take(held, "statement.pdf", LIMITS)
    assert words in refused.value.message
    assert time.process_time() - began < 2


def test_a_zip_with_two_entries_of_one_name_is_refused() -> None:
    held = BytesIO(papers.docx("One"))
    with zipfile.ZipFile(held, "a") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr("word/document.xml", "another")
    with pytest.raises(Refused, match="names that lead out of it"):
        take(held.getvalue(), "x.docx", LIMITS)


def test_nothing_but_the_picture_is_left_of_a_photograph() -> None:
    held = BytesIO()
    image = Image.new("RGB", (40, 40), "white")
    notes = image.getexif()
    notes[ExifTags.Base.Make] = "Camera of Kim Reed"
    image.save(held, "JPEG", exif=notes)
    kept = take(held.getvalue(), "x.jpg", LIMITS)
    assert b"Kim Reed" not in kept.content
    assert not dict(Image.open(BytesIO(kept.content)).getexif())


@pytest.mark.parametrize(
    ("sizes", "coming", "words"),
    [([1, 1], 1, ""), ([1, 1, 1], 1, "There are 3 files already"), ([1_500_000], 600_000, "may have 2 MB")],
)
def test_a_project_has_so_many_files_and_no_more(sizes: list[int], coming: int, words: str) -> None:
    if not words:
        refuse_too_many(sizes, coming, LIMITS)
        return
    with pytest.raises(Refused, match=words):
        refuse_too_many(sizes, coming, LIMITS)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bank.pdf", "bank.pdf"),
        ("../../../bank.pdf", "bank.pdf"),
        ("C:\\Users\\Kim\\bank.pdf", "bank.pdf"),
        ("bank\u202efdp.exe", "bankfdp.pdf"),
        ("bank\r\nSet-Cookie: x.pdf", "bankSet-Cookie: x.pdf"),
        ("", "paper.pdf"),
        (".pdf", "pdf.pdf"),
        ("/", "paper.pdf"),
        ("a" * 300 + ".pdf", "a" * 76 + ".pdf"),
        ("Kostenvoranschlag für Übung.docx", "Kostenvoranschlag für Übung.pdf"),
    ],
)
def test_a_name_is_shown_without_folders_tricks_or_a_false_ending(name: str, shown: str) -> None:
    assert clean_name(name, "pdf") == shown


async def test_a_pdf_becomes_pictures_of_its_pages_in_order() -> None:
    drawn = await drawing.draw(papers.pdf("One", "Two", "Three"), drawing.PDF)
    assert drawn.page_count == 3
    assert [page[:2] for page in drawn.pages] == [(1_240, 1_755)] * 3
    image = Image.open(BytesIO(drawn.pages[0][2]))
    assert (image.format, image.size) == ("WEBP", (1_240, 1_755))
    assert min(image.convert("L").tobytes()) < 60  # there is ink on it


async def test_a_long_or_an_endless_page_is_drawn_within_bounds() -> None:
    drawn = await drawing.draw(papers.pdf("Long", size=(20, 14_000)), drawing.PDF)
    ((width, height, _),) = drawn.pages
    assert width * height <= drawing.MOST_PIXELS
    assert height <= 16_001


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 nothing else %%EOF", drawing.PDF),
        (papers.pdf("x", trailer="/Encrypt<</Filter/Standard/V 1/R 2/O(x)/U(x)/P 0>>"), drawing.PDF),
        (papers.packed({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), drawing.DOCX),
        (papers.packed({"word/document.xml": "<not closed"}), drawing.DOCX),
    ],
)
async def test_what_cant_be_drawn_gives_no_page_and_no_fault(content: bytes, kind: str) -> None:
    assert (await drawing.draw(content, kind)).pages == ()


async def test_the_words_of_a_document_are_there_to_be_read() -> None:
    assert (await drawing.draw(papers.docx("One &amp; two", "Three"), drawing.DOCX)).text == "One & two\nThree"
    assert (await drawing.draw(papers.odt("One", "Two"), drawing.ODT)).text == "One\nTwo"


async def test_a_document_that_never_ends_is_given_up_and_its_process_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "KILLED_AFTER", 0.05)
    before = set(os.listdir("/proc"))
    drawn = await drawing.draw(papers.pdf(*["x"] * 20), drawing.PDF)
    assert drawn.pages == ()
    left = [name for name in set(os.listdir("/proc")) - before if name.isdigit() and _is_ours(name)]
    assert left == []


def _is_ours(process: str) -> bool:
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return b"projects.drawing" in file.read()
    except OSError:
        return False
