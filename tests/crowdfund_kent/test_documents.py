"""What the documents point to is there: links with their headings, and files named in documents, code and templates."""

import re
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
NAMED: Final = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md|sh|toml)|(?:[\w.-]+/)+)`")
DOCUMENT: Final = re.compile(r"[\w/-]+\.md\b")
NOT_A_DOCUMENT: Final = ("var/", "/")  # made while it runs; an address of the site


@cache
def _files() -> list[str]:
    """Every file of the house by its path, without what is made while it runs."""
    tops = [one for one in ROOT.iterdir() if not one.name.startswith(".") and one.name != "var"]
    found = [file for top in tops for file in (top.rglob("*") if top.is_dir() else [top]) if file.is_file()]
    return [file.relative_to(ROOT).as_posix() for file in found if "__pycache__" not in file.parts]


def _documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _headings(document: Path) -> set[str]:
    """The anchors that a reader's browser gets: small letters, hyphens for spaces, no signs."""
    found = re.findall(r"^#+ (.+)$", document.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in found}


def test_links_lead_somewhere() -> None:
    broken = []
    for document in _documents():
        for link in LINK.findall(document.read_text()):
            path, _, anchor = link.partition("#")
            if ":" in path or path.startswith("/"):
                continue
            wanted = document.parent / path if path else document
            if not wanted.exists() or (anchor and anchor not in _headings(wanted)):
                broken.append(f"{document.relative_to(ROOT)}: {link}")
    assert not broken


def test_files_that_documents_name_are_there() -> None:
    whole = "\n".join(f"/{file}\n" for file in _files())
    gone = [
        f"{document.relative_to(ROOT)}: {name}"
        for document in _documents()
        for name in NAMED.findall(document.read_text())
        if not name.startswith(NOT_A_DOCUMENT) and (f"/{name}" if name.endswith("/") else f"/{name}\n") not in whole
    ]
    assert not gone


def test_documents_that_code_names_are_there() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in _documents()}
    ends = {name for path in names for name in (path, path.removeprefix("docs/"), path.rpartition("/")[2])}
    gone = [
        f"{file}: {name}"
        for file in _files()
        if file.endswith((".py", ".html", ".css", ".js")) and not file.startswith("crowdfund_kent/static/")
        for name in DOCUMENT.findall((ROOT / file).read_text())
        if name not in ends
    ]
    assert not gone
