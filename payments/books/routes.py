"""The books: statements and days, periods that close, commitments, journals; and spend over £500 for everybody."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, public, require_role, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import acted
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.errors import Forbidden, NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.table_files import Table, csv_of, file_response, ods_of
from crowdfund_kent.templating import render
from payments.books import closing, commitments, daily, figures, journal, reading, rules, spend
from payments.books.forms import CloseForm, CodeForm, DayForm, DaysForm, JournalForm
from payments.books.models import BookDay, BookPeriod, JournalBatch
from payments.books.states import Period
from projects.routes.common import OWNERS, Here, here

READ: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
KEEPERS: Final = staff(Role.FINANCE_APPROVER)
BOOKS: Final = "/staff/books"
BOTH: Final = ("GET", "POST")
_LISTED: Final = 60


async def _whole_site(request: Request) -> None:
    """The books of the whole programme are for officers and approvers of the site, and auditors."""
    if not await reading.may_read(request.state.actor, figures.PROGRAMME):
        raise Forbidden(
            "The books of the whole programme are for those who work for every fund. Your fund’s page has its statement."
        )


async def index(request: Request) -> Response:
    """GET /staff/books."""
    await _whole_site(request)
    periods = await BookPeriod.filter(status__not=Period.WITHDRAWN).order_by("-until_day")
    today = business_today()
    context = {
        "today": await daily.as_at(today, business_now()),
        "days": await BookDay.all().order_by("-day").limit(_LISTED),
        "periods": periods,
        "form": DaysForm(None, first=today.replace(day=1), last=today),
        "is_keeper": await may_act(request.state.actor, Role.FINANCE_APPROVER),
        "done": await sessions.take_flash(request),
    }
    return render(request, "books/index.html", context)


async def day(request: Request) -> Response:
    """GET /staff/books/days/{day}: as it was kept; else as known now."""
    await _whole_site(request)
    wanted = _day(request.path_params["day"])
    kept = await BookDay.get_or_none(day=wanted)
    found = daily.of_row(kept) if kept else await daily.as_at(wanted, business_now())
    context = {"found": found, "kept": kept, "now": await daily.as_at(wanted, business_now()) if kept else None}
    return render(request, "books/day.html", context)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotFound("The address must end in a day, like 2026-11-30.") from None
    if found > business_today():
        raise NotFound("This day has not come yet.")
    return found


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


async def _read(request: Request) -> tuple[figures.Scope, DaysForm, reading.Read | None]:
    """The statement that the address asks for; None where its days are wrong. This month when it names none."""
    scope = figures.scope_of(str(request.path_params["scope"]))
    if scope is None:
        raise NotFound
    if not await reading.may_read(request.state.actor, scope):
        raise NotFound
    today = business_today()
    form = DaysForm.of_query(request, first=today.replace(day=1), last=today)
    if request.query_params and not form.validate():
        await reading.name_of(scope)
        return scope, form, None
    return scope, form, await reading.read(scope, form.first.data, form.last.data)


async def statement(request: Request) -> Response:
    """GET /staff/books/statements/{scope}?first-day=..."""
    scope, form, found = await _read(request)
    path = f"{BOOKS}/statements/{scope.key}"
    context = {"form": form, "found": found, "path": path, "query": _query(request)}
    return render(request, "books/statement.html", context, form.response_status)


async def statement_file(request: Request) -> Response:
    """GET /staff/books/statements/{scope}/{name}.{kind}: the figures and accounts as CSV, everything as ODS."""
    scope, _, found = await _read(request)
    if found is None:
        raise NotFound("The days in the address are not right.")
    return _file(
        request, f"statement-{scope.key}-{found.of.from_day}-{found.of.until_day}", _one_or_all(request, found)
    )


def _one_or_all(request: Request, found: reading.Read) -> list[Table]:
    """A CSV holds one table: the accounts; figures and parts come in the ODS."""
    tables = reading.tables(found)
    return [tables[1]] if request.path_params["kind"] == "csv" else tables


def _file(request: Request, name: str, tables: list[Table]) -> Response:
    match request.path_params["kind"]:
        case "csv":
            return file_response(f"{name}.csv", csv_of(tables[0]))
        case "ods":
            return file_response(f"{name}.ods", ods_of(tables, name))
        case _:
            raise NotFound


async def _of_group(request: Request) -> tuple[Here, DaysForm, reading.Read | None]:
    """The statement of a group's own campaign: from its beginning, or over the days asked for."""
    at = await here(request)
    if at.campaign is None:
        raise NotFound
    first, today = london_day(at.campaign.created_at), business_today()
    form = DaysForm.of_query(request, first=first, last=today)
    if request.query_params and not form.validate():
        return at, form, None
    return at, form, await reading.read(figures.Scope("campaign", at.campaign.id), form.first.data, form.last.data)


