"""Officers' pages: differences between the provider's records and ours, both sides, and closing one with a reason."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.templating import render
from payments.reconciling import services
from payments.reconciling.forms import ExplainForm
from payments.reconciling.kinds import WORDS, Thing, What
from payments.reconciling.models import Difference, Reconciliation
from payments.reconciling.states import Difference as Status
from pledges.models import Pledge
from pledges.queries import campaign_view

OFFICERS: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
DECIDES: Final = staff(Role.FINANCE_APPROVER)
LIST: Final = "/staff/differences"
CLOSED_SHOWN: Final = 50


def _words(one: Difference) -> str:
    return WORDS[Thing(one.thing), What(one.what)]


async def _listing(request: Request) -> Response:
    """Open ones first; then what was closed, and when campaigns were last compared."""
    waiting = await Difference.filter(status=Status.OPEN).order_by("id")
    closed = await Difference.exclude(status=Status.OPEN).order_by("-closed_at", "-id").limit(CLOSED_SHOWN)
    readings = await Reconciliation.filter(done_at__isnull=False).order_by("-done_at", "-id").limit(20)
    campaigns = {one.campaign_id for one in (*waiting, *closed)} | {one.campaign_id for one in readings}
    context = {
        "waiting": waiting,
        "closed": closed,
        "readings": readings,
        "campaigns": {campaign_id: await campaign_view(campaign_id) for campaign_id in campaigns},
        "words": _words,
        "list": LIST,
        "done": await sessions.take_flash(request),
    }
    return render(request, "reconciling/differences.html", context)


async def _one(request: Request) -> Response:
    """Both sides, what became of it, and the form that closes it for whoever may."""
    difference = await Difference.get_or_none(id=path_id(request))
    if difference is None:
        raise NotFound
    form = await ExplainForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            await services.explain(difference.id, request.state.actor, form.why.data)
        except Refused as refused:
            form.refuse(refused.message)
        else:
            return await done(request, LIST, "Closed with your reason.")
    names = await names_of([difference.closed_by_id])
    context = {
        "difference": difference,
        "words": _words(difference),
        "campaign": await campaign_view(difference.campaign_id),
        "pledge": await Pledge.get_or_none(reference=difference.pledge) if difference.pledge else None,
        "closed_by": names[difference.closed_by_id] if difference.closed_by_id else None,
        "may_close": await may_act(request.state.actor, Role.FINANCE_APPROVER),
        "form": form,
        "list": LIST,
    }
    return render(request, "reconciling/difference.html", context, form.response_status)


async def _look(request: Request) -> Response:
    """Ask for a reading of the campaign that a difference is about."""
    difference = await Difference.get_or_none(id=path_id(request))
    if difference is None:
        raise NotFound
    await services.look_now(difference.campaign_id, request.state.actor)
    await sessions.flash(
        request, "The campaign is compared again in a moment. Load this page again to see what came of it."
    )
    return to(LIST)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, OFFICERS, name="differences"),
    page(f"{LIST}/{{id}}", _one, OFFICERS, name="difference"),
    page(f"{LIST}/{{id}}/close", _one, DECIDES, name="difference_close", methods=("POST",)),
    page(f"{LIST}/{{id}}/look", _look, OFFICERS, name="difference_look", methods=("POST",)),
]
