"""What officers do for the evaluation: packs, hours, measures of success, words of the report, places; and what was published."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, public, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from evaluation import published, services
from evaluation.forms import HoursForm, MeasureForm, OptionForm, PackForm, PlaceForm, WordsForm
from evaluation.indicators import REGISTRY, all_indicators
from evaluation.indicators.kinds import Indicator, in_words
from evaluation.kinds import EDITIONS, OBJECTIVES, OPTIONS, Edition, Objective, ReportPart, WorkKind
from evaluation.models import Measure, OfficerHours, Pack, ProjectPlace, PublishedFigure, ReportWords
from evaluation.pack import asking

OFFICERS: Final = staff(Role.FUND_OFFICER)
HERE: Final = "/staff/evaluation"
SHOWN: Final = 50
A_PAGE: Final = 100
EDITION_NAMES: Final = {Edition.ANY: "Report of any day", **{key: about.name for key, about in EDITIONS.items()}}


def _may_write(request: Request) -> bool:
    return bool(request.state.actor.role != Role.AUDITOR)


async def overview(request: Request) -> Response:
    """GET and POST /staff/evaluation: packs, how far each is, and a form that asks for one."""
    form = await PackForm.of(request, as_at=business_today())
    if request.method == "POST" and form.validate():
        work = partial(
            asking.ask,
            form.as_at.data,
            form.known_on.data,
            form.records.data or "",
            form.reason.data or "",
            request.state.actor,
        )
        if await tried(form, work, "as_at"):
            return await done(request, HERE, "Asked for. The worker builds it: look here again in a minute.")
    context = {
        "form": form,
        "packs": await Pack.all().order_by("-id").limit(SHOWN),
        "editions": EDITION_NAMES,
        "parts": list(ReportPart),
        "may_write": _may_write(request),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "evaluation/office.html", context, form.response_status)


async def pack_file(request: Request) -> Response:
    """GET /staff/evaluation/packs/{id}.zip: the file of a pack."""
    pack, content = await asking.file_of(path_id(request))
    name = f"crowdfund-kent-evaluation-{pack.as_at.isoformat()}-{pack.id}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/zip", headers=headers)


async def hours(request: Request) -> Response:
    """GET and POST /staff/evaluation/hours: what was entered, by month and kind of work."""
    form = await HoursForm.of(request, month=business_today(), minutes=0, hour_pence=get_settings().officer_hour_pence)
    if request.method == "POST" and form.validate():
        minutes = (form.hours.data or 0) * 60 + (form.minutes.data or 0)
        work = partial(
            services.enter_hours,
            form.month.data,
            WorkKind(form.kind.data),
            minutes,
            form.hour_pence.data,
            request.state.actor,
        )
        if await tried(form, work, "month"):
            return await done(
                request, f"{HERE}/hours", "Entered. What stood before for that month and kind is replaced."
            )
    rows = await OfficerHours.filter(replaced_at=None).order_by("-month", "kind").limit(SHOWN * 4)
    context = {
        "form": form,
        "rows": rows,
        "may_write": _may_write(request),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "evaluation/office_hours.html", context, form.response_status)


async def measures(request: Request) -> Response:
    """GET and POST /staff/evaluation/measures: measures of success, and a form that adds one."""
    form = await MeasureForm.of(request)
    form.offer([(one.key, one.name) for one in all_indicators()])
    if request.method == "POST" and form.validate():
        work = partial(
            services.add_measure,
            Objective(form.objective.data),
            form.name.data,
            form.indicator.data or "",
            request.state.actor,
        )
        if await tried(form, work, "name"):
            return await done(request, f"{HERE}/measures", "Added")
    context = {
        "form": form,
        "rows": await Measure.filter(retired_at=None).order_by("objective", "id"),
        "objectives": OBJECTIVES,
        "indicators": REGISTRY,
        "may_write": _may_write(request),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "evaluation/office_measures.html", context, form.response_status)


async def retire_measure(request: Request) -> Response:
    """GET and POST /staff/evaluation/measures/{id}/retire: asks first."""
    row = await Measure.get_or_none(id=path_id(request), retired_at=None)
    if row is None:
        raise NotFound
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        await services.retire_measure(row.id, request.state.actor)
        return await done(request, f"{HERE}/measures", "Retired")
    return render(request, "evaluation/office_measure_retire.html", {"form": form, "row": row}, form.response_status)


async def words(request: Request) -> Response:
    """GET and POST /staff/evaluation/words/{edition}/{part}: officers' words, every version kept."""
    edition, part = _of_report(request)
    newest = await ReportWords.filter(edition=edition, part=part).order_by("-number").first()
    initial: dict[str, Any] = {"text": newest.text if newest else ""}
    kind: type[WordsForm] = WordsForm
    if part in OPTIONS:
        kind, initial = OptionForm, initial | {"cost": newest.cost_pence if newest else None}
    form = await kind.of(request, **initial)
    if request.method == "POST" and form.validate():
        cost = form.cost.data if isinstance(form, OptionForm) else None
        work = partial(services.write, edition, part, form.text.data or "", cost, request.state.actor)
        if await tried(form, work, "text"):
            return await done(request, HERE, f"Saved: {part}, {EDITION_NAMES[edition]}")
    context = {"form": form, "edition": EDITION_NAMES[edition], "part": part, "may_write": _may_write(request)}
    return render(request, "evaluation/office_words.html", context, form.response_status)


