"""Tables as files that spreadsheets open: ODS (the government's format) and XLSX. CSV is csv_files.py.

Text is written as text, cell by cell, so that nothing a person typed is ever a formula, a link or a number, and every
line break, emoji or right-to-left word survives. Money is pence in and pounds in the file, exact to the penny. The same
tables give the same bytes, whenever they are written.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from starlette.responses import Response

from crowdfund_kent.csv_files import csv_text, pounds_cell

Value = str | int | date | None
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL: Final = 32_767  # what Excel keeps of a text
LONGEST_NAME: Final = 31  # and of a sheet's name
_ZIP_DAY: Final = (2021, 3, 1, 0, 0, 0)
_MADE: Final = datetime(2021, 3, 1, tzinfo=UTC)  # a fixed day: two runs give the same bytes


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `money` names the columns that hold pence; `notes` stand above the header, a line each.

    A cell is text, a whole number, a day, or nothing. `name` is made fit for a sheet: no []:*?/\\ and at most 31 letters.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[Value]]
    money: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def sheet(self) -> str:
        """The name as a sheet may have it."""
        kept = "".join(" " if letter in "[]:*?/\\" else letter for letter in clean(self.name)).strip(" '")
        return cut(kept, LONGEST_NAME).rstrip(" '") or "Table"


def clean(text: str) -> str:
    """Text without what XML can't hold: control characters but tab and line break, half emoji, non-characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in "\t\n" or _is_xml(ord(letter)))


def cut(text: str, most: int) -> str:
    """The text within `most` letters as Excel counts them, in UTF-16: an emoji is two."""
    return text if len(text) * 2 <= most else text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore")


