"""Officers' pages of bank details and subsidy checks."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_choice, path_id
from crowdfund_kent.accounts.queries import names_of, roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import allowed
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.settings import get_settings
from crowdfund_kent.table_files import csv_of, file_response, ods_of
from crowdfund_kent.templating import render
from payments.bank_details import queries, rules, services
from payments.bank_details.forms import AccountForm, CheckForm, DecideForm
from payments.bank_details.models import BankDetails
from payments.bank_details.states import OPEN, Details
from payments.match_payments.pages import BOTH, OFFICERS, READ, Act, ask_first
from payments.subsidy import notifying
from payments.subsidy import queries as subsidies
from payments.subsidy import services as subsidy
from payments.subsidy.models import SubsidyCheck
from payments.subsidy.rules import rule_set, years_begin
from payments.subsidy.states import Subsidy
from pledges.recipients import group_id_for, project_of, title_for
from projects.models import Group

LIST: Final = "/staff/bank-details"
SUBSIDY: Final = "/staff/subsidy"
WAITING: Final = [Subsidy.ANSWERED, Subsidy.BLOCKED]


async def holds(request: Request, role: Role) -> bool:
    """Whether whoever looks holds the role for some fund or the site: what a page offers."""
    return any(row.role == role for row in await roles_of(request.state.actor.person_id or 0))


async def _listing(request: Request) -> Response:
    rows = await BankDetails.filter(status__in=[Details.APPROVED, *OPEN]).order_by("id").select_related("group")
    context = {
        "opened": [row for row in rows if row.status in OPEN],
        "approved": [(row, rules.paid_from(row.approved_at)) for row in rows if row.approved_at is not None],
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/bank_list.html", context)


async def _show(request: Request, whole: Any = None, status: int = 200) -> Response:
    details, by = await services.one(path_id(request)), request.state.actor
    names = await names_of([details.asked_by_id, details.checked_by_id, details.approved_by_id, details.call_person_id])
    context = {
        "details": details,
        "path": f"{LIST}/{details.id}",
        "names": names,
        "others": await queries.others_with(details),
        "paid_from": rules.paid_from(details.approved_at) if details.approved_at else None,
        "whole": whole,
        "is_officer": await holds(request, Role.FUND_OFFICER),
        "is_approver": await holds(request, Role.FINANCE_APPROVER),
        "may_check": await allowed(services.refuse_outsider(details, by, Role.FUND_OFFICER)),
        "may_approve": await allowed(services.refuse_approver(details, by)),
        "may_send_back": await allowed(services.refuse_outsider(details, by, Role.FINANCE_APPROVER)),
        "may_refuse": await allowed(services.refuse_outsider(details, by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)),
        "mine": details.asked_by_id == request.state.actor.person_id,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/bank_one.html", context, status)


async def _one(request: Request) -> Response:
    return await _show(request)


async def _whole(request: Request) -> Response:
    """POST: the account in full, on record."""
    form = await ActionForm.of(request)
    if not form.validate():
        return await done(request, f"{LIST}/{path_id(request)}", "The page had expired, so nothing was shown")
    return await _show(request, await services.read_whole(path_id(request), request.state.actor))


async def _check(request: Request) -> Response:
    details = await services.one(path_id(request))
    form = await CheckForm.of(request)
    papers = await queries.papers_of(details.group_id)
    held = await queries.numbers_held(details)
    form.paper.choices = [(row.id, f"{row.kind.capitalize()}: {row.shown_name or row.project.title}") for row in papers]
    form.owner.choices = [(one.person_id, f"{one.name or 'An owner'}, {one.phone}") for one in held]
    if request.method == "POST" and form.validate():
        work = partial(services.check, details.id, form.check(), request.state.actor)
        if await tried(form, work):
            return await done(request, f"{LIST}/{details.id}", "Checked. A finance approver looks at it now")
    context = {
        "form": form,
        "details": details,
        "path": f"{LIST}/{details.id}",
        "held": len(held),
        "held_days": get_settings().call_back_held_days,
    }
    return render(request, "payments/bank_check.html", context, form.response_status)


async def _act(request: Request) -> Response:
    details, by = await services.one(path_id(request)), request.state.actor
    name = f"account of {details.group.name} that ends in {details.ending}"
    acts = {
        "approve": Act(
            f"Approve the {name}",
            "The group is paid to this account once five working days have ended. All its owners are told now.",
            "Approve",
            "Approved. It is paid to after five working days",
            lambda _why: services.approve(details.id, by),
        ),
        "send-back": Act(
            f"Send the check of the {name} back",
            "The fund officer checks it once more.",
            "Send back",
            "Sent back",
            lambda why: services.send_back(details.id, by, why),
            "For the fund officer who checks it.",
        ),
        "refuse": Act(
            f"Refuse the {name}",
            "The account is deleted, and all owners of the group get your words.",
            "Refuse",
            "Refused. All owners are told",
            lambda why: services.refuse(details.id, by, why),
            "The group reads this.",
            warning=True,
        ),
        "stop": Act(
            f"Stop paying to the {name}",
            "Nothing more is paid to it, at once. All owners of the group get your words.",
            "Stop",
            "Stopped. All owners are told",
            lambda why: services.stop(details.id, by, why),
            "The group reads this.",
            warning=True,
        ),
        "withdraw": Act(
            f"Take the {name} back",
            "The account is deleted, and what stood before counts again.",
            "Take back",
            "Taken back",
            lambda _why: services.withdraw(details.id, by),
        ),
    }
    return await ask_first(request, path_choice(request, acts), f"{LIST}/{details.id}")


async def _enter(request: Request) -> Response:
    """A fund officer enters an account from a paper."""
    group = await Group.get_or_none(id=path_id(request))
    if group is None:
        raise NotFound
    form = await AccountForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.enter, group.id, form.account(), request.state.actor)
        if await tried(form, work):
            return await done(request, LIST, "Entered. All owners are told, and it waits to be checked")
    return render(
        request, "payments/bank_enter.html", {"form": form, "group": group, "back": LIST}, form.response_status
    )


async def _subsidies(request: Request) -> Response:
    rows = (
        await SubsidyCheck.exclude(status=Subsidy.CLEARED)
        .order_by("id")
        .select_related(
            "match_pledge__campaign__project__group",
            "match_pledge__campaign__version",
            "match_pledge__project__group",
        )
    )
    listed = [(row, title_for(row.match_pledge), project_of(row.match_pledge).group.name) for row in rows]
    context = {
        "waiting": [one for one in listed if one[0].status in WAITING],
        "asked": [one for one in listed if one[0].status == Subsidy.ASKED],
        "published": await subsidies.to_publish(),
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/subsidy_list.html", context)


async def _to_notify(request: Request) -> Response:
    """GET /staff/subsidy/to-notify.csv and .ods."""
    wanted = await notifying.table()
    match request.path_params["kind"]:
        case "csv":
            return file_response("subsidies-to-notify.csv", csv_of(wanted))
        case "ods":
            return file_response("subsidies-to-notify.ods", ods_of([wanted], "Subsidies to notify"))
    raise NotFound


async def _subsidy(request: Request) -> Response:
    found = await subsidy.one(path_id(request))
    match, rules_of = found.match_pledge, rule_set(found.rule_set)
    form = await DecideForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(
            subsidy.decide,
            found.id,
            request.state.actor,
            is_enterprise=form.enterprise.data == "yes",
            reason=form.reason.data,
        )
        if await tried(form, work):
            return await done(request, SUBSIDY, "Decided. The group is told")
    ours = await subsidies.ours_in(await group_id_for(match), match)
    context = {
        "form": form,
        "found": found,
        "match": match,
        "title": title_for(match),
        "group": project_of(match).group,
        "rules": rules_of,
        "from_day": years_begin(match.created_at.date()),
        "ours": ours,
        "total_pence": sum(one.pence for one in ours) + (found.declared_pence or 0),
        "path": f"{SUBSIDY}/{found.id}",
        "is_officer": await allowed(subsidy.refuse_officer(match, request.state.actor)),
    }
    return render(request, "payments/subsidy_one.html", context, form.response_status)


async def _ask_again(request: Request) -> Response:
    found = await subsidy.one(path_id(request))
    act = Act(
        "Ask the group again about subsidy",
        "Its owners are asked once more, and nothing is paid meanwhile.",
        "Ask again",
        "The group is asked again",
        lambda _why: subsidy.ask_again(found.id, request.state.actor),
    )
    return await ask_first(request, act, SUBSIDY)


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, READ, name="office_bank_details"),
    page("/staff/groups/{id}/bank-details", _enter, OFFICERS, name="office_bank_enter", methods=BOTH),
    page(f"{LIST}/{{id}}", _one, READ, name="office_bank_one"),
    page(f"{LIST}/{{id}}/whole", _whole, READ, name="office_bank_whole", methods=("POST",)),
    page(f"{LIST}/{{id}}/check", _check, OFFICERS, name="office_bank_check", methods=BOTH),
    page(f"{LIST}/{{id}}/{{act}}", _act, READ, name="office_bank_act", methods=BOTH),
    page(SUBSIDY, _subsidies, READ, name="office_subsidies"),
    page(f"{SUBSIDY}/to-notify.{{kind}}", _to_notify, READ, name="office_subsidy_to_notify"),
    page(f"{SUBSIDY}/{{id}}", _subsidy, OFFICERS, name="office_subsidy", methods=BOTH),
    page(f"{SUBSIDY}/{{id}}/ask-again", _ask_again, OFFICERS, name="office_subsidy_again", methods=BOTH),
]
