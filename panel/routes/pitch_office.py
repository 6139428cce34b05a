"""Staff: what groups ask for, with everything beside it; the officer's record of place and size; reviews of process.

/staff/pitches                              every round's requests
/staff/pitches/{reference}                  one, whole; .../place: what an officer records for the fund's variants
/staff/reviews, /staff/reviews/{reference}  reviews of process with their clock; answered by who took no part
"""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import InvalidMove
from crowdfund_kent.templating import render
from panel import access
from panel.forms.pitches import PLACES, PlaceForm, ReviewAnswerForm
from panel.kinds import ReviewOutcome
from panel.models import Pitch, Review
from panel.queries import papers
from panel.queries import pitches as queries
from panel.queries import reviews as review_queries
from panel.queries.awards import funds_of
from panel.queries.feedback import feedback_of
from panel.queries.signals import signals_of
from panel.routes.common import BOTH, GENERATED, calculator_rows
from panel.routes.pitches import MEANING
from panel.services import pitches as services
from panel.services import reviews
from panel.states import Pitch as Status
from panel.states import Review as ReviewStatus
from pledges.kinds import PlaceKind

READERS: Final = (Role.FUND_OFFICER, Role.SIGNATORY)
ANSWERERS: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)
_NO_DRAFTS: Final = tuple(one for one in Status if one not in {Status.DRAFT, Status.LAPSED})


async def listing(request: Request) -> Response:
    """GET /staff/pitches: the requests of each round of one's funds, the newest round first. Drafts are the groups' own."""
    actor = request.state.actor
    funds = await funds_of(actor.person_id, *READERS, Role.AUDITOR)
    found = await queries.rounds_with_pitches([fund.id for fund in funds], _NO_DRAFTS)
    ids = [pitch.id for _, pitches, _ in found for pitch in pitches]
    context = {
        "rounds": found,
        "barred": {pitch_id for pitch_id, _ in await access.who_is_barred(ids, [actor.person_id])},
        "meaning": MEANING,
        "title_of": queries.title_of,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/office/pitches.html", context)


async def show(request: Request) -> Response:
    """GET /staff/pitches/{reference}."""
    pitch = await _pitch(request)
    actor = request.state.actor
    found = await papers.papers_of(pitch)
    context = {
        **_facts(found),
        "interests": await papers.interests_in(pitch),
        "fits": await papers.fits_of(pitch),
        "hold": await papers.hold_on(pitch),
        "signals": await signals_of(pitch),
        "review": await Review.get_or_none(pitch_id=pitch.id),
        "may_record": pitch.status == Status.SUBMITTED and actor.role == Role.FUND_OFFICER,
        "campaign_open": pitch.campaign is not None and await may_act(actor, Role.FUND_OFFICER, Role.AUDITOR),
        "places": [PLACES[PlaceKind(kind)] for kind in pitch.place_kinds or ()],
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/office/pitch.html", context)


async def place(request: Request) -> Response:
    """GET and POST /staff/pitches/{reference}/place."""
    pitch = await _pitch(request)
    path = f"/staff/pitches/{pitch.reference}"
    form = await PlaceForm.of(
        request, places=pitch.place_kinds or [], income=pitch.income_pence, reason=pitch.place_reason
    )
    if request.method == "POST" and form.validate():
        work = partial(
            services.record_place,
            pitch.id,
            form.places.data or [],
            form.income.data,
            form.reason.data or "",
            request.state.actor,
        )
        if await tried(form, work, "reason"):
            return await done(request, path, "Recorded")
    found = await papers.papers_of(pitch)
    variants = found.weighing.fund_rules.variants if found.weighing else []
    context = {**_facts(found), "form": form, "path": path, "variants": [one["name"] for one in variants]}
    return render(request, "panel/office/place.html", context, form.response_status)


async def review_list(request: Request) -> Response:
    """GET /staff/reviews."""
    funds = await funds_of(request.state.actor.person_id, *ANSWERERS, Role.AUDITOR)
    mine = {fund.id for fund in funds}
    found = [one for one in await review_queries.reviews() if one.review.pitch.round.fund_id in mine]
    context = {"reviews": found, "flash": await sessions.take_flash(request)}
    return render(request, "panel/office/reviews.html", context)


async def review(request: Request) -> Response:
    """GET and POST /staff/reviews/{reference}: what was asked, what was decided, and the form for who took no part."""
    actor = request.state.actor
    found = await review_queries.review_by_reference(str(request.path_params["reference"]))
    pitch = found.pitch
    if actor.role != Role.AUDITOR:
        await require_role(actor, *ANSWERERS, fund_id=pitch.round.fund_id)
        await access.refuse_barred(pitch, actor)
    form = await ReviewAnswerForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(
            reviews.answer, found.id, ReviewOutcome(form.outcome.data), form.answer.data, request.state.actor
        )
        try:
            if await tried(form, work):
                return await done(request, "/staff/reviews", f"Answered: {queries.title_of(pitch)}")
        except InvalidMove:
            return await done(request, f"/staff/reviews/{pitch.reference}", "It is answered already")
    context = {
        "form": form,
        "review": found,
        "pitch": pitch,
        "round": pitch.round,
        "title": queries.title_of(pitch),
        "found": await feedback_of(pitch),
        "why_not": "" if actor.role == Role.AUDITOR else await reviews.why_not_answer(pitch, actor),
        "open": found.status == ReviewStatus.ASKED and actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/office/review.html", context, form.response_status)


async def _pitch(request: Request) -> Pitch:
    """A request that was sent, for staff of its fund who are not barred from it; an auditor reads all."""
    actor = request.state.actor
    pitch = await queries.sent_by_reference(str(request.path_params["reference"]))
    if actor.role != Role.AUDITOR:
        await require_role(actor, *READERS, fund_id=pitch.round.fund_id)
        await access.refuse_barred(pitch, actor)
    return pitch


def _facts(found: papers.Papers) -> dict[str, Any]:
    pitch = found.pitch
    return {
        "papers": found,
        "pitch": pitch,
        "round": pitch.round,
        "fund": pitch.round.fund,
        "funder": pitch.round.fund.funder.short_name,
        "title": found.title,
        "meaning": MEANING[Status(pitch.status)],
        "rows": calculator_rows(found.weighing.most) if found.weighing else [],
        "generated_notice": GENERATED if pitch.generated or pitch.round.generated else None,
    }


ROUTES: Final[list[Route]] = [
    page("/staff/pitches", listing, staff(*READERS), name="staff_pitches"),
    page("/staff/pitches/{reference}", show, staff(*READERS), name="staff_pitch"),
    page("/staff/pitches/{reference}/place", place, staff(Role.FUND_OFFICER), name="staff_pitch_place", methods=BOTH),
    page("/staff/reviews", review_list, staff(*ANSWERERS), name="staff_reviews"),
    page("/staff/reviews/{reference}", review, staff(*ANSWERERS), name="staff_review", methods=BOTH),
]
