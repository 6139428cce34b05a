"""A group's pages: the account that its money is paid to, and what each payment of a campaign brought."""

from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, to
from crowdfund_kent.csv_files import csv_response
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from payments.gateway import GatewayError
from payments.payouts import bank_failures, queries, recipients
from payments.payouts.models import Payout, Recipient
from projects.access import group_by_slug, member_of
from projects.kinds import MemberRole
from projects.models import Group
from projects.queries import group_id_of, hosted_by, officer_of, receiving_group

MEMBERS: Final = member_of(group_by_slug)
OWNERS: Final = member_of(group_by_slug, MemberRole.OWNER)
NO_ANSWER: Final = "The payment provider does not answer. Nothing was changed. Try again in a few minutes."
log = structlog.get_logger()


async def _group(request: Request) -> Group:
    return await Group.get(id=request.state.member.group_id)


async def _account(request: Request) -> Response:
    """GET: what is asked, why, and what is missing. POST: on to the provider's page, by a link for one visit."""
    group = await _group(request)
    path = f"/groups/{group.slug}/account"
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        site = get_settings().site_url.rstrip("/")
        try:
            link = await recipients.onboarding_link(
                group.id, request.state.actor, return_url=f"{site}{path}/back", refresh_url=f"{site}{path}/again"
            )
        except Refused as refused:
            form.refuse(refused.message)
        except GatewayError as error:
            log.error("no way to the provider's page", group=group.id, error=error.message)
            form.refuse(NO_ANSWER)
        else:
            return to(link.url)
    receiver = await receiving_group(group.id)
    context = {
        "group": group,
        "receiver": receiver,
        "account": await queries.account_of(receiver.id),
        "failures": await bank_failures.open_failures(receiver.id),
        "hosted": [one for one in await hosted_by(group.id) if one.status == "agreed"],
        "is_owner": request.state.member.role == MemberRole.OWNER,
        "form": form,
        "officer": await officer_of(group.id),
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/account.html", context, form.response_status)


async def _back(request: Request) -> Response:
    """From the provider's page: what became of it is the provider's to say."""
    group = await _group(request)
    row = await Recipient.get_or_none(group_id=group.id)
    said = "Thank you. The provider has what you entered."
    if row is not None:
        try:
            await recipients.read(row.id)
        except GatewayError as error:
            log.error("an account could not be read", recipient=row.id, error=error.message)
            said = "Thank you. The provider does not tell yet what became of it: look here again later."
    return await done(request, f"/groups/{group.slug}/account", said)


async def _again(request: Request) -> Response:
    """The way to the provider's page was used, or its minutes are over: the button makes another."""
    group = await _group(request)
    return await done(
        request, f"/groups/{group.slug}/account", "That way to the provider’s page is over. Press the button again."
    )


async def _payout_of(request: Request) -> Payout:
    found = await Payout.get_or_none(campaign_id=path_id(request))
    if found is None or await group_id_of(found.campaign_id) != request.state.member.group_id:
        raise NotFound
    return found


async def _payout(request: Request) -> Response:
    """What each payment brought, what it cost, and what of it is sent."""
    payout = await _payout_of(request)
    context = {"view": await queries.payout_view(payout), "group": await _group(request)}
    return render(request, "payments/payout.html", context)


async def _csv(request: Request) -> Response:
    """The same as a file."""
    payout = await _payout_of(request)
    return csv_response(f"payout-{payout.campaign_id}.csv", queries.csv_of(await queries.lines_of(payout.campaign_id)))


_ACCOUNT: Final = "/groups/{group}/account"
_PAYOUT: Final = "/groups/{group}/campaigns/{id}/payout"
ROUTES: Final[list[Route]] = [
    page(_ACCOUNT, _account, MEMBERS, name="group_account"),
    page(f"{_ACCOUNT}/go", _account, OWNERS, name="group_account_go", methods=("POST",)),
    page(f"{_ACCOUNT}/back", _back, OWNERS, name="group_account_back"),
    page(f"{_ACCOUNT}/again", _again, OWNERS, name="group_account_again"),
    page(_PAYOUT, _payout, MEMBERS, name="group_payout"),
    page(f"{_PAYOUT}.csv", _csv, MEMBERS, name="group_payout_csv"),
]
