"""Opens every export in LibreOffice: each text comes back as it was written, each penny too, and nothing runs.

    make quality PARTS=spreadsheets

Each export is made by the code that makes it for people, from rows with the worst texts there are (formulas, quotes, line
breaks, emoji, right-to-left words), once as ODS and, where people get one, as CSV or XLSX. LibreOffice opens the file, without a
window, and writes what it understood; that is compared cell by cell. Further exports: add a line to EXPORTS.
"""

import contextlib
import csv
import io
import math
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.chart import Nature
from crowdfund_kent.csv_files import pounds_cell
from crowdfund_kent.table_files import Table, Value, clean, csv_of, ods_of, xlsx_of
from evaluation.evidence import access_report, segregation
from evaluation.indicators import REGISTRY
from evaluation.indicators.kinds import Found, Part
from evaluation.kinds import Edition, Objective, ReportPart
from evaluation.pack import tables as evaluation_tables
from evaluation.report import Report
from evaluation.report.building import Evidence, Line, Option, Trend
from evaluation.scope import Records
from evaluation.scope import Scope as EvaluationScope
from local.processes import LocalPartError
from payments.books import commitments, journal, reading, spend
from payments.books.figures import PROGRAMME, Scope
from payments.books.models import JournalBatch
from payments.books.statement import ITEMS, AccountLine, Moved, Statement

SECONDS: Final = 300
NASTY: Final = (
    "=1+1",
    '=HYPERLINK("http://example.org";"Click")',
    "+44 1234 567890",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1;1)",
    "＝1+1",
    "Bread, \"roses\" & <more>; 'quoted'",
    "two\nlines\tand a tab",
    "  kept spaces ",
    "شكرا جزيلا لكم",
    "🌳 trees 👩‍👩‍👧",
    "http://example.org",
    "0123",
    "1,234.50",
    "2021-06-24",
    "TRUE",
    "",
)
DAY: Final = date(2026, 11, 29)
NOW: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
PENCE: Final = (1, 99, 1_999, 123_456_789, -5)
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_MOST_EMPTY: Final = 1_000  # LibreOffice writes the empty rest of a sheet as one cell, many times repeated


class Differs(Exception):
    """What LibreOffice understood is not what was written; the message says where."""


def _pence(number: int) -> int:
    return PENCE[number % len(PENCE)]


def _commitments() -> list[Table]:
    found = [
        commitments.Commitment(
            1,
            text,
            text,
            text,
            "2026-27",
            text,
            "M-7F3K-9Q2M",
            text,
            text,
            "confirmed",
            _pence(number),
            DAY,
            number * 40,
        )
        for number, text in enumerate(NASTY)
    ]
    return commitments.tables(DAY, found)


def _spend() -> list[Table]:
    found = [
        spend.Payment(text, DAY, text, text, abs(_pence(number)) + 50_000, text, "M-7F3K-9Q2M", generated=False)
        for number, text in enumerate(NASTY)
    ]
    return [spend.table_of(DAY, found)]


def _statement() -> list[Table]:
    items = tuple((item, Moved(_pence(number), 7)) for number, item in enumerate(ITEMS))
    lines = tuple(
        AccountLine(
            "provider balance", text, Nature.ASSET, text, 1, ((text.lower(), _pence(number)),), 1 + _pence(number)
        )
        for number, text in enumerate(NASTY)
    )
    parts = reading.Parts(
        "By campaign",
        tuple(item for item, _ in items),
        tuple(reading.Part(Scope("campaign", 1), text, tuple(moved for _, moved in items)) for text in NASTY),
    )
    late = tuple(reading.Late(text, text, NOW, NOW, 1) for text in NASTY)
    made = Statement(PROGRAMME, DAY, DAY, items, lines)
    return reading.tables(reading.Read(NASTY[0], made, (parts,), late, NOW))


def _journal() -> list[Table]:
    lines = [[DAY.isoformat(), text, text, text, text, abs(_pence(number)), None] for number, text in enumerate(NASTY)]
    return [journal.table_of(JournalBatch(reference="J-7F3K-9Q2M", lines=lines))]


def _access() -> list[Table]:
    held = [
        access_report.Held(1, text, Role.FUND_OFFICER, text, text, NOW, text, None, number, NOW, None)
        for number, text in enumerate(NASTY)
    ]
    places = [
        access_report.Place(text, text, text, text, DAY, DAY, number, text, NOW) for number, text in enumerate(NASTY)
    ]
    return access_report.tables(held, places, [access_report.Opens(Role.AUDITOR, NASTY[0], NASTY[1], False, NASTY, ())])


