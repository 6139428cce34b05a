"""A zip of evidence: its files, and an index page with the digest of each. The same facts give the same bytes."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from crowdfund_kent.table_files import Table, csv_of

_DAY: Final = (2021, 3, 1, 0, 0, 0)
INDEX: Final = "index.html"
_PAGE: Final = """<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{words}</p>
<table>
<caption>Files, each with its SHA-256</caption>
<tr><th scope="col">File</th><th scope="col">What it holds</th><th scope="col">Rows</th><th scope="col">SHA-256</th></tr>
{rows}
</table>
<p>To check a file: <code>sha256sum</code> (Linux), <code>Get-FileHash</code> (Windows), <code>shasum -a 256</code> (macOS).</p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the zip. `rows`: how many it lists; None for what is no list."""

    name: str
    words: str
    body: bytes
    rows: int | None = None


def of_table(name: str, words: str, table: Table) -> File:
    """A table as CSV, with how many rows it has: none is an answer too."""
    rows = list(table.rows)
    whole = Table(table.name, table.columns, rows, table.money)
    return File(name, words, csv_of(whole).encode(), len(rows))


def pack(title: str, words: str, files: Sequence[File]) -> bytes:
    """The zip. Nothing in it but the facts: no day on which it was made, no order of the disk."""
    lines = "\n".join(
        f'<tr><td><a href="{escape(file.name)}">{escape(file.name)}</a></td><td>{escape(file.words)}</td>'
        f"<td>{'' if file.rows is None else file.rows}</td>"
        f"<td><code>{hashlib.sha256(file.body).hexdigest()}</code></td></tr>"
        for file in files
    )
    page = _PAGE.format(title=escape(title), words=escape(words), rows=lines).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in ((INDEX, page), *((file.name, file.body) for file in files)):
            archive.writestr(zipfile.ZipInfo(name, _DAY), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()
