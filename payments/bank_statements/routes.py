"""Officers' pages of bank statements: import, a typed one and its second person, lines that wait, and what a line is."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_choice, path_id
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import allowed
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import plural, render
from payments.bank_details.routes import holds
from payments.bank_statements import importing, matching, services
from payments.bank_statements.forms import ImportForm, MatchForm
from payments.bank_statements.models import BankLine, BankLinePayment, BankStatement, TypedStatement
from payments.bank_statements.read import MOST_BYTES
from payments.bank_statements.states import Line, Means, Typed
from payments.match_payments.pages import APPROVERS, BOTH, READ, Act, ask_first

LIST: Final = "/staff/bank-statements"
LINES: Final = "/staff/bank-lines"
TYPED: Final = "/staff/typed-statements"


async def _listing(request: Request) -> Response:
    found = await BankStatement.all().order_by("-id").limit(100)
    context = {
        "waiting": await BankLine.filter(status__in=[Line.UNMATCHED, Line.ASKED]).order_by("booked_on", "id"),
        "aside": await BankLine.filter(status=Line.NOT_OURS).order_by("-id").limit(100),
        "typed": await TypedStatement.filter(status=Typed.ENTERED).order_by("id"),
        "statements": found,
        "standings": await services.standings(found),
        "is_approver": await holds(request, Role.FINANCE_APPROVER),
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/statement_list.html", context)


async def _import(request: Request) -> Response:
    form = await ImportForm.of(request, **ImportForm.initial())
    if request.method == "POST" and form.validate():
        content = await form.file.data.read(MOST_BYTES + 1)
        is_xml = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        typed = None if is_xml else form.typed()
        if is_xml or typed is not None:
            try:
                if typed is not None:
                    made = await services.enter(content, typed, request.state.actor)
                    return await done(
                        request, f"{TYPED}/{made.id}", "Read. Nothing of it counts until another one agrees"
                    )
                found = await services.take_in(content, request.state.actor)
            except Refused as refused:
                form.refuse(refused.message, "file")
            else:
                return await done(request, LIST, _said(found))
    return render(request, "payments/statement_import.html", {"form": form, "back": LIST}, form.response_status)


def _said(found: services.Imported) -> str:
    known = f". {plural(found.known, 'line')} had come before" if found.known else ""
    return f"{plural(found.new, 'new line')}, {found.matched} matched by themselves{known}"


async def _typed_of(request: Request) -> TypedStatement:
    found = await TypedStatement.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    return found


async def _typed(request: Request) -> Response:
    """What a person typed and read from a CSV, for the second one."""
    found = await _typed_of(request)
    names = await names_of([found.entered_by_id, found.decided_by_id])
    context = {
        "found": found,
        "lines": importing.lines_of(found),
        "names": names,
        "is_approver": await holds(request, Role.FINANCE_APPROVER),
        "mine": found.entered_by_id == request.state.actor.person_id,
        "path": f"{TYPED}/{found.id}",
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/statement_typed.html", context)


async def _typed_act(request: Request) -> Response:
    found, by = await _typed_of(request), request.state.actor
    acts = {
        "agree": Act(
            "Agree to this statement",
            "Its lines count now, and payments that they name are paid. Lay it beside the bank’s own page first: the account,"
            " both balances and every line.",
            "Agree",
            "Agreed. Its lines count now",
            lambda _why: services.agree(found.id, by),
            warning=True,
            rows=(("Account", found.account), ("Lines", str(found.lines_in_file))),
        ),
        "refuse": Act(
            "Refuse this statement",
            "Nothing of it counts, and its lines are forgotten.",
            "Refuse",
            "Refused. Nothing of it counts",
            lambda _why: services.refuse(found.id, by),
        ),
        "withdraw": Act(
            "Take this statement back",
            "Nothing of it counts, and its lines are forgotten. It can be typed again.",
            "Take back",
            "Taken back",
            lambda _why: services.withdraw(found.id, by),
        ),
    }
    return await ask_first(request, path_choice(request, acts), LIST)


async def _one(request: Request) -> Response:
    statement = await BankStatement.get_or_none(id=path_id(request))
    if statement is None:
        raise NotFound
    lines = (
        await BankLine.filter(statement_id=statement.id)
        .order_by("number")
        .select_related("payment", "recovery", "repayment")
    )
    names = await names_of([statement.imported_by_id, statement.agreed_by_id])
    context = {
        "statement": statement,
        "lines": lines,
        "several": await _several(lines),
        "by": names[statement.imported_by_id],
        "agreed_by": names[statement.agreed_by_id] if statement.agreed_by_id else "",
    }
    return render(request, "payments/statement_one.html", context)


async def _several(lines: list[BankLine]) -> dict[int, str]:
    """Line id -> the references of the payments that it pays together."""
    rows = await BankLinePayment.filter(line_id__in=[one.id for one in lines]).order_by("id").select_related("payment")
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(row.payment.reference)
    return {line_id: ", ".join(references) for line_id, references in found.items()}


async def _line_of(request: Request) -> BankLine:
    found = await BankLine.get_or_none(id=path_id(request)).select_related(
        "payment", "recovery", "repayment", "statement"
    )
    if found is None:
        raise NotFound
    return found


async def _line(request: Request) -> Response:
    """GET: a line. POST: what somebody says it is."""
    line = await _line_of(request)
    form = await MatchForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.ask_match, line.id, form.reference.data, form.why.data, request.state.actor)
        if await tried(form, work, "reference"):
            return await done(request, LIST, "Said. A finance approver who is another person must agree")
    names = await names_of([line.asked_by_id, line.decided_by_id])
    context = {
        "form": form,
        "line": line,
        "path": f"{LINES}/{line.id}",
        "names": names,
        "payments": await matching.payments_of(line),
        "is_approver": await holds(request, Role.FINANCE_APPROVER),
        "may_agree": line.status == Line.ASKED and await allowed(matching.refuse_agreeing(line, request.state.actor)),
        "mine": line.asked_by_id == request.state.actor.person_id,
        "may_write": await holds(request, Role.FINANCE_APPROVER) or await holds(request, Role.FUND_OFFICER),
    }
    return render(request, "payments/bank_line.html", context, form.response_status)


async def _coming_back(line: BankLine) -> list[tuple[str, str]]:
    """Of payments that come back after some was recovered: what is owed again, and what is the group's own."""
    if line.means not in (Means.RETURN, Means.SEVERAL_BACK):
        return []
    own = await matching.own_in(line)
    if not own:
        return []
    return [
        ("Owed again by the fund", pounds_exact(line.amount_pence - own)),
        (
            "The group’s own money, owed back to it",
            f"{pounds_exact(own)}: it was recovered before, or was its own already",
        ),
    ]


