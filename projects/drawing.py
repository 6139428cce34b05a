"""A document as pictures of its pages, or as its plain words, made in a process of its own: a hostile file may crash or
spin there, and nothing of the site with it. Run as `python -m projects.drawing KIND FOLDER` by draw() alone.

PDFium is not for threads, has no time limit, and reads what strangers send: so it is given a processor's time, memory and
a folder, no secret and no connection. What was drawn before the limit is kept.
"""

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.parsers import expat

PDF, DOCX, ODT = "pdf", "docx", "odt"
ROOT: Final = Path(__file__).resolve().parent.parent
MOST_PAGES: Final = 20
WIDTH: Final = 1_240  # pixels: an A4 page at 150 dots an inch
MOST_PIXELS: Final = 5_000_000  # of one page
SECONDS: Final = 15  # of the processor and, between pages, of the clock
KILLED_AFTER: Final = 22  # a job may run 30
MEMORY: Final = 1_200_000_000
TEXT_LONGEST: Final = 60_000
_XML_LONGEST: Final = 8_000_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pages in order as (width, height, WebP); how many the document has; its words where it can't be drawn."""

    pages: tuple[tuple[int, int, bytes], ...] = ()
    page_count: int = 0
    text: str = ""


async def draw(content: bytes, kind: str) -> Drawn:
    """Pages of a PDF, words of a DOCX or ODT. Empty for what can't be read; never raises for what a file holds."""
    with tempfile.TemporaryDirectory(prefix="paper-") as name:
        folder = Path(name)
        await asyncio.to_thread((folder / "original").write_bytes, content)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "projects.drawing",
            kind,
            name,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": name},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(KILLED_AFTER):
                await process.wait()
        except TimeoutError:
            pass
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return await asyncio.to_thread(_collected, folder)


def _collected(folder: Path) -> Drawn:
    """What lies in the folder. Each page was moved in whole."""
    told = folder / "count.json"
    count = int(json.loads(told.read_text())["pages"]) if told.exists() else 0
    pages = []
    for number in range(1, MOST_PAGES + 1):
        files = list(folder.glob(f"page-{number}-*.webp"))
        if not files:
            break
        _, _, width, height = files[0].stem.split("-")
        pages.append((int(width), int(height), files[0].read_bytes()))
    words = folder / "text.txt"
    return Drawn(tuple(pages), count, words.read_text("utf-8") if words.exists() else "")


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _draw_pdf(folder: Path) -> None:
    import pypdfium2

    ends = time.monotonic() + SECONDS
    document = pypdfium2.PdfDocument((folder / "original").read_bytes())
    count = len(document)
    (folder / "count.json").write_text(json.dumps({"pages": count}))
    for number in range(1, min(count, MOST_PAGES) + 1):
        if time.monotonic() > ends:
            break
        page = document[number - 1]
        width, height = max(1.0, page.get_width()), max(1.0, page.get_height())
        scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5, 16_000 / height)
        bitmap = page.render(scale=scale, may_draw_forms=False)
        picture = bitmap.to_pil().convert("RGB")
        beside = folder / "new.webp"
        picture.save(beside, "WEBP", quality=75, method=2)
        beside.rename(folder / f"page-{number}-{picture.width}-{picture.height}.webp")
        bitmap.close()
        page.close()


# elements of a text document: what ends a line, what holds words, what stands for a gap (None: every text counts)
_LINES: Final = {DOCX: ("w:p", "w:br"), ODT: ("text:p", "text:h", "text:line-break")}
_WORDS: Final = {DOCX: "w:t", ODT: None}
_GAPS: Final = {DOCX: ("w:tab",), ODT: ("text:tab", "text:s")}
_MAIN: Final = {DOCX: "word/document.xml", ODT: "content.xml"}


class _Words:
    """Collects the plain words of a text document."""

    def __init__(self, kind: str) -> None:
        self.lines, self.gaps, self.holder = _LINES[kind], _GAPS[kind], _WORDS[kind]
        self.inside = 0
        self.found: list[str] = []
        self.length = 0

    def begins(self, name: str, _attributes: object) -> None:
        if name == self.holder:
            self.inside += 1
        if name in self.gaps:
            self.add(" ")

    def ends(self, name: str) -> None:
        if name == self.holder:
            self.inside -= 1
        if name in self.lines:
            self.add("\n")

    def text(self, words: str) -> None:
        if self.holder is None or self.inside:
            self.add(words)

    def add(self, words: str) -> None:
        if self.length < TEXT_LONGEST:
            self.found.append(words)
            self.length += len(words)


def _no_entities(*_: object) -> None:
    raise ValueError("a document that declares entities is no document of an office program")


def _read_words(folder: Path, kind: str) -> None:
    with zipfile.ZipFile(folder / "original") as packed, packed.open(_MAIN[kind]) as entry:
        xml = entry.read(_XML_LONGEST)
    words = _Words(kind)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_entities
    parser.EntityDeclHandler = _no_entities
    parser.StartElementHandler = words.begins
    parser.EndElementHandler = words.ends
    parser.CharacterDataHandler = words.text
    parser.Parse(xml, True)
    lines = [line.strip() for line in "".join(words.found).splitlines()]
    plain = "".join(
        letter for letter in "\n".join(line for line in lines if line) if letter.isprintable() or letter == "\n"
    )
    (folder / "text.txt").write_text(plain[:TEXT_LONGEST], "utf-8")


def main(kind: str, name: str) -> None:
    """Draw or read FOLDER/original."""
    _limit()
    if kind == PDF:
        _draw_pdf(Path(name))
    else:
        _read_words(Path(name), kind)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