def _segregation() -> list[Table]:
    steps = tuple(segregation.Step(text, 1, text, text, NOW) for text in NASTY)
    return [segregation.table([segregation.Item(text, text, steps, (), ()) for text in NASTY[:3]])]


def _evaluation() -> list[Table]:
    """The workbook of the evaluation: officers' words, measures, and names of parts as people gave them."""
    parts = tuple(Part(text, text, _pence(number)) for number, text in enumerate(NASTY))
    lines = {
        key: Line(about, Found(_pence(number), number, number, NASTY[number % len(NASTY)], parts={"district": parts}))
        for number, (key, about) in enumerate(REGISTRY.items())
    }
    report = Report(
        scope=EvaluationScope(DAY),
        edition=Edition.ANY,
        records=Records.REAL,
        known_on=DAY,
        lines=lines,
        words=dict.fromkeys(ReportPart, "\n".join(NASTY)),
        options=[Option(text, text, _pence(number)) for number, text in enumerate(NASTY)],
        evidence={Objective.SECTOR: [Evidence(text, lines["leverage"]) for text in NASTY]},
        trends=[Trend(REGISTRY["match_pledged"], [(DAY, pence) for pence in PENCE])],
    )
    return evaluation_tables.all_tables(report)


# name of the file -> its tables, made as for people; all of them go into an ODS, each of them is tried as CSV
EXPORTS: Final[dict[str, Callable[[], list[Table]]]] = {
    "commitments": _commitments,
    "spend-over-500": _spend,
    "statement": _statement,
    "journal": _journal,
    "access": _access,
    "segregation": _segregation,
    "evaluation": _evaluation,
}
ALSO_XLSX: Final = frozenset({"evaluation"})  # people get these as a workbook of Excel's too


def main() -> int:
    """Makes, opens and compares every export. Returns 1 where one differs or LibreOffice is missing."""
    program = shutil.which("soffice")
    if program is None:
        print(
            "quality: spreadsheets need soffice on PATH, which is missing."
            " On Debian: apt install libreoffice-calc-nogui",
            file=sys.stderr,
        )
        return 1
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="ck-sheets-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        made = make(folder)
        try:
            understand(program, folder, list(made))
        except LocalPartError as error:
            print(f"quality: {error}", file=sys.stderr)
            return 1
        for name, sheets in made.items():
            try:
                cells = compare(
                    folder / "understood" / f"{Path(name).stem}.fods", sheets, guessed=name.endswith(".csv")
                )
            except Differs as error:
                wrong += 1
                print(f"{name}: {error}")
            else:
                print(f"{name}: {len(sheets)} sheets, {cells} cells as they were written")
    print(f"Exports that differ: {wrong}" if wrong else f"All {len(made)} files are as they were written")
    return 1 if wrong else 0


Sheet = list[list[str]]


def make(folder: Path) -> dict[str, list[Sheet]]:
    """Writes every file; by its name what its sheets have to hold."""
    expected: dict[str, list[Sheet]] = {}
    for name, export in EXPORTS.items():
        tables = [Table(t.name, t.columns, list(t.rows), t.money, t.notes) for t in export()]
        (folder / f"{name}.ods").write_bytes(ods_of(tables, NASTY[0]))
        expected[f"{name}.ods"] = [sheet_of(table) for table in tables]
        if name in ALSO_XLSX:
            (folder / f"{name}-xlsx.xlsx").write_bytes(xlsx_of(tables))
            expected[f"{name}-xlsx.xlsx"] = [sheet_of(table) for table in tables]
        for number, table in enumerate(tables, 1):
            text = csv_of(table)
            (folder / f"{name}-{number}-csv.csv").write_text(text, encoding="utf-8", newline="")
            rows = [
                [as_text(cell) for cell in row]
                for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
            ]
            expected[f"{name}-{number}-csv.csv"] = [rows]
    return expected


def sheet_of(table: Table) -> Sheet:
    """What its sheet has to hold: notes, header, rows."""
    money = [column in table.money for column in table.columns]
    rows = [[said(cell, is_money) for cell, is_money in zip(row, money, strict=True)] for row in table.rows]
    return [[note] for note in table.notes] + [list(table.columns)] + rows


