"""Read the files: every error by file, line and column. Nothing is written here; pure but for reading bytes."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from evaluation.history.columns import KINDS, OPTIONAL, CellError, Column

GENERATED_ENDING: Final = "-generated.csv"
MOST_BYTES: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing to correct. `line` counts from 1 with the header; `column` is its name, or empty for the line."""

    file: str
    line: int
    column: str
    message: str


class ImportRefused(Exception):
    """Nothing was imported: `errors` says why, each with its place."""

    def __init__(self, errors: Sequence[ImportProblem]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, read. `values` by column name; empty optional cells are None."""

    file: str
    line: int
    values: dict[str, Any]

    def problem(self, column: str, message: str) -> ImportProblem:
        """An error at this line."""
        return ImportProblem(self.file, self.line, column, message)


@dataclass
class Records:
    """What the files hold together. `digest` names exactly these bytes, in whatever order they were given."""

    projects: list[Row] = field(default_factory=list)
    pledges: list[Row] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    generated: bool = False
    digest: str = ""


def read_files(files: Sequence[Path]) -> Records:
    """All rows of all files. Raises ImportRefused with every error that reading alone can find."""
    records, errors = Records(), list[ImportProblem]()
    for file in files:
        raw = file.read_bytes()
        if len(raw) > MOST_BYTES:
            errors.append(ImportProblem(file.name, 1, "", f"is larger than {MOST_BYTES // 1_000_000} MB: split it"))
            continue
        rows, kind, wrong = _read(file.name, raw)
        errors += wrong
        (records.projects if kind == "project" else records.pledges).extend(rows)
        records.files.append({"name": file.name, "sha256": hashlib.sha256(raw).hexdigest(), "rows": len(rows)})
    if not files:
        errors.append(ImportProblem("", 0, "", "name at least one file"))
    endings = {file.name.endswith(GENERATED_ENDING) for file in files}
    if len(endings) == 2:
        errors.append(ImportProblem("", 0, "", f"files that end in {GENERATED_ENDING} are not imported with others"))
    if errors:
        raise ImportRefused(errors)
    records.generated = endings == {True}
    digests = sorted(str(one["sha256"]) for one in records.files)
    records.digest = hashlib.sha256("".join(digests).encode()).hexdigest()
    return records


def _read(name: str, raw: bytes) -> tuple[list[Row], str, list[ImportProblem]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return [], "", [ImportProblem(name, line, "", "is not UTF-8 text: save the file as CSV UTF-8")]
    if "\0" in text:
        return [], "", [ImportProblem(name, text[: text.index("\0")].count("\n") + 1, "", "holds a zero byte")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        kind, errors = _kind_of(name, header)
        return ([], "", errors) if errors else _rows(name, kind, header, reader)
    except csv.Error as error:
        return [], "", [ImportProblem(name, reader.line_num, "", f"is not CSV here: {error}")]


def _kind_of(name: str, header: list[str]) -> tuple[str, list[ImportProblem]]:
    kind = "pledge" if "pledge" in header else "project"
    if "project" not in header:
        told = "the first line must name the columns (docs/history.md), among them 'project'"
        return "", [ImportProblem(name, 1, "", told)]
    known = {column.name for column in KINDS[kind]}
    errors = [ImportProblem(name, 1, one, "is no column of this file") for one in header if one not in known]
    errors += [
        ImportProblem(name, 1, one, "is named twice") for one in sorted({x for x in header if header.count(x) > 1})
    ]
    missing = [column.name for column in KINDS[kind] if column.name not in header and column.name not in OPTIONAL]
    errors += [ImportProblem(name, 1, one, "is missing: add this column") for one in missing]
    return kind, errors


def _rows(name: str, kind: str, header: list[str], reader: Any) -> tuple[list[Row], str, list[ImportProblem]]:
    columns = {column.name: column for column in KINDS[kind]}
    rows, errors = list[Row](), list[ImportProblem]()
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            errors.append(
                ImportProblem(name, line, "", f"has {len(cells)} cells, not {len(header)} like the first line")
            )
            continue
        values: dict[str, Any] = dict.fromkeys(columns)
        for column_name, cell in zip(header, cells, strict=True):
            try:
                values[column_name] = _value(columns[column_name], cell.strip())
            except CellError as error:
                errors.append(ImportProblem(name, line, column_name, str(error)))
        rows.append(Row(name, line, values))
    if not rows and not errors:
        errors.append(ImportProblem(name, 1, "", "has no rows"))
    return rows, kind, errors


def _value(column: Column, text: str) -> Any:
    if text:
        return column.read(text)
    if column.required:
        raise CellError("is empty: fill it in")
    return None
