"""The group's pages: what a fund offers, and the answer."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Conflict, NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.money import pounds
from crowdfund_kent.templating import render
from panel.forms.awards import AcceptForm
from panel.routes.common import BOTH, GENERATED
from pledges import matches
from pledges.match_words import counts_words
from pledges.models import MatchPledge
from pledges.recipients import project_of, title_for
from pledges.states import Match
from pledges.totals import totals
from projects.kinds import MemberRole
from projects.models import Member
from projects.routes.common import MEMBERS, OWNERS, group_here
from projects.states import Campaign as CampaignStatus

MEANING: Final = {
    Match.EARMARKED: ("Waits for your answer", "wait"),
    Match.PLEDGED: ("Accepted: it counts", "yes"),
    Match.CONFIRMED: ("Your target was met: it will be paid", "yes"),
    Match.PART_PAID: ("Paid in part", "yes"),
    Match.PAID: ("Paid", "yes"),
    Match.CLOSED_SHORT: ("Closed: what was not paid is let go", "quiet"),
    Match.RELEASED: ("Let go: it is not paid", "quiet"),
    Match.PART_RECOVERED: ("Paid, and a part went back", "quiet"),
    Match.RECOVERED: ("Paid, and it went back", "quiet"),
}


ACCEPTED: Final = ("Accepted: it will be paid", "yes")  # of a fund that works without a crowd: there is no target


def meaning(match: MatchPledge) -> tuple[str, str]:
    """(words, tone) of how an offer stands, for its group."""
    if match.campaign_id is None and match.status == Match.CONFIRMED:
        return ACCEPTED
    return MEANING[Match(match.status)]


async def listing(request: Request) -> Response:
    """GET /groups/{group}/offers."""
    group = await group_here(request)
    context = {
        "group": group,
        "offers": await matches.offers_of(group.id),
        "meaning": meaning,
        "title_for": title_for,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if group.generated else None,
    }
    return render(request, "panel/offers.html", context)


async def show(request: Request) -> Response:
    """GET /groups/{group}/offers/{reference}: what is offered, and two ways to answer."""
    match = await _offer(request)
    return await _page(request, match, await _form(request, match), "offer.html")


async def accept(request: Request) -> Response:
    """POST /groups/{group}/offers/{reference}/accept. A second click finds it accepted."""
    match = await _offer(request)
    form = await _form(request, match)
    path = _path(match)
    if match.status != Match.EARMARKED:
        return await done(request, path, meaning(match)[0])
    if form.validate():
        terms_id = form.terms_id if isinstance(form, AcceptForm) else None
        on_field = "agreed" if isinstance(form, AcceptForm) else None
        try:
            if await tried(form, partial(matches.accept, match.id, request.state.actor, terms_id), on_field):
                return await done(request, path, await _added(match))
        except Conflict as error:
            form.refuse(error.message)
    return await _page(request, match, form, "offer.html")


async def decline(request: Request) -> Response:
    """GET and POST /groups/{group}/offers/{reference}/decline."""
    match = await _offer(request)
    if match.status != Match.EARMARKED:
        return await done(request, _path(match), meaning(match)[0])
    form = await ActionForm.of(request)
    work = partial(matches.decline, match.id, request.state.actor)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, _path(match), "You declined the offer. The money has gone back to the fund")
    return await _page(request, match, form, "decline.html")


async def _form(request: Request, match: MatchPledge) -> AcceptForm | ActionForm:
    """With a box to tick where the fund has terms."""
    terms = await matches.terms_of(match)
    if terms is None or match.status != Match.EARMARKED:
        return await ActionForm.of(request)
    return await AcceptForm.of(request, terms=str(terms.id))


async def _added(match: MatchPledge) -> str:
    """What acceptance did, in words that are true for how this fund's money counts."""
    amount, funder = pounds(match.amount_pence), match.fund.funder.short_name
    if match.campaign_id is None:
        return f"You accepted {amount} from {funder}. It will be paid"
    part = next(
        one
        for one in (await matches.match_parts([match.campaign_id]))[match.campaign_id]
        if one.reference == match.reference
    )
    return (
        f"{funder} has promised {amount}. It {part.later}"
        if part.later
        else f"{funder} now adds {amount}. It counts from now on"
    )


async def _offer(request: Request) -> MatchPledge:
    """An offer to the group of the path; another group's is NotFound."""
    match = await matches.offer_by_reference(str(request.path_params["reference"]))
    if project_of(match).group_id != request.state.member.group_id:
        raise NotFound
    return match


def _path(match: MatchPledge) -> str:
    return f"/groups/{project_of(match).group.slug}/offers/{match.reference}"


async def _page(request: Request, match: MatchPledge, form: SiteForm, template: str) -> Response:
    campaign, member, now = match.campaign, _member(request), business_now()
    in_time = match.accept_by is None or now < match.accept_by
    takes_money = campaign is None or (
        campaign.status == CampaignStatus.LIVE and campaign.deadline_at is not None and now < campaign.deadline_at
    )
    context: dict[str, Any] = {
        "match": match,
        "group": project_of(match).group,
        "title": title_for(match),
        "funder": match.fund.funder.short_name,
        "campaign": campaign,
        "totals": await totals(campaign.id) if campaign is not None else None,
        "parts": await matches.bar_matches(campaign.id) if campaign is not None else [],
        "meaning": meaning(match),
        "terms": await matches.terms_of(match),
        "counts": counts_words(match.accrual, match.terms.get("start_bp")),
        "path": _path(match),
        "is_open": match.status == Match.EARMARKED and in_time and takes_money,
        "may_answer": member.role == MemberRole.OWNER,
        "form": form,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if match.generated or project_of(match).generated else None,
    }
    return render(request, f"panel/{template}", context, form.response_status)


def _member(request: Request) -> Member:
    member: Member = request.state.member
    return member


ROUTES: Final[list[Route]] = [
    page("/groups/{group}/offers", listing, MEMBERS, name="group_offers"),
    page("/groups/{group}/offers/{reference}", show, MEMBERS, name="group_offer"),
    page("/groups/{group}/offers/{reference}/accept", accept, OWNERS, name="group_offer_accept", methods=("POST",)),
    page("/groups/{group}/offers/{reference}/decline", decline, OWNERS, name="group_offer_decline", methods=BOTH),
]
