"""The group's pages after the signature: what was decided and why, before everybody reads it; and a review of process."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import done, tried
from crowdfund_kent.templating import render
from panel.forms.pitches import ReviewForm
from panel.models import Award, Pitch
from panel.queries import pitches as queries
from panel.queries.feedback import Feedback, feedback_of
from panel.queries.round_record import entry_of
from panel.routes.common import BOTH, GENERATED, stored_rows
from panel.routes.pitches import pitch_here
from panel.services import pitches as services
from panel.services import reviews
from projects import queries as projects
from projects.kinds import MemberRole
from projects.routes.common import MEMBERS


async def show(request: Request) -> Response:
    """GET /groups/{group}/pitches/{reference}/feedback: from the signature on."""
    pitch = await pitch_here(request)
    found = await feedback_of(pitch)
    award = await Award.get_or_none(pitch_id=pitch.id).select_related("match_pledge")
    context = {
        "may_come_again": await services.may_come_again(pitch),
        "offer": award.match_pledge if award else None,
        "public": await entry_of(pitch),
        "limits": stored_rows(found.decision.calculation),
        "most_pence": found.decision.calculation.get("most_pence"),
    }
    return await _page(request, pitch, found, "feedback.html", **context)


async def review(request: Request) -> Response:
    """GET and POST .../review: asked for by an owner; then what was asked, and the answer."""
    pitch = await pitch_here(request)
    found = await feedback_of(pitch)
    form = await ReviewForm.of(request)
    path = queries.path_of(pitch)
    if request.method == "POST" and found.review is None and form.validate():
        work = partial(reviews.ask, pitch.id, form.words.data, request.state.actor)
        if await tried(form, work):
            return await done(request, f"{path}/review", "Sent. Somebody who took no part looks at it")
    elif request.method == "POST" and found.review is not None:
        return await done(request, f"{path}/review", "You have asked for this already")
    context = {"form": form, "may_come_again": await services.may_come_again(pitch)}
    return await _page(request, pitch, found, "review.html", form.response_status, **context)


async def _page(
    request: Request, pitch: Pitch, found: Feedback, template: str, status: int = 200, **context: Any
) -> Response:
    group = pitch.project.group
    given = {
        "pitch": pitch,
        "found": found,
        "round": pitch.round,
        "fund": pitch.round.fund,
        "funder": pitch.round.fund.funder.short_name,
        "group": group,
        "project": pitch.project,
        "title": queries.title_of(pitch),
        "path": queries.path_of(pitch),
        "officer": await projects.officer_of(group.id),
        "is_owner": request.state.member.role == MemberRole.OWNER,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if group.generated or pitch.round.generated else None,
        **context,
    }
    return render(request, f"panel/feedback/{template}", given, status)


BASE: Final = "/groups/{group}/pitches/{reference}"
ROUTES: Final[list[Route]] = [
    page(f"{BASE}/feedback", show, MEMBERS, name="group_pitch_feedback"),
    page(f"{BASE}/review", review, MEMBERS, name="group_pitch_review", methods=BOTH),
]
