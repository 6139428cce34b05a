"""`crowdfund-kent ...`: each command finds its database, calls one function and prints what it says.

Packages are imported when a command runs, so that `--help` is quick and settings are read after they are set.
"""

import asyncio
import json
import os
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from socket import gaierror
from typing import Annotated, Any

import typer

from crowdfund_kent.commands import DATE_FORMAT, CommandError, in_database, with_database
from crowdfund_kent.records_cli import exports, imports

OFFENDERS_SHOWN = 10

app = typer.Typer(
    name="crowdfund-kent",
    help="Civic crowdfunding with a council's match pledge. Commands use DATABASE_URL if it is set, else this clone's"
    " own database: the running one, or they start it, work and stop it again.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(imports, name="import")
app.add_typer(exports, name="export")


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

    in_database(lambda: seed(partial(print, flush=True)))


@app.command()
def administrator(email: Annotated[str, typer.Argument(help="The address they sign in with.")]) -> None:
    """Name the site's first administrator; they give staff their roles from then on."""
    from crowdfund_kent.accounts.staff import grant_first_administrator
    from crowdfund_kent.errors import Refused

    try:
        in_database(lambda: grant_first_administrator(email))
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

    findings = in_database(run_all_checks)
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

    print(in_database(partial(note_reports, file.read())))


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

    for rule, count in in_database(work).items():
        print(f"{rule}: {count}")


@app.command()
def retry() -> None:
    """Try jobs and e-mails again that were given up, once what stopped them is mended (`check` names them)."""
    from crowdfund_kent.outbox import retry_given_up

    print(f"{in_database(retry_given_up)} will be tried again by the worker.")


@app.command()
def reseal() -> None:
    """Seal bank details anew under the newest key of CROWDFUND_KENT_BANK_KEYS (docs/paying.md)."""
    from payments.bank_details.services import reseal as seal_anew

    print(f"{in_database(seal_anew)} sealed anew; all the others are under the newest key.")


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
        found = in_database(work)
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
        written = in_database(
            partial(services.evaluate, as_at.date(), known_on.date() if known_on else None, records, out, reason)
        )
    except SiteError as refused:
        raise CommandError(refused.message) from refused
    for path in written:
        print(path)


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
