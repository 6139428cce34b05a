"""The pack: the report with everything it is made of, as files in a folder. The same records give the same bytes."""

import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from crowdfund_kent.settings import get_settings
from crowdfund_kent.table_files import csv_of, ods_of, xlsx_of
from evaluation.indicators import REGISTRY
from evaluation.kinds import EDITIONS, Edition
from evaluation.pack import printing, tables
from evaluation.report import Report, report_of
from evaluation.scope import Records, Scope

STEPS: Final = 6
ROOT: Final = Path(__file__).parent.parent.parent
# what decides a figure; addresses and keys of other services are no part of it
_SETTINGS: Final = ("programme_name", "council_name", "objective_list", "payout_threshold_bp", "volunteer_hour_pence")
Tell = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Built:
    """The files of a pack by name, and the report they show."""

    files: Mapping[str, bytes]
    report: Report


def edition_at(day: date) -> Edition:
    """The edition that is about this day."""
    return next((edition for edition, about in EDITIONS.items() if about.as_at == day), Edition.ANY)


async def build(as_at: date, known_on: date | None, records: Records, tell: Tell | None = None) -> Built:
    """Every file. `tell` hears how many of STEPS are done."""

    async def done(steps: int) -> None:
        if tell is not None:
            await tell(steps)

    report = await report_of(Scope.of(as_at, known_on, records), edition_at(as_at), known_on)
    await done(1)
    files: dict[str, bytes] = {"report.html": (html := printing.html_of(report)).encode()}
    sheets = tables.all_tables(report)
    for sheet in sheets:
        files[f"{sheet.name.lower()}.csv"] = csv_of(sheet).encode()
    files["figures.json"] = tables.json_bytes(tables.as_json(report))
    await done(2)
    files["workbook.ods"] = await run_in_threadpool(ods_of, sheets)
    await done(3)
    files["workbook.xlsx"] = await run_in_threadpool(xlsx_of, sheets)
    await done(4)
    pdf = await printing.pdf_of(html)
    if pdf is not None:
        files["report.pdf"] = pdf
    await done(5)
    files["made-with.json"] = tables.json_bytes(_made_with(report))
    listed = "".join(f"{tables.sha256_of(content)}  {name}\n" for name, content in sorted(files.items()))
    files["SHA256SUMS"] = listed.encode()
    await done(STEPS)
    return Built(files, report)


def _made_with(report: Report) -> dict[str, Any]:
    settings = get_settings()
    return {
        "as_at": report.scope.as_at.isoformat(),
        "known_on": report.known_on.isoformat() if report.known_on else None,
        "records": report.records,
        "edition": report.edition,
        "commit": commit(),
        "indicators": len(REGISTRY),
        "settings": {name: getattr(settings, name) for name in _SETTINGS},
        "pdf": "tagged, by weasyprint" if printing.can_print() else "not made: print report.html and save it as a PDF",
    }


@lru_cache(maxsize=1)
def commit() -> str:
    """Which code made it: named by the operator, else by the repository it runs from."""
    if named := get_settings().commit:
        return named
    try:
        told = subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(ROOT), "rev-parse", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return "not known"
    return told.stdout.strip()


def write(built: Built, folder: Path) -> list[Path]:
    """Put the files into `folder`, which is made where it is missing; one of the same name is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in sorted(built.files.items()):
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written
