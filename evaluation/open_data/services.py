"""Files of open data, for the command and the pages alike: what is asked for, checked, as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.settings import get_settings
from crowdfund_kent.table_files import csv_of, ods_of
from evaluation.asking import checked_day
from evaluation.open_data import checking, threesixty, transparency
from evaluation.open_data.grants import grants_as_at, records_of_grants
from evaluation.pack.tables import json_bytes
from evaluation.scope import Records, Scope

NONE_YET: Final = "There were no grants by the end of that day, and a file without a grant is no 360Giving file."


@dataclass(frozen=True, slots=True)
class Exported:
    """A file, and what to say of it."""

    content: bytes
    records: Records
    grants: int


async def package_as_at(day: date, wanted: Records | None = None) -> tuple[dict[str, Any], Records]:
    """The 360Giving package, found sound. NotFound before the first grant; Refused names what is wrong with a grant."""
    records = await records_of_grants(checked_day(day), wanted)
    grants = await grants_as_at(Scope.of(day, records=records))
    if not grants:
        raise NotFound(NONE_YET)
    found = threesixty.package(grants, day, records)
    broken = checking.problems(found, get_settings().open_data_prefix, day)
    if broken:
        raise Refused(f"The file is not sound, so it is not given out: {'; '.join(broken[:3])}.", rule="360Giving")
    return found, records


async def threesixty_file(day: date, kind: str, wanted: Records | None = None) -> Exported:
    """The package as `json` or `csv`."""
    found, records = await package_as_at(day, wanted)
    content = json_bytes(found) if kind == "json" else csv_of(threesixty.table(found)).encode()
    return Exported(content, records, len(found["grants"]))


async def transparency_file(year: str, kind: str, wanted: Records | None = None, funder: str = "") -> Exported:
    """The year's table as `csv` or `ods`; in the second a spreadsheet keeps the zeros of a registration number."""
    sheet = await transparency.table_of_year(transparency.year_of(year), wanted, funder)
    chosen = await transparency.records_of_year(transparency.year_of(year), wanted)
    content = csv_of(sheet).encode() if kind == "csv" else ods_of([sheet], sheet.name)
    return Exported(content, chosen, len(list(sheet.rows)))


def wanted(text: str) -> Records | None:
    """The records that were asked for by name; None where none were. Refused for another name."""
    if text and text not in set(Records):
        raise Refused("Records are real or generated.", rule="records")
    return Records(text) if text else None


def kind_of(out: Path, kinds: Sequence[str]) -> str:
    """What a file's name ends with, of these kinds; Refused for another."""
    kind = out.suffix.removeprefix(".").lower()
    if kind not in kinds:
        raise Refused(f"End the file's name with {' or '.join('.' + one for one in kinds)}.", rule="file")
    return kind


def write(out: Path, exported: Exported) -> Exported:
    """Write the file; a folder that is missing is made."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(exported.content)
    return exported
