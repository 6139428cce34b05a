"""`crowdfund-kent ...`: each command finds its database, calls one function and prints what it says.

Packages are imported when a command runs, so that `--help` is quick and settings are read after they are set.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from socket import gaierror
from typing import Annotated, Any, TypeVar

import typer

T = TypeVar("T")

OFFENDERS_SHOWN = 10
DATE_FORMAT = "%Y-%m-%d"

app = typer.Typer(
    name="crowdfund-kent",
    help="Civic crowdfunding with a council's match pledge. Commands use DATABASE_URL if it is set, else this clone's"
    " own database: the running one, or they start it, work and stop it again.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Take over a council's records.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(imports, name="import")
exports = typer.Typer(help="Write open data for others.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(exports, name="export")


class CommandError(Exception):
    """The command cannot work; the message says what to do."""


@contextmanager
def with_database(*, migrated: bool = True) -> Iterator[None]:
    """Sets the environment from which get_settings() reads; starts this clone's database when nothing else is there.

    An environment that an operator has set up is left as it is. `migrated`: bring the schema of this clone's own
    database up to date first; that of an operator changes by `crowdfund-kent migrate` only.
    """
    from local.clone import database_of_this_clone, is_configured

    if is_configured(os.environ):
        if not os.environ.get("DATABASE_URL"):
            raise CommandError("Set DATABASE_URL to the address of the database: postgres://user:password@host/name.")
        yield
        return
    given = bool(os.environ.get("DATABASE_URL"))
    with database_of_this_clone() as settings:
        os.environ.update(settings)
        if migrated and not given:
            from crowdfund_kent.database import migrate as bring_up_to_date

            asyncio.run(bring_up_to_date())
        yield


def _work(job: Callable[[], Awaitable[T]]) -> T:
    """Runs `job` with the database open."""

    async def connected() -> T:
        from crowdfund_kent import clock
        from crowdfund_kent.database import close_database, open_database

        await open_database()
        try:
            await clock.refresh()
            return await job()
        finally:
            await close_database()

    with with_database():
        return asyncio.run(connected())


@app.command()
def run(
    port: Annotated[
        int, typer.Option(help="The site's port; else a free one, the same each time.", min=0, max=65535)
    ] = 0,
) -> None:
    """Start the whole site on this machine, with demo data, until Ctrl-C."""
    from local.run import run as run_all

    raise typer.Exit(run_all(port or None))


@app.command()
def migrate(quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all went well.")] = False) -> None:
    """Bring the database's schema up to date."""
    from crowdfund_kent.database import migrate as bring_up_to_date

    with with_database(migrated=False):
        asyncio.run(bring_up_to_date())
    if not quiet:
        print("The schema is up to date.")


@app.command()
def demo() -> None:
    """Add the demo data; what is there already stays as it is."""
    from local.clone import is_configured, running
    from local.run import make_demo

    if not is_configured(os.environ) and running() is None:
        make_demo()
        return
    from local.demo import seed

    _work(lambda: seed(partial(print, flush=True)))


@app.command()
def administrator(email: Annotated[str, typer.Argument(help="The address they sign in with.")]) -> None:
    """Name the site's first administrator; they give staff their roles from then on."""
    from crowdfund_kent.accounts.staff import grant_first_administrator
    from crowdfund_kent.errors import Refused

    try:
        _work(lambda: grant_first_administrator(email))
    except Refused as refused:
        raise CommandError(refused.message) from refused
    print(f"{email} is the first administrator. They sign in with this address and find the rest on /account.")


@app.command()
def worker() -> None:
    """Work off the queue and the timetable, until stopped."""
    with with_database():
        from arq.worker import run_worker

        from crowdfund_kent.settings import get_settings
        from worker import WorkerSettings

        if not get_settings().redis_url:
            raise CommandError("Set REDIS_URL to the address of the queue: redis://:password@host:6379/0.")
        settings: Any = WorkerSettings  # arq reads attributes; its type wants every one of them
        run_worker(settings)


@app.command()
def check() -> None:
    """Prove over the live data that every rule of money and record holds; exits 1 if one does not."""
    from crowdfund_kent.wiring import run_all_checks

    findings = _work(run_all_checks)
    for finding in findings:
        broken = f": {finding.why}" if finding.count else ""
        print(f"{finding.count or 'ok':>6}  {finding.rule}{broken}")
        for offender in finding.offenders[:OFFENDERS_SHOWN]:
            print(f"        {offender}")
        if finding.count > OFFENDERS_SHOWN:
            print(f"        and {finding.count - OFFENDERS_SHOWN} more")
    count = sum(finding.count > 0 for finding in findings)
    print(f"{count} of {len(findings)} rules are broken." if count else f"All {len(findings)} rules hold.")
    if count:
        raise typer.Exit(1)