def said(cell: Value, is_money: bool) -> str:
    """A cell as it is understood: pounds, a day, a number or the text."""
    if isinstance(cell, str):
        return clean(cell)
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return as_text(pounds_cell(cell) if is_money else str(cell))


def as_text(text: str) -> str:
    """Numbers alike: 19.90 and 19.9 are one. A cell of LibreOffice holds no tab: it leaves it out."""
    return f"{float(text):.15g}" if _NUMBER.fullmatch(text) else text.replace("\t", "")


def understand(program: str, folder: Path, names: Sequence[str]) -> None:
    """LibreOffice opens each file and writes what it understood, as one flat XML. It has a profile of its own."""
    utf8 = ["--infilter=CSV:44,34,76,1"]  # commas, quotes, UTF-8, from the first line: what its window asks for
    csv_files, others = ([name for name in names if name.endswith(".csv") is wanted] for wanted in (True, False))
    for some, options in ((others, []), (csv_files, utf8)):
        command = [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", *options,
            "--convert-to", "fods", "--outdir", str(folder / "understood"), *(str(folder / name) for name in some),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        missing = [name for name in some if not (folder / "understood" / f"{Path(name).stem}.fods").exists()]
        if done.returncode or missing:
            raise LocalPartError(
                f"soffice could not open {', '.join(missing) or 'a file'}:\n{done.stdout}{done.stderr}"
            )


def alike(found: str, written: str) -> bool:
    """A CSV says nothing of kinds: LibreOffice takes 0123 for the number 123, 1.0% for a hundredth, a day with an hour for a
    moment.
    """
    with contextlib.suppress(ValueError):
        part = 100 if written.endswith("%") else 1
        return math.isclose(float(found) * part, float(written.removesuffix("%").replace(",", "")))
    return found == written.upper() or found[:16] == written.replace(" ", "T")[:16]


def compare(file: Path, expected: Sequence[Sheet], *, guessed: bool) -> int:
    """How many cells were compared. Raises Differs at the first that is another one, and for any formula.

    `guessed`: of a CSV, where LibreOffice has to guess what a cell is.
    """
    cells = 0
    found = list(ElementTree.parse(file).getroot().iter(f"{_TABLE}table"))
    if len(found) != len(expected):
        raise Differs(f"{len(found)} sheets instead of {len(expected)}")
    for number, (sheet, wanted) in enumerate(zip(found, expected, strict=True), 1):
        rows = list(rows_of(sheet))
        for line, row in enumerate(wanted, 1):
            got = rows[line - 1] if line <= len(rows) else []
            got += [""] * (len(row) - len(got))
            for column, (is_, should) in enumerate(zip(got, row, strict=False), 1):
                if as_text(is_) != as_text(should) and not (guessed and alike(is_, should)):
                    raise Differs(f"sheet {number}, row {line}, column {column}: {is_!r} instead of {should!r}")
                cells += 1
    return cells


def rows_of(sheet: ElementTree.Element) -> Iterable[list[str]]:
    """Its rows as LibreOffice understood them. Raises Differs for a formula."""
    for row in sheet.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iter(f"{_TABLE}table-cell"):
            if cell.get(f"{_TABLE}formula"):
                raise Differs(f"a formula: {cell.get(f'{_TABLE}formula')}")
            times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            cells += [value_of(cell)] * (times if times < _MOST_EMPTY else 1)
        for _ in range(min(int(row.get(f"{_TABLE}number-rows-repeated", "1")), _MOST_EMPTY)):
            yield cells


def value_of(cell: ElementTree.Element) -> str:
    """A number, a day, or the text with its line breaks, tabs and spaces."""
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in {"float", "currency", "percentage"}:
        return as_text(str(cell.get(f"{_OFFICE}value")))
    if kind == "date":
        return str(cell.get(f"{_OFFICE}date-value"))
    if kind == "boolean":
        return str(cell.get(f"{_OFFICE}boolean-value")).upper()
    return "\n".join(_paragraph(each) for each in cell.iter(f"{_TEXT}p"))


def _paragraph(element: ElementTree.Element) -> str:
    text = element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            text += " " * int(child.get(f"{_TEXT}c", "1"))
        elif child.tag == f"{_TEXT}tab":
            text += "\t"
        elif child.tag == f"{_TEXT}line-break":
            text += "\n"
        else:  # a link or a run of letters: its words
            text += _paragraph(child)
        text += child.tail or ""
    return text


if __name__ == "__main__":
    sys.exit(main())