def _of_report(request: Request) -> tuple[Edition, ReportPart]:
    try:
        edition = Edition(request.path_params["edition"])
        part = next(one for one in ReportPart if slug_of(one) == request.path_params["part"])
    except (ValueError, StopIteration):
        raise NotFound from None
    return edition, part


def slug_of(part: ReportPart) -> str:
    """option: go on -> option-go-on"""
    return part.replace(":", "").replace(" ", "-")


async def places(request: Request) -> Response:
    """GET and POST /staff/evaluation/places: postcodes of places where projects happen."""
    form = await PlaceForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.place_project, form.project.data, form.postcode.data, request.state.actor)
        if await tried(form, work, "postcode"):
            return await done(request, f"{HERE}/places", "Saved")
    context = {
        "form": form,
        "rows": await ProjectPlace.all().order_by("-entered_at").limit(SHOWN * 4).select_related("project"),
        "may_write": _may_write(request),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "evaluation/office_places.html", context, form.response_status)


async def published_figures(request: Request) -> Response:
    """GET /evaluation/published: every figure that was given out, newest first, with its corrections."""
    asked = request.query_params.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked[:6]) < 100_000 else 1
    count = await PublishedFigure.all().count()
    context = {
        "rows": [_told(row) for row in await published.listed(number, A_PAGE)],
        "number": number,
        "pages": max(1, -(-count // A_PAGE)),
    }
    return render(request, "evaluation/published.html", context)


def _told(row: PublishedFigure) -> dict[str, Any]:
    about = REGISTRY.get(row.indicator)
    before = "" if row.corrects is None else _published(row.corrects.value, about)
    return {
        "name": about.name if about else row.indicator,
        "as_at": row.as_at,
        "records": row.records,
        "value": _published(row.value, about),
        "by_what": row.by_what,
        "when": row.published_at,
        "before": before,
        "reason": row.reason,
    }


def _published(value: int | None, about: Indicator | None) -> str:
    """What was given out: no value stands for no evidence as well as for one that was left out."""
    if value is None:
        return "no value was given out"
    return in_words(value, about.unit) if about else str(value)


BOTH: Final = ("GET", "POST")
ROUTES: Final = [
    page("/evaluation/published", published_figures, public, name="evaluation_published"),
    page(HERE, overview, OFFICERS, name="staff_evaluation", methods=BOTH),
    page(f"{HERE}/packs/{{id}}.zip", pack_file, OFFICERS, name="staff_evaluation_pack"),
    page(f"{HERE}/hours", hours, OFFICERS, name="staff_evaluation_hours", methods=BOTH),
    page(f"{HERE}/measures", measures, OFFICERS, name="staff_evaluation_measures", methods=BOTH),
    page(
        f"{HERE}/measures/{{id}}/retire", retire_measure, OFFICERS, name="staff_evaluation_measure_retire", methods=BOTH
    ),
    page(f"{HERE}/words/{{edition}}/{{part}}", words, OFFICERS, name="staff_evaluation_words", methods=BOTH),
    page(f"{HERE}/places", places, OFFICERS, name="staff_evaluation_places", methods=BOTH),
]
