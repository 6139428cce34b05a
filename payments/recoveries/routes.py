"""Officers' pages of money that is asked back, and of what two people let go of."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_choice, path_id
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.second_person import allowed
from crowdfund_kent.errors import NotFound
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from payments.match_payments.pages import BOTH, OFFICERS, READ, Act, ask_first
from payments.recoveries import services
from payments.recoveries.models import Recovery, Shortening
from payments.recoveries.states import MAY_BE_SHORT, OPEN
from payments.recoveries.states import Shortening as Proposal
from pledges.models import MatchPledge
from pledges.recipients import WITH, project_of, title_for

LIST: Final = "/staff/recoveries"
_MATCH: Final = tuple(f"match_pledge__{one}" for one in WITH)


async def _listing(request: Request) -> Response:
    rows = await Recovery.all().order_by("-id").select_related("match_pledge__fund", *_MATCH)
    proposals = await Shortening.filter(status=Proposal.PROPOSED).order_by("id").select_related(*_MATCH)
    owed = await MatchPledge.filter(status__in=MAY_BE_SHORT).order_by("id").select_related("fund", *WITH)
    to_pay = [(one, pence) for one in owed if (pence := await services.left_to_pay(one))]
    names, by = await names_of([one.proposed_by_id for one in proposals]), request.state.actor
    matches = {
        one.id: one for one in (*(one for one, _ in to_pay), *(row.match_pledge for row in rows if row.status in OPEN))
    }.values()
    context = {
        "rows": [(row, title_for(row.match_pledge), project_of(row.match_pledge).group.name) for row in rows],
        "proposals": [(one, title_for(one.match_pledge)) for one in proposals],
        "to_pay": [(one, title_for(one), pence) for one, pence in to_pay],
        "names": names,
        "proposes": [one.id for one in matches if await allowed(services.refuse_proposer(one, by))],
        "decides": [one.id for one in proposals if await allowed(services.refuse_decider(one, one.match_pledge, by))],
        "me": by.person_id,
        "path": LIST,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/recoveries.html", context)


async def _give_up(request: Request) -> Response:
    found = await Recovery.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    act = Act(
        f"Give up {found.reference}",
        f"{pounds_exact(found.amount_pence - found.came_pence)} would not be asked for any more, once a finance approver agrees.",
        "Propose it",
        "Proposed. A finance approver decides",
        lambda why: services.propose_giving_up(found.id, why, request.state.actor),
        "Two people and the auditors read this.",
        warning=True,
    )
    return await ask_first(request, act, LIST)


async def _close_short(request: Request) -> Response:
    match = await MatchPledge.get_or_none(id=path_id(request))
    if match is None:
        raise NotFound
    act = Act(
        f"Close {match.reference} short",
        f"{pounds_exact(await services.left_to_pay(match))} would not be paid and be left in the pot, once two people agree.",
        "Propose it",
        "Proposed. A finance approver decides",
        lambda why: services.propose_short(match.id, why, request.state.actor),
        "Two people and the auditors read this, and the group once it is agreed.",
        warning=True,
    )
    return await ask_first(request, act, LIST)


async def _decide(request: Request) -> Response:
    found = await Shortening.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    by, rows = request.state.actor, (("Amount", pounds_exact(found.amount_pence)), ("Reason", found.why))
    acts = {
        "agree": Act(
            "Agree to let go of this",
            "It happens now.",
            "Agree",
            "Agreed",
            lambda _why: services.agree(found.id, by),
            warning=True,
            rows=rows,
        ),
        "refuse": Act(
            "Refuse to let go of this",
            "Everything stays as it is.",
            "Refuse",
            "Refused",
            lambda _why: services.refuse(found.id, by),
            rows=rows,
        ),
        "withdraw": Act(
            "Take the proposal back",
            "Everything stays as it is.",
            "Take back",
            "Taken back",
            lambda _why: services.withdraw(found.id, by),
            rows=rows,
        ),
    }
    return await ask_first(request, path_choice(request, acts), LIST)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, READ, name="recoveries"),
    page(f"{LIST}/{{id}}/give-up", _give_up, OFFICERS, name="recovery_give_up", methods=BOTH),
    page(f"{LIST}/matches/{{id}}/close-short", _close_short, OFFICERS, name="match_close_short", methods=BOTH),
    page(f"{LIST}/proposals/{{id}}/{{act}}", _decide, READ, name="shortening_act", methods=BOTH),
]