def _is_xml(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def csv_of(table: Table) -> str:
    """The table as CSV, without its notes; text that a spreadsheet would run has an apostrophe in front."""
    rows = ([cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in table.rows)
    return csv_text(table.columns, rows, money=tuple(table.money))


def xlsx_of(tables: Sequence[Table]) -> bytes:
    """A workbook, a sheet a table. Raises ValueError for two sheets of one name."""
    _refuse_same_names(tables)
    written = io.BytesIO()
    switched_off = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(written, {"in_memory": True, **switched_off})
    book.set_properties({"created": _MADE.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    pounds = book.add_format({"num_format": "£#,##0.00"})
    day = book.add_format({"num_format": "d mmmm yyyy"})
    for table in tables:
        sheet = book.add_worksheet(table.sheet)
        for number, note in enumerate(table.notes):
            sheet.write_string(number, 0, cut(clean(note), LONGEST_CELL))
        top = len(table.notes)
        for column, name in enumerate(table.columns):
            sheet.write_string(top, column, clean(name), bold)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_column(0, max(0, len(table.columns) - 1), 18)
        in_pounds = [name in table.money for name in table.columns]
        for number, row in enumerate(table.rows, start=top + 1):
            for column, (value, pence) in enumerate(zip(row, in_pounds, strict=True)):
                if isinstance(value, str):
                    sheet.write_string(number, column, cut(clean(value), LONGEST_CELL))
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif value is not None and pence:
                    sheet.write_number(number, column, value / 100, pounds)  # a spreadsheet knows no pence
                elif value is not None:
                    sheet.write_number(number, column, value)
    book.close()
    return written.getvalue()


def ods_of(tables: Sequence[Table], title: str = "") -> bytes:
    """An OpenDocument spreadsheet (ISO/IEC 26300), a sheet a table. Raises ValueError for two sheets of one name."""
    _refuse_same_names(tables)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        # the type comes first and uncompressed, so that a program knows the file by its first bytes
        archive.writestr(zipfile.ZipInfo("mimetype", _ZIP_DAY), ODS, zipfile.ZIP_STORED)
        for name, text in (
            ("META-INF/manifest.xml", _MANIFEST),
            ("meta.xml", _META.format(title=escape(clean(title)))),
        ):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DAY), text, zipfile.ZIP_DEFLATED)
        content = zipfile.ZipInfo("content.xml", _ZIP_DAY)
        content.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(content, "w") as out:
            for part in _content(tables):
                out.write(part.encode())
    return written.getvalue()


def file_response(name: str, body: bytes | str) -> Response:
    """The file to keep, for nobody's cache; the type follows from the name's end (csv, ods, xlsx)."""
    kind = {"csv": "text/csv; charset=utf-8", "ods": ODS, "xlsx": XLSX}[name.rsplit(".", 1)[-1]]
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(body, media_type=kind, headers=headers)


def _refuse_same_names(tables: Sequence[Table]) -> None:
    names = [table.sheet.casefold() for table in tables]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"a workbook needs sheets, each with a name of its own: {names}")


_MANIFEST: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{ODS}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_META: Final = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3">
<office:meta><dc:title>{title}</dc:title></office:meta></office:document-meta>"""
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">
<office:automatic-styles>
<number:currency-style style:name="pounds"><number:currency-symbol number:language="en" number:country="GB">\
£</number:currency-symbol><number:number number:decimal-places="2" number:min-decimal-places="2" \
number:min-integer-digits="1" number:grouping="true"/>\
</number:currency-style>
<number:date-style style:name="day"><number:day/><number:text> </number:text><number:month number:style="long" \
number:textual="true"/><number:text> </number:text><number:year number:style="long"/></number:date-style>
<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="4cm"/></style:style>
<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="money" style:family="table-cell" style:data-style-name="pounds"/>
<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>
</office:automatic-styles><office:body><office:spreadsheet>
"""
_FOOT: Final = "</office:spreadsheet></office:body></office:document-content>"


def _content(tables: Sequence[Table]) -> Iterator[str]:
    yield _HEAD
    for table in tables:
        yield f"<table:table table:name={quoteattr(table.sheet)}>"
        yield f'<table:table-column table:style-name="wide" table:number-columns-repeated="{max(1, len(table.columns))}"/>'
        for note in table.notes:
            yield f"<table:table-row>{_text(note)}</table:table-row>\n"
        heads = "".join(_text(name, ' table:style-name="head"') for name in table.columns)
        yield f"<table:table-header-rows><table:table-row>{heads}</table:table-row></table:table-header-rows>\n"
        in_pounds = [name in table.money for name in table.columns]
        for row in table.rows:
            cells = "".join(_cell(value, pence) for value, pence in zip(row, in_pounds, strict=True))
            yield f"<table:table-row>{cells}</table:table-row>\n"
        yield "</table:table>\n"
    yield _FOOT


def _cell(value: Value, pence: bool) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date):
        held, style, kind = f'office:date-value="{value.isoformat()}"', ' table:style-name="date"', "date"
    elif pence:
        held, style, kind = (
            f'office:currency="GBP" office:value="{pounds_cell(value)}"',
            ' table:style-name="money"',
            "currency",
        )
    else:
        held, style, kind = f'office:value="{value}"', "", "float"
    return f'<table:table-cell{style} office:value-type="{kind}" {held}/>'


def _text(value: str, style: str = "") -> str:
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in cut(clean(value), LONGEST_CELL).split("\n"))
    return f'<table:table-cell{style} office:value-type="string">{paragraphs}</table:table-cell>'


def _spaced(line: str) -> str:
    """A line with its spaces: XML keeps one of several, and none at an end, unless they are elements."""
    parts: list[str] = []
    spaces = 0
    for letter in [*line, ""]:
        if letter == " ":
            spaces += 1
            continue
        if spaces:
            plain = spaces == 1 and parts and letter
            parts.append(" " if plain else f'<text:s text:c="{spaces}"/>')
            spaces = 0
        parts.append("<text:tab/>" if letter == "\t" else escape(letter))
    return "".join(parts)
