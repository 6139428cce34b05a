"""CSV that opens in a spreadsheet as what it says: no text becomes a formula.

What a person typed may begin with "=", "+", "-" or "@": a spreadsheet would run it. Such text gets an apostrophe in front
(OWASP, CSV injection). Numbers are ours and stay as they are.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.responses import Response

_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
Cell = str | int | None


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula.

    >>> harmless("=1+1"), harmless("Bread & roses")
    ("'=1+1", 'Bread & roses')
    """
    return f"'{text}" if text.lstrip().startswith(_BEGINS_FORMULA) else text


def pounds_cell(pence: int) -> str:
    """1234 -> 12.34: pounds as a spreadsheet adds them up."""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, money: Sequence[str] = ()) -> str:
    """A CSV file, with a byte order mark so that a spreadsheet reads it as UTF-8. Columns named in `money` hold pence."""
    written = io.StringIO(newline="")
    out = csv.writer(written)
    out.writerow(columns)
    in_pounds = [column in money for column in columns]
    for row in rows:
        out.writerow([_cell(value, pence) for value, pence in zip(row, in_pounds, strict=True)])
    return "\ufeff" + written.getvalue()


def _cell(value: Cell, pence: bool) -> Cell:
    if pence and isinstance(value, int):
        return pounds_cell(value)
    return harmless(value) if isinstance(value, str) else value


def csv_response(name: str, text: str) -> Response:
    """The file to keep, for nobody's cache."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