async def group_statement(request: Request) -> Response:
    """GET /groups/{group}/projects/{project}/statement: for the group's owners."""
    at, form, found = await _of_group(request)
    context = {"here": at, "form": form, "found": found, "path": f"{at.path}/statement", "query": _query(request)}
    return render(request, "books/group_statement.html", context, form.response_status)


async def group_statement_file(request: Request) -> Response:
    """The same as a file."""
    at, _, found = await _of_group(request)
    if found is None:
        raise NotFound("The days in the address are not right.")
    return _file(request, f"statement-{at.project.slug}", _one_or_all(request, found))


async def propose(request: Request) -> Response:
    """GET and POST /staff/books/close."""
    form = await CloseForm.of(request, last=rules.year_end(business_today() - timedelta(days=1)))
    if request.method == "POST" and form.validate():
        work = partial(closing.propose, form.last.data, form.why.data, request.state.actor)
        if await tried(form, work, "last"):
            return await done(request, BOOKS, "The period is proposed. Another finance approver closes it")
    first = await closing.next_first_day()
    return render(request, "books/propose.html", {"form": form, "first": first}, form.response_status)


async def decide(request: Request) -> Response:
    """GET and POST /staff/books/periods/{id}: the second person's page; whoever proposed may take it back."""
    await _whole_site(request)
    period = await closing.one(path_id(request))
    form = await ActionForm.of(request)
    acts = {
        "close": (closing.close, "The period is closed"),
        "withdraw": (closing.withdraw, "The proposal is taken back"),
    }
    if request.method == "POST" and (answer := await acted(request, form, acts, period.id, BOOKS)):
        return answer
    names = await names_of([period.proposed_by_id, period.closed_by_id])
    context = {
        "period": period,
        "form": form,
        "statements": await period.statements.all().order_by("id"),  # type: ignore[attr-defined]
        "proposed_by": names[period.proposed_by_id],
        "closed_by": names[period.closed_by_id],
        "is_mine": period.proposed_by_id == request.state.actor.person_id,
        "is_keeper": await may_act(request.state.actor, Role.FINANCE_APPROVER),
        "path": f"{BOOKS}/periods/{period.id}",
    }
    return render(request, "books/period.html", context, form.response_status)


async def _commitments(request: Request) -> tuple[DayForm, date, list[commitments.Commitment]]:
    form = DayForm.of_query(request, day=business_today())
    wanted = form.day.data if not request.query_params or form.validate() else business_today()
    found = await commitments.as_at(wanted)
    if not await reading.may_read(request.state.actor, figures.PROGRAMME):
        mine = {
            number
            for number in {one.fund_id for one in found}
            if await reading.may_read(request.state.actor, figures.Scope("fund", number))
        }
        found = [one for one in found if one.fund_id in mine]
    return form, wanted, found


async def show_commitments(request: Request) -> Response:
    """GET /staff/books/commitments."""
    form, wanted, found = await _commitments(request)
    context = {
        "form": form,
        "day": wanted,
        "found": found,
        "sums": commitments.summed(found),
        "places": commitments.PLACE_WORDS,
        "ages": rules.AGE_WORDS,
        "year_end": rules.year_end(business_today()),
        "query": _query(request),
    }
    return render(request, "books/commitments.html", context, form.response_status)


async def commitments_file(request: Request) -> Response:
    """GET /staff/books/commitments.csv and .ods."""
    _, wanted, found = await _commitments(request)
    tables = commitments.tables(wanted, found)
    return _file(request, f"commitments-{wanted}", [tables[1]] if request.path_params["kind"] == "csv" else tables)


async def journals(request: Request) -> Response:
    """GET and POST /staff/books/journals: those that were made, and the next."""
    await _whole_site(request)
    yesterday = business_today() - timedelta(days=1)
    form = await JournalForm.of(request, last=yesterday)
    if request.method == "POST" and form.validate():
        work = partial(journal.make, form.last.data, request.state.actor)
        if await tried(form, work, "last"):
            return await done(request, f"{BOOKS}/journals", "The journal is made")
    context = {
        "form": form,
        "batches": await JournalBatch.all().order_by("-id").limit(_LISTED),
        "waiting": await journal.waiting(yesterday),
        "codes": await journal.codes(),
        "is_keeper": await may_act(request.state.actor, Role.FINANCE_APPROVER),
        "done": await sessions.take_flash(request),
    }
    return render(request, "books/journals.html", context, form.response_status)


