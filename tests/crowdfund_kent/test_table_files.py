"""Workbooks: every text survives, nothing runs, the pennies are exact, and two runs give the same bytes."""

import io
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowdfund_kent.table_files import ODS, Table, csv_of, file_response, ods_of, xlsx_of

NASTY = (
    "=1+1",
    "@SUM(A1)",
    'Bread, "roses" & <more>',
    "two\nlines\tand a tab",
    "  kept  spaces ",
    "شكرا جزيلا",
    "🌳 trees",
    "http://example.org",
    "0123",
)
TABLE = Table(
    "Gifts: 2021/22",
    ("Who", "Amount", "Day", "How many"),
    [(text, 1999 + number, date(2021, 6, 24), number) for number, text in enumerate(NASTY)]
    + [(None, None, None, None)],
    money=frozenset({"Amount"}),
    notes=("As at 24 June 2021",),
)
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLES = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def part(of: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(of)) as archive:
        return ElementTree.fromstring(archive.read(name))


def paragraph(element: ElementTree.Element) -> str:
    said = element.text or ""
    for child in element:
        said += "\t" if child.tag == f"{TEXT}tab" else " " * int(child.get(f"{TEXT}c", "1"))
        said += child.tail or ""
    return said


def ods_cells(of: bytes) -> list[list[ElementTree.Element]]:
    return [list(row.iter(f"{TABLES}table-cell")) for row in part(of, "content.xml").iter(f"{TABLES}table-row")]


def ods_text(cell: ElementTree.Element) -> str:
    return "\n".join(paragraph(each) for each in cell.iter(f"{TEXT}p"))


def test_an_ods_keeps_every_text_and_penny() -> None:
    made = ods_of([TABLE])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, archive.read(first)) == (
            "mimetype",
            zipfile.ZIP_STORED,
            ODS.encode(),
        )
    note, head, *rows = ods_cells(made)
    assert ods_text(note[0]) == "As at 24 June 2021"
    assert [ods_text(cell) for cell in head] == list(TABLE.columns)
    assert [ods_text(row[0]) for row in rows[:-1]] == list(NASTY)
    assert {row[0].get(f"{OFFICE}value-type") for row in rows[:-1]} == {"string"}
    assert [row[1].get(f"{OFFICE}value") for row in rows[:2]] == ["19.99", "20.00"]
    assert rows[0][2].get(f"{OFFICE}date-value") == "2021-06-24"
    assert rows[3][3].get(f"{OFFICE}value") == "3"
    assert not any(cell.attrib for cell in rows[-1])
    assert not any(cell.get(f"{TABLES}formula") for row in rows for cell in row)


def test_an_xlsx_has_text_and_no_formula_or_link() -> None:
    made = xlsx_of([TABLE, Table("Second", ("A",), [("x",)])])
    strings = [
        "".join(each.text or "" for each in item.iter(f"{SHEET}t")) for item in part(made, "xl/sharedStrings.xml")
    ]
    assert set(NASTY) <= set(strings)
    sheet = part(made, "xl/worksheets/sheet1.xml")
    assert list(sheet.iter(f"{SHEET}f")) == []
    assert list(sheet.iter(f"{SHEET}hyperlink")) == []
    numbers = [cell.findtext(f"{SHEET}v") for cell in sheet.iter(f"{SHEET}c") if (cell.get("r") or "").startswith("B")]
    assert numbers[1:3] == ["19.99", "20"]
    assert [each.get("name") for each in part(made, "xl/workbook.xml").iter(f"{SHEET}sheet")] == [
        "Gifts  2021 22",
        "Second",
    ]


def test_two_runs_give_the_same_bytes() -> None:
    assert ods_of([TABLE], "Gifts") == ods_of([TABLE], "Gifts")
    assert xlsx_of([TABLE]) == xlsx_of([TABLE])


def test_csv_is_harmless_and_exact() -> None:
    lines = csv_of(TABLE).splitlines()
    assert lines[0] == "\ufeffWho,Amount,Day,How many"
    assert lines[1] == "'=1+1,19.99,2021-06-24,0"


@pytest.mark.parametrize("tables", [[], [TABLE, TABLE], [Table("a", ("x",), []), Table("A", ("x",), [])]])
def test_sheets_have_names_of_their_own(tables: list[Table]) -> None:
    for write in (ods_of, xlsx_of):
        with pytest.raises(ValueError, match="name of its own"):
            write(tables)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_any_text_makes_a_file_that_can_be_read(text: str) -> None:
    table = Table(text, ("Text",), [(text,)])
    *_, row = ods_cells(ods_of([table]))
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\t\n" or ord(c) >= 32)
    assert ods_text(row[0]) == kept.replace("\ufffe", "").replace("\uffff", "")
    assert part(xlsx_of([table]), "xl/workbook.xml") is not None


def test_a_file_is_for_nobodys_cache() -> None:
    answer = file_response("gifts.ods", ods_of([TABLE]))
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.media_type == ODS
