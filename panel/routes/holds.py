"""An officer holds a pitch or refers it to audit; other people let go.

/staff/holds                                             what is held now
/staff/pitches/{reference}/hold, .../let-go              one pitch: what held it, and the two forms
"""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, require_role, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.templating import render
from panel import access
from panel.forms.holds import KINDS, HoldForm, LetGoForm
from panel.kinds import HoldKind
from panel.models import Pitch
from panel.queries import holds as queries
from panel.queries import pitches
from panel.queries.awards import funds_of
from panel.routes.common import BOTH
from panel.services import holds as services
from panel.states import Pitch as Status

READERS: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)


async def listing(request: Request) -> Response:
    """GET /staff/holds: for officers and finance approvers of the funds, and auditors."""
    funds = await funds_of(request.state.actor.person_id, *READERS, Role.AUDITOR)
    found = await queries.in_force([fund.id for fund in funds])
    person_id = request.state.actor.person_id
    shut_out = await access.who_is_barred([one.pitch.id for one in found], [person_id])
    context = {"holds": [one for one in found if (one.pitch.id, person_id) not in shut_out]}
    return render(request, "panel/holds/list.html", context)


async def hold(request: Request) -> Response:
    """GET and POST /staff/pitches/{reference}/hold: what held it so far, and the form."""
    pitch = await _pitch(request)
    found = await queries.holds_of(pitch)
    there = found[0] if found and found[0].row.released_at is None else None
    kinds = list(KINDS)
    if there is not None or pitch.status != Status.SUBMITTED:
        kinds.remove(HoldKind.HOLD)
    actor = request.state.actor
    form = await HoldForm.of(request, kind=kinds[0] if len(kinds) == 1 else None)
    form.kind.choices = [(kind.value, *KINDS[kind]) for kind in kinds]
    path = f"/staff/pitches/{pitch.reference}/hold"
    if request.method == "POST" and form.validate():
        work = partial(services.place, pitch.id, HoldKind(form.kind.data), form.reason.data, actor)
        if await tried(form, work, "reason"):
            words = "Referred to audit" if form.kind.data == HoldKind.AUDIT else "Held"
            return await done(request, path, words)
    context = {
        "form": form,
        "pitch": pitch,
        "title": pitches.title_of(pitch),
        "holds": found,
        "there": there,
        "reads_pitch": actor.role != Role.FINANCE_APPROVER,
        "may_hold": actor.role == Role.FUND_OFFICER and not (there and there.sealed),
        "may_let_go": there is not None
        and actor.role != Role.AUDITOR
        and actor.person_id not in (there.row.placed_by_id, there.row.agreed_by_id),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "panel/holds/hold.html", context, form.response_status)


async def let_go(request: Request) -> Response:
    """GET and POST /staff/pitches/{reference}/let-go."""
    pitch = await _pitch(request)
    path = f"/staff/pitches/{pitch.reference}/hold"
    found = await queries.holds_of(pitch)
    if not found or found[0].row.released_at is not None:
        return await done(request, path, "Nothing holds it now")
    form = await LetGoForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.let_go, pitch.id, form.reason.data, request.state.actor)
        if await tried(form, work, "reason"):
            over = await services.held(pitch.id) is None
            return await done(request, path, "Let go" if over else "You agreed. One more person must let go")
    context = {"form": form, "title": pitches.title_of(pitch), "path": path, "there": found[0]}
    return render(request, "panel/holds/let_go.html", context, form.response_status)


async def _pitch(request: Request) -> Pitch:
    """A pitch that was sent, for staff of its fund who are not barred; an auditor reads all."""
    actor = request.state.actor
    pitch = await pitches.sent_by_reference(str(request.path_params["reference"]))
    if actor.role != Role.AUDITOR:
        await require_role(actor, *READERS, fund_id=pitch.round.fund_id)
        await access.refuse_barred(pitch, actor)
    return pitch


_STAFF: Final = staff(*READERS)
ROUTES: Final[list[Route]] = [
    page("/staff/holds", listing, _STAFF, name="staff_holds"),
    page("/staff/pitches/{reference}/hold", hold, _STAFF, name="staff_pitch_hold", methods=BOTH),
    page("/staff/pitches/{reference}/let-go", let_go, _STAFF, name="staff_pitch_let_go", methods=BOTH),
]