async def journal_file(request: Request) -> Response:
    """GET /staff/books/journals/{reference}.csv: the same bytes each time."""
    await _whole_site(request)
    batch = await journal.batch_of(str(request.path_params["reference"]))
    return _file(request, f"journal-{batch.reference}", [journal.table_of(batch)])


async def code(request: Request) -> Response:
    """GET and POST /staff/books/codes/{number}: an account by its place in the chart."""
    await require_role(request.state.actor, Role.FINANCE_APPROVER, Role.AUDITOR)
    known, number = await journal.codes(), path_id(request, "number")
    if not 1 <= number <= len(known):
        raise NotFound
    one = known[number - 1]
    form = await CodeForm.of(request, cost_centre=one.cost_centre, subjective_code=one.subjective_code)
    if request.method == "POST" and form.validate():
        codes = (form.cost_centre.data, form.subjective_code.data)
        work = partial(journal.set_code, one.account.prefix, *codes, request.state.actor)
        if await tried(form, work):
            return await done(request, f"{BOOKS}/journals", "The codes are saved. Journals that were made keep theirs")
    return render(request, "books/code.html", {"form": form, "account": one.account}, form.response_status)


async def spend_months(request: Request) -> Response:
    """GET /open/spend-over-500."""
    return render(request, "books/spend.html", {"months": await spend.months(), "month": None})


async def spend_month(request: Request) -> Response:
    """GET /open/spend-over-500/{month}."""
    month = spend.month_of(str(request.path_params["month"]))
    if month is None:
        raise NotFound("The address must end in a month, like 2026-11.")
    found = await spend.of_month(month)
    notice = "Generated records, for demonstration." if any(one.generated for one in found) else None
    context = {"month": month, "found": found, "months": [], "generated_notice": notice}
    return render(request, "books/spend.html", context)


async def spend_file(request: Request) -> Response:
    """GET /open/spend-over-500/{month}.csv."""
    month = spend.month_of(str(request.path_params["month"]))
    if month is None:
        raise NotFound("The address must name a month, like 2026-11.csv.")
    table = spend.table_of(month, await spend.of_month(month))
    return file_response(f"spend-over-500-{month:%Y-%m}.csv", csv_of(table))


_GROUP: Final = "/groups/{group}/projects/{project}/statement"
ROUTES: Final[list[Route]] = [
    page(BOOKS, index, READ, name="books"),
    page(f"{BOOKS}/days/{{day}}", day, READ, name="books_day"),
    page(f"{BOOKS}/statements/{{scope}}", statement, READ, name="books_statement"),
    page(f"{BOOKS}/statements/{{scope}}/statement.{{kind}}", statement_file, READ, name="books_statement_file"),
    page(f"{BOOKS}/close", propose, KEEPERS, name="books_propose", methods=BOTH),
    page(f"{BOOKS}/periods/{{id}}", decide, READ, name="books_period"),
    page(f"{BOOKS}/periods/{{id}}/{{act}}", decide, KEEPERS, name="books_period_act", methods=("POST",)),
    page(f"{BOOKS}/commitments", show_commitments, READ, name="books_commitments"),
    page(f"{BOOKS}/commitments.{{kind}}", commitments_file, READ, name="books_commitments_file"),
    page(f"{BOOKS}/journals", journals, READ, name="books_journals", methods=BOTH),
    page(f"{BOOKS}/journals/{{reference}}.{{kind}}", journal_file, READ, name="books_journal_file"),
    page(f"{BOOKS}/codes/{{number}}", code, KEEPERS, name="books_code", methods=BOTH),
    page(_GROUP, group_statement, OWNERS, name="group_statement"),
    page(f"{_GROUP}.{{kind}}", group_statement_file, OWNERS, name="group_statement_file"),
    page("/open/spend-over-500", spend_months, public, name="spend_over_500"),
    page("/open/spend-over-500/{month}.csv", spend_file, public, name="spend_over_500_file"),
    page("/open/spend-over-500/{month}", spend_month, public, name="spend_over_500_month"),
]