async def _act(request: Request) -> Response:
    line, by = await _line_of(request), request.state.actor
    acts = {
        "agree": Act(
            "Agree to this match",
            "The payment or recovery moves now, and the group is told. It can’t be taken back here.",
            "Agree",
            "Matched",
            lambda _why: services.agree_match(line.id, by),
            warning=True,
            rows=(("Reason", line.why or "none"), *await _coming_back(line)),
        ),
        "refuse": Act(
            "Refuse this match",
            "The line waits again.",
            "Refuse",
            "The line waits again",
            lambda _why: services.refuse_match(line.id, by),
        ),
        "not-ours": Act(
            "Set this line aside",
            "It has nothing to do with payments to groups. It stays in the list of lines set aside.",
            "Set aside",
            "Set aside",
            lambda why: services.set_aside(line.id, why, by),
            "What is it? Such as bank charges.",
        ),
        "again": Act(
            "Look at this line again",
            "It waits again to be matched.",
            "Look again",
            "The line waits again",
            lambda _why: services.look_again(line.id, by),
        ),
    }
    return await ask_first(request, path_choice(request, acts), LIST)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, READ, name="bank_statements"),
    page(f"{LIST}/import", _import, APPROVERS, name="bank_import", methods=BOTH),
    page(f"{LIST}/{{id}}", _one, READ, name="bank_statement"),
    page(f"{TYPED}/{{id}}", _typed, READ, name="typed_statement"),
    page(f"{TYPED}/{{id}}/{{act}}", _typed_act, READ, name="typed_statement_act", methods=BOTH),
    page(f"{LINES}/{{id}}", _line, READ, name="bank_line", methods=BOTH),
    page(f"{LINES}/{{id}}/{{act}}", _act, READ, name="bank_line_act", methods=BOTH),
]