@app.command()
def bounces(
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(help="A delivery report or an mbox of them; - for what is piped in.")
    ],
) -> None:
    """Note e-mails that came back, from mail servers' delivery reports (RFC 3464). Safe to run again."""
    from crowdfund_kent.mail.bounces import note_reports

    print(_work(partial(note_reports, file.read())))


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many are due.")] = False,
) -> None:
    """Let go of what was kept long enough, as the worker does every night; prints how many by rule."""

    async def work() -> dict[str, int]:
        from crowdfund_kent.personal import retention as rules
        from crowdfund_kent.wiring import compose_personal

        compose_personal()
        return await (rules.waiting() if dry_run else rules.run())

    for rule, count in _work(work).items():
        print(f"{rule}: {count}")


@app.command()
def retry() -> None:
    """Try jobs and e-mails again that were given up, once what stopped them is mended (`check` names them)."""
    from crowdfund_kent.outbox import retry_given_up

    print(f"{_work(retry_given_up)} will be tried again by the worker.")


@app.command()
def reseal() -> None:
    """Seal bank details anew under the newest key of CROWDFUND_KENT_BANK_KEYS (docs/paying.md)."""
    from payments.bank_details.services import reseal as seal_anew

    print(f"{_work(seal_anew)} sealed anew; all the others are under the newest key.")


@app.command()
def figures(
    as_at: Annotated[
        datetime | None, typer.Option(formats=[DATE_FORMAT], help="The day, by default today.", metavar="YYYY-MM-DD")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print the programme's figures as at the end of a day, from events."""
    from crowdfund_kent.clock import business_today
    from crowdfund_kent.errors import SiteError
    from evaluation.asking import checked_day
    from evaluation.figures import Figures, figures_as_at

    async def work() -> Figures:
        return await figures_as_at(checked_day(as_at.date() if as_at else business_today()))

    try:
        found = _work(work)
    except SiteError as refused:
        raise CommandError(refused.message) from refused
    print(json.dumps(found.as_json(), indent=2, ensure_ascii=False) if as_json else found.as_text())


@app.command()
def evaluate(
    as_at: Annotated[datetime, typer.Option(formats=[DATE_FORMAT], help="The day.", metavar="YYYY-MM-DD")],
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder for the files; made where it is missing.")],
    known_on: Annotated[
        datetime | None,
        typer.Option(
            formats=[DATE_FORMAT], help="As known by the end of this day; else as known now.", metavar="YYYY-MM-DD"
        ),
    ] = None,
    records: Annotated[
        str, typer.Option(help="real or generated: needed where there are both, which are never mixed.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why figures differ from what was published for this day.")] = "",
) -> None:
    """Write the evaluation as at a day: report, workbooks, CSV, JSON, data dictionary, checksums."""
    from crowdfund_kent.errors import SiteError
    from crowdfund_kent.wiring import compose_chart
    from evaluation.pack import services

    compose_chart()  # cost of running adds up accounts
    try:
        written = _work(
            partial(services.evaluate, as_at.date(), known_on.date() if known_on else None, records, out, reason)
        )
    except SiteError as refused:
        raise CommandError(refused.message) from refused
    for path in written:
        print(path)


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
        summary = _work(lambda: import_files(files))
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
        count = _work(lambda: postcodes.import_postcodes(file, postcodes.columns_of(columns), ranks))
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
        done = _work(work)
    except SiteError as refused:
        raise CommandError(refused.message) from refused
    print(f"{out}: {done.grants} {'grant' if done.grants == 1 else 'grants'}. {FIRST_LINE[done.records]}")


def main() -> None:
    """The entry of the console command. What a person can put right is one line, without a traceback."""
    from local.processes import LocalPartError

    try:
        app(prog_name="crowdfund-kent")
    except (CommandError, LocalPartError) as error:
        sys.exit(f"crowdfund-kent: {error}")
    except PermissionError as error:
        sys.exit(f"crowdfund-kent: {error.filename} belongs to another user. Take it back: chown -R YOU var")
    except Exception as error:
        if message := _database_message(error):
            sys.exit(f"crowdfund-kent: {message}")
        raise


def _database_message(error: Exception) -> str | None:
    """What to do about an error of the database that is not a fault of ours."""
    from asyncpg import InvalidAuthorizationSpecificationError, InvalidCatalogNameError, UndefinedTableError
    from tortoise.exceptions import DBConnectionError

    causes = {type(each) for each in (error, error.__cause__, *error.args)}
    if any(issubclass(cause, UndefinedTableError) for cause in causes):
        return "the tables are not up to date. Run: crowdfund-kent migrate"
    refused = (
        ConnectionError,
        TimeoutError,
        gaierror,
        DBConnectionError,
        InvalidAuthorizationSpecificationError,
        InvalidCatalogNameError,
    )
    if any(issubclass(cause, refused) for cause in causes):
        return f"the database or the queue does not answer ({error}). Check DATABASE_URL and REDIS_URL."
    return None


if __name__ == "__main__":
    main()
