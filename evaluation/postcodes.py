"""Kent's part of the ONS postcode directory: which district and electoral division a postcode lies in, and how deprived.

The directory's columns have other names each year, so the operator says which is which. Everything that was imported
before is replaced, in one transaction; nothing is guessed where a cell is empty.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from crowdfund_kent import audit
from crowdfund_kent.audit import Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.geography import is_district
from pledges.gifts.rules import postcode as spelled

NEEDED: Final = ("postcode", "district")
FIELDS: Final = (*NEEDED, "division", "rank", "decile")
USUAL: Final = {"postcode": "pcds", "district": "oslaua", "division": "ced", "rank": "imd"}
RANKS: Final = 32_844  # neighbourhoods in England by the index of 2019
TENTHS: Final = 10
IMPORTER: Final = "importer"
LONGEST_CODE: Final = 9


@dataclass(frozen=True, slots=True)
class Line:
    """One postcode of Kent."""

    postcode: str
    district: str
    division: str
    decile: int | None


def columns_of(text: str) -> dict[str, str]:
    """postcode=pcds,district=oslaua -> a mapping; Refused for what is no field, or not both needed ones. Empty: the usual."""
    if not text.strip():
        return dict(USUAL)
    found = {}
    for pair in text.split(","):
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or name not in FIELDS or not column:
            raise Refused(f"'{pair.strip()}' is no pair of a field and a column. Fields are: {', '.join(FIELDS)}.")
        found[name] = column
    if missing := [name for name in NEEDED if name not in found]:
        raise Refused(f"Say which column is the {' and the '.join(missing)}.")
    return found


def decile_of(rank: int, ranks: int) -> int:
    """1 for the most deprived tenth. Rank 1 is the most deprived neighbourhood."""
    return -(-rank * TENTHS // ranks)


def read(file: Path, columns: Mapping[str, str], ranks: int = RANKS) -> Iterator[Line]:
    """The lines of Kent. Refused, with the line, for a file that lacks a column, has a rank that is none, or is no CSV."""
    try:
        yield from _lines(file, columns, ranks)
    except UnicodeDecodeError:
        raise Refused(f"{file.name} is not a CSV file in UTF-8: save it as one, and import it again.") from None
    except csv.Error as error:
        raise Refused(f"{file.name} can't be read as CSV: {error}.") from None


def _lines(file: Path, columns: Mapping[str, str], ranks: int) -> Iterator[Line]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictReader(opened)
        there = rows.fieldnames = [name.strip() for name in rows.fieldnames or []]
        if missing := [column for column in columns.values() if column not in there]:
            raise Refused(f"{file.name} has no column {', '.join(missing)}. It has: {', '.join(there)[:400]}.")
        for row in rows:
            district = (row[columns["district"]] or "").strip()
            code = spelled(row[columns["postcode"]] or "") if is_district(district) else None
            if code is None:
                continue
            division = (row[columns["division"]] or "").strip() if "division" in columns else ""
            yield Line(
                code,
                district,
                division[:LONGEST_CODE],
                _decile(row, columns, ranks, f"{file.name}, line {rows.line_num}"),
            )


def _decile(row: Mapping[str, str], columns: Mapping[str, str], ranks: int, where: str) -> int | None:
    for name, most in (("decile", TENTHS), ("rank", ranks)):
        text = (row[columns[name]] or "").strip() if name in columns else ""
        if not text or text == "0":
            continue
        if not text.isascii() or not text.isdigit() or int(text) > most:
            raise Refused(f"{where}: '{text}' is no {name} from 1 to {most:,}.")
        return int(text) if name == "decile" else decile_of(int(text), ranks)
    return None


async def import_postcodes(file: Path, columns: Mapping[str, str], ranks: int = RANKS) -> int:
    """Replace every postcode by those of the file; returns how many of Kent it has. All or nothing."""
    lines = {line.postcode: line for line in read(file, columns, ranks)}
    if not lines:
        raise Refused(f"No line of {file.name} is of a district of Kent. Check which column is the district.")
    async with transaction() as connection:
        await connection.execute_query("DELETE FROM postcode")
        raw = cast(Any, connection)._connection  # COPY is asyncpg's own
        await raw.copy_records_to_table(
            "postcode",
            records=[(one.postcode, one.district, one.division, one.decile) for one in lines.values()],
            columns=["postcode", "district_code", "division_code", "decile"],
        )
        await audit.record("postcodes imported", "postcode:1", Actor(None, IMPORTER), count=len(lines))
    return len(lines)
