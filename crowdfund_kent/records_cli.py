"""`crowdfund-kent import ...` and `export ...`: a council's records come in, open data goes out."""

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from crowdfund_kent.commands import DATE_FORMAT, CommandError, in_database

imports = typer.Typer(help="Take over a council's records.", no_args_is_help=True, rich_markup_mode=None)
exports = typer.Typer(help="Write open data for others.", no_args_is_help=True, rich_markup_mode=None)


@imports.command("history")
def import_history(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV files of projects and pledges."),
    ],
) -> None:
    """Import a council's past projects and pledges: all or nothing, and safe to run again."""
    from evaluation.history import ImportRefused
    from evaluation.history import import_history as import_files

    try:
        summary = in_database(lambda: import_files(files))
    except ImportRefused as refused:
        for error in refused.errors:
            print(f"{error.file}, line {error.line}, column {error.column}: {error.message}", file=sys.stderr)
        raise CommandError(f"Nothing was imported. Correct {len(refused.errors)} errors and import again.") from refused
    print(summary)


@imports.command("postcodes")
def import_postcodes(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The directory as CSV.")],
    columns: Annotated[
        str,
        typer.Option(
            help="Which column is what, as postcode=pcds,district=oslaua,division=ced,rank=imd (or decile=...)."
        ),
    ] = "",
    ranks: Annotated[int, typer.Option(help="How many neighbourhoods the ranks go to.", min=10)] = 32_844,
) -> None:
    """Take over Kent's part of the ONS postcode directory, in place of what was imported before."""
    from crowdfund_kent.errors import Refused
    from evaluation import postcodes

    try:
        count = in_database(lambda: postcodes.import_postcodes(file, postcodes.columns_of(columns), ranks))
    except Refused as refused:
        raise CommandError(refused.message) from refused
    print(f"Imported {count:,} postcodes of Kent.")


_Out = Annotated[Path, typer.Option(dir_okay=False, help="The file to write; its end says which kind.")]
_Records = Annotated[
    str, typer.Option(help="real or generated; by default real ones, or generated ones where there are no others.")
]


@exports.command("360giving")
def export_360giving(
    out: _Out,
    as_at: Annotated[
        datetime | None, typer.Option(formats=[DATE_FORMAT], help="The day, by default today.", metavar="YYYY-MM-DD")
    ] = None,
    records: _Records = "",
) -> None:
    """Write the grants by the 360Giving Data Standard, as .json or .csv."""
    from crowdfund_kent.clock import business_today
    from evaluation.open_data import services

    async def work() -> services.Exported:
        kind = services.kind_of(out, ("json", "csv"))
        day = as_at.date() if as_at else business_today()
        return services.write(out, await services.threesixty_file(day, kind, services.wanted(records)))

    _tell(out, work)


@exports.command("transparency")
def export_transparency(
    year: Annotated[str, typer.Option(help="The financial year, such as 2021-22.")],
    out: _Out,
    funder: Annotated[str, typer.Option(help="This funder's grants alone, by its short address, such as kcc.")] = "",
    records: _Records = "",
) -> None:
    """Write a year's grants as the Local Government Transparency Code wants them, as .csv or .ods."""
    from evaluation.open_data import services

    async def work() -> services.Exported:
        kind = services.kind_of(out, ("csv", "ods"))
        return services.write(out, await services.transparency_file(year, kind, services.wanted(records), funder))

    _tell(out, work)


def _tell(out: Path, work: Callable[[], Awaitable[Any]]) -> None:
    """Do it, and say what was written and of which records."""
    from crowdfund_kent.errors import SiteError
    from evaluation.asking import FIRST_LINE

    try:
        done = in_database(work)
    except SiteError as refused:
        raise CommandError(refused.message) from refused
    print(f"{out}: {done.grants} {'grant' if done.grants == 1 else 'grants'}. {FIRST_LINE[done.records]}")
