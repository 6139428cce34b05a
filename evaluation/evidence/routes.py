"""Evidence for auditors and finance: files of payments, samples, who can do what, and who did what."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.clock import business_today, day_begins, day_ends, london_day, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.table_files import Table, csv_of, file_response, ods_of
from crowdfund_kent.templating import render
from evaluation.evidence import access_report, payment_files, payout_files, sample, segregation
from evaluation.evidence.forms import DaysForm, FindForm, SampleForm
from evaluation.evidence.models import AuditSample

READ: Final = staff(Role.FINANCE_APPROVER)
PEOPLE: Final = staff(Role.FINANCE_APPROVER, Role.ADMINISTRATOR)
EVIDENCE: Final = "/staff/evidence"
BOTH: Final = ("GET", "POST")
_YEAR: Final = timedelta(days=365)
MOST: Final = 100  # items on a page; the file has them all


async def _whole_site(request: Request) -> None:
    """Evidence goes over every fund: for approvers of the site and auditors."""
    await require_role(request.state.actor, Role.FINANCE_APPROVER, Role.AUDITOR)


async def index(request: Request) -> Response:
    """GET /staff/evidence?reference=: find the file of a payment, samples, reports."""
    await _whole_site(request)
    form = FindForm.of_query(request)
    if request.query_params and form.validate():
        reference = str(form.reference.data).upper()
        if await fetch("SELECT 1 FROM match_pledge WHERE reference = $1", reference):
            return to(f"{EVIDENCE}/match/{reference}.zip")
        if (
            reference.isascii()
            and reference.isdigit()
            and await fetch("SELECT 1 FROM payout WHERE id = $1", int(reference))
        ):
            return to(f"{EVIDENCE}/payout/{int(reference)}.zip")
        form.refuse("We know no match pledge or payout of this. Check it letter by letter", "reference")
    context = {
        "form": form,
        "samples": await AuditSample.all().order_by("-id").limit(50),
        "may_draw": await may_act(request.state.actor, Role.FINANCE_APPROVER),
        "done": await sessions.take_flash(request),
    }
    return render(request, "evidence/index.html", context, form.response_status)


async def match_file(request: Request) -> Response:
    """GET /staff/evidence/match/{reference}.zip."""
    await _whole_site(request)
    return _zip(*await payment_files.match_file(str(request.path_params["reference"])))


async def payout_file(request: Request) -> Response:
    """GET /staff/evidence/payout/{id}.zip."""
    await _whole_site(request)
    return _zip(*await payout_files.payout_file(path_id(request)))


def _zip(name: str, body: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(body, media_type="application/zip", headers=headers)


async def draw(request: Request) -> Response:
    """GET and POST /staff/evidence/samples/new."""
    await _whole_site(request)
    today = business_today()
    form = await SampleForm.of(request, first=date(today.year, 1, 1), last=today, size=25)
    if request.method == "POST" and form.validate():
        work = partial(
            sample.draw,
            form.population.data,
            form.first.data,
            form.last.data,
            form.size.data,
            form.seed.data,
            request.state.actor,
        )
        if await tried(form, work):
            return await done(request, EVIDENCE, "The sample is drawn")
    return render(request, "evidence/draw.html", {"form": form}, form.response_status)


async def show_sample(request: Request) -> Response:
    """GET /staff/evidence/samples/{id}."""
    await _whole_site(request)
    row = await sample.one(path_id(request))
    return render(request, "evidence/sample.html", {"row": row, "items": sample.items_of(row)})


async def sample_file(request: Request) -> Response:
    """GET /staff/evidence/samples/{id}.csv and .ods."""
    await _whole_site(request)
    row = await sample.one(path_id(request))
    return _file(request, f"sample-{row.id}", await sample.tables(row))


async def access_page(request: Request) -> Response:
    """GET /staff/evidence/access."""
    found = await access_report.held()
    context = {
        "found": found,
        "places": await access_report.places(business_today()),
        "opens": access_report.opens(request.app.routes),
        "days": access_report.UNUSED_DAYS,
    }
    return render(request, "evidence/access.html", context)


async def access_file(request: Request) -> Response:
    """GET /staff/evidence/access.csv and .ods: with the roles that ended."""
    found = await access_report.held(ended_too=True)
    there = await access_report.places(business_today(), ended_too=True)
    return _file(request, "access", access_report.tables(found, there, access_report.opens(request.app.routes)))


async def _segregation(request: Request) -> tuple[DaysForm, list[segregation.Item]]:
    today = london_day(real_now())
    form = DaysForm.of_query(request, first=today - _YEAR, last=today)
    if request.query_params and not form.validate():
        return form, []
    return form, await segregation.report(day_begins(form.first.data), day_ends(form.last.data))


async def segregation_page(request: Request) -> Response:
    """GET /staff/evidence/segregation."""
    await _whole_site(request)
    form, found = await _segregation(request)
    context = {
        "form": form,
        "found": found,
        "findings": [item for item in found if item.is_finding],
        "near": [item for item in found if item.near and not item.is_finding],
        "most": MOST,
        "query": f"?{request.url.query}" if request.url.query else "",
    }
    return render(request, "evidence/segregation.html", context, form.response_status)


async def segregation_file(request: Request) -> Response:
    """GET /staff/evidence/segregation.csv."""
    await _whole_site(request)
    _, found = await _segregation(request)
    return _file(request, "segregation", [segregation.table(found)])


def _file(request: Request, name: str, tables: list[Table]) -> Response:
    match request.path_params["kind"]:
        case "csv":
            return file_response(f"{name}.csv", csv_of(tables[0]))
        case "ods":
            return file_response(f"{name}.ods", ods_of(tables, name))
        case _:
            raise NotFound


ROUTES: Final[list[Route]] = [
    page(EVIDENCE, index, READ, name="evidence"),
    page(f"{EVIDENCE}/match/{{reference}}.zip", match_file, READ, name="evidence_match"),
    page(f"{EVIDENCE}/payout/{{id}}.zip", payout_file, READ, name="evidence_payout"),
    page(f"{EVIDENCE}/samples/new", draw, READ, name="evidence_draw", methods=BOTH),
    page(f"{EVIDENCE}/samples/{{id}}.{{kind}}", sample_file, READ, name="evidence_sample_file"),
    page(f"{EVIDENCE}/samples/{{id}}", show_sample, READ, name="evidence_sample"),
    page(f"{EVIDENCE}/access", access_page, PEOPLE, name="evidence_access"),
    page(f"{EVIDENCE}/access.{{kind}}", access_file, PEOPLE, name="evidence_access_file"),
    page(f"{EVIDENCE}/segregation", segregation_page, READ, name="evidence_segregation"),
    page(f"{EVIDENCE}/segregation.{{kind}}", segregation_file, READ, name="evidence_segregation_file"),
]
