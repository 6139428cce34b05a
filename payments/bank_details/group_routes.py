"""A group's own pages: what the council pays it and when, what is missing; its bank details; the questions about subsidy."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from payments.bank_details import queries, services
from payments.bank_details.forms import AccountForm, SubsidyForm
from payments.bank_details.models import BankDetails
from payments.bank_details.receiving import receiver
from payments.match_payments.due import of_group
from payments.subsidy import services as subsidy
from payments.subsidy.rules import rule_set, years_begin
from payments.subsidy.states import Subsidy
from pledges.recipients import group_id_for, title_for
from projects.kinds import MemberRole
from projects.routes.common import MEMBERS, OWNERS, group_here

_PATH: Final = "/groups/{group}/council-money"


async def _show(request: Request) -> Response:
    group = await group_here(request)
    gets = await receiver(group.id)
    owed, history, asked = await of_group(group.id)
    context = {
        "group": group,
        "receiver": gets,
        "is_own": gets.group_id == group.id,
        "owed": owed,
        "history": history,
        "asked": asked,
        "standing": await queries.standing(gets.group_id),
        "is_owner": request.state.member.role == MemberRole.OWNER,
        "path": f"/groups/{group.slug}/council-money",
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/group_money.html", context)


async def _bank(request: Request) -> Response:
    group = await group_here(request)
    back = f"/groups/{group.slug}/council-money"
    form = await AccountForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.send, group.id, form.account(), request.state.actor)
        if await tried(form, work):
            return await done(request, back, "Thank you. We check them now, and all owners of the group are told")
    return render(
        request, "payments/bank_enter.html", {"form": form, "group": group, "back": back}, form.response_status
    )


async def _withdraw(request: Request) -> Response:
    group = await group_here(request)
    details = await BankDetails.get_or_none(id=path_id(request), group_id=group.id)
    if details is None:
        raise NotFound
    form = await ActionForm.of(request)
    back = f"/groups/{group.slug}/council-money"
    if not form.validate():
        return await done(request, back, "The page had expired, so nothing was changed")
    await services.withdraw(details.id, request.state.actor)
    return await done(request, back, "Taken back. The account was deleted")


async def _subsidy(request: Request) -> Response:
    group = await group_here(request)
    found = await subsidy.one(path_id(request))
    match = found.match_pledge
    if await group_id_for(match) != group.id:
        raise NotFound
    back = f"/groups/{group.slug}/council-money"
    if found.status != Subsidy.ASKED:
        return await done(request, back, "These questions are answered")
    form = await SubsidyForm.of(request)
    if request.method == "POST" and form.validate():
        answers = subsidy.Answers(
            form.project_trades.data == "yes", form.group_trades.data == "yes", form.declared.data, form.name.data
        )
        if await tried(form, partial(subsidy.answer, found.id, answers, request.state.actor)):
            return await done(request, back, "Thank you. An officer looks at your answers")
    context = {
        "form": form,
        "group": group,
        "match": match,
        "title": title_for(match),
        "rules": rule_set(found.rule_set),
        "from_day": years_begin(match.created_at.date()),
        "back": back,
    }
    return render(request, "payments/group_subsidy.html", context, form.response_status)


ROUTES: Final[list[Route]] = [
    page(_PATH, _show, MEMBERS, name="group_council_money"),
    page(f"{_PATH}/bank", _bank, OWNERS, name="group_bank", methods=("GET", "POST")),
    page(f"{_PATH}/bank/{{id}}/withdraw", _withdraw, OWNERS, name="group_bank_withdraw", methods=("POST",)),
    page(f"{_PATH}/subsidy/{{id}}", _subsidy, OWNERS, name="group_subsidy", methods=("GET", "POST")),
]
