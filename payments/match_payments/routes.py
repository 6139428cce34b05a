"""Officers' pages of payments: what is owed, schedules, and one payment."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_choice, path_id
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.second_person import allowed
from crowdfund_kent.answering import done
from crowdfund_kent.csv_files import csv_response
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.forms import ActionForm, CheckboxesField, SiteForm
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from payments.bank_details.routes import holds
from payments.match_payments import owing, services
from payments.match_payments.due import Due, due
from payments.match_payments.holding import held_words
from payments.match_payments.models import MatchPayment, MatchPaymentPart, PaymentSchedule
from payments.match_payments.pages import BOTH, OFFICERS, READ, Act, ask_first
from payments.match_payments.states import NOT_OUT, Payment
from pledges.models import FundingSource
from pledges.recipients import WITH, project_of, title_for

LIST: Final = "/staff/match-payments"


class PrepareForm(SiteForm):
    """What is to be paid together."""

    pay = CheckboxesField("What do you want to pay?", missing="Choose what to pay", classes="govuk-checkboxes--small")


def _own_words(pence: int) -> str:
    return f"; {pounds_exact(pence)} of it is the group’s own money, which no source pays" if pence else ""


async def _totals(by_source: Iterable[tuple[int, int]]) -> list[tuple[FundingSource, int]]:
    """Pence by source, in the order of funds and sources."""
    sums: dict[int, int] = defaultdict(int)
    for source_id, pence in by_source:
        sums[source_id] += pence
    rows = await FundingSource.filter(id__in=list(sums)).order_by("fund_id", "id").select_related("fund")
    return [(row, sums[row.id]) for row in rows]


async def _listing(request: Request) -> Response:
    """GET: what is owed, with what is missing. POST: a schedule of what was chosen."""
    owed = await due()
    payable = [one for one in owed if not one.missing]
    form = await PrepareForm.of(request)
    form.pay.choices = [
        (
            one.match.id,
            f"{pounds_exact(one.amount_pence)} to {one.receiver.name}",
            f"“{one.title}”, {one.match.fund.name}, by {one.due_on:%-d %B %Y}{_own_words(one.own_pence)}",
        )
        for one in payable
    ]
    if request.method == "POST" and form.validate():
        try:
            schedule = await services.prepare([int(one) for one in form.pay.data], request.state.actor)
        except Refused as refused:
            form.refuse(refused.message, "pay")
        else:
            return await done(request, f"{LIST}/schedules/{schedule.id}", "Prepared. A finance approver approves it")
    schedules = await PaymentSchedule.all().order_by("-id").limit(50)
    context = {
        "form": form,
        "payable": payable,
        "owed": owed,
        "held": await held_words([one.match for one in owed]),
        "waiting": [one for one in owed if one.missing],
        "totals": await _totals(_of_sources(payable)),
        "own_pence": sum(one.own_pence for one in payable),
        "schedules": [(one, await _sum_of(one)) for one in schedules],
        "is_officer": await holds(request, Role.FUND_OFFICER),
        "path": LIST,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/match_list.html", context, form.response_status)


def _of_sources(owed: Iterable[Due]) -> list[tuple[int, int]]:
    return [pair for one in owed for pair in one.by_source.items()]


async def _sum_of(schedule: PaymentSchedule) -> int:
    rows = await MatchPayment.filter(schedule_id=schedule.id).exclude(status=Payment.CANCELLED)
    return sum(row.amount_pence for row in rows)


async def _schedule_of(request: Request) -> PaymentSchedule:
    found = await PaymentSchedule.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    return found


async def _holds_either(request: Request) -> bool:
    return await holds(request, Role.FUND_OFFICER) or await holds(request, Role.FINANCE_APPROVER)


async def _schedule(request: Request) -> Response:
    schedule, by = await _schedule_of(request), request.state.actor
    rows = (
        await MatchPayment.filter(schedule_id=schedule.id)
        .order_by("id")
        .select_related("group", "bank_details", "match_pledge__fund", *(f"match_pledge__{one}" for one in WITH))
    )
    parts = await MatchPaymentPart.filter(payment__schedule_id=schedule.id).exclude(payment__status=Payment.CANCELLED)
    names = await names_of([schedule.prepared_by_id, schedule.approved_by_id, schedule.exported_by_id])
    context = {
        "schedule": schedule,
        "rows": [(row, title_for(row.match_pledge), project_of(row.match_pledge).group) for row in rows],
        "sum_pence": sum(row.amount_pence for row in rows if row.status != Payment.CANCELLED),
        "totals": await _totals((part.source_id, part.amount_pence) for part in parts),
        "own": await owing.own_of([row.id for row in rows if row.status != Payment.CANCELLED]),
        "kept": await owing.kept_of([row.id for row in rows]),
        "names": names,
        "is_officer": await holds(request, Role.FUND_OFFICER),
        "may_approve": await allowed(services.refuse_approver(schedule, [], by)),
        "may_export": await allowed(services.refuse_exporter(schedule, by)),
        "may_write": await _holds_either(request),
        "never_paid": [row.id for row in rows if await allowed(services.refuse_never_paid(row, row.match_pledge, by))],
        "mine": schedule.prepared_by_id == request.state.actor.person_id,
        "path": f"{LIST}/schedules/{schedule.id}",
        "not_out": [str(one) for one in NOT_OUT],
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/match_schedule.html", context)


async def _act_schedule(request: Request) -> Response:
    schedule, by = await _schedule_of(request), request.state.actor
    path, amount = f"{LIST}/schedules/{schedule.id}", pounds_exact(await _sum_of(schedule))
    rows = (("Schedule", schedule.reference), ("Together", amount))
    acts = {
        "approve": Act(
            f"Approve {schedule.reference}",
            f"{amount} may go to the finance system. Look at who is paid, and from which source, first.",
            "Approve",
            "Approved. It can go to the finance system now",
            lambda _why: services.approve(schedule.id, by),
            rows=rows,
        ),
        "refuse": Act(
            f"Refuse {schedule.reference}",
            "Nothing of it is paid. All of it can be prepared again.",
            "Refuse",
            "Refused. Nothing is paid",
            lambda why: services.refuse(schedule.id, by, why),
            "For whoever prepared it.",
            warning=True,
            rows=rows,
        ),
        "withdraw": Act(
            f"Withdraw {schedule.reference}",
            "Nothing of it is paid. All of it can be prepared again.",
            "Withdraw",
            "Withdrawn. Nothing is paid",
            lambda why: services.withdraw(schedule.id, by, why),
            "For the record.",
            rows=rows,
        ),
    }
    return await ask_first(request, path_choice(request, acts), path)


async def _export(request: Request) -> Response:
    """POST: the file for the finance system, with whole account numbers. On record each time."""
    schedule = await _schedule_of(request)
    path = f"{LIST}/schedules/{schedule.id}"
    form = await ActionForm.of(request)
    if not form.validate():
        return await done(request, path, "The page had expired, so nothing was exported")
    name, text = await services.export_file(schedule.id, request.state.actor)
    return csv_response(name, text)


async def _act_payment(request: Request) -> Response:
    payment, by = await services.one(path_id(request)), request.state.actor
    amount = pounds_exact(payment.amount_pence)
    acts = {
        "take-out": Act(
            f"Take {payment.reference} out of its schedule",
            f"{amount} is not paid with it. It can be prepared again.",
            "Take out",
            "Taken out",
            lambda _why: services.take_out(payment.id, by),
        ),
        "never-paid": Act(
            f"Say that {payment.reference} was never paid",
            f"{amount} went to the finance system and was not paid there. A finance approver who is another person must agree.",
            "It was never paid",
            "Said. A finance approver looks at it",
            lambda why: services.ask_never_paid(payment.id, by, why),
            "How do you know? Such as what the finance system said.",
            warning=True,
        ),
        "agree-never-paid": Act(
            f"Agree that {payment.reference} was never paid",
            f"Look at the bank first. {amount} can be prepared again, and would be paid twice if it was paid.",
            "Agree",
            "Agreed. It can be prepared again",
            lambda _why: services.agree_never_paid(payment.id, by),
            warning=True,
            rows=(("Reason", payment.cancel_why or "nobody has said so"),),
        ),
    }
    return await ask_first(request, path_choice(request, acts), f"{LIST}/schedules/{payment.schedule_id}")


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, READ, name="match_payments"),
    page(f"{LIST}/prepare", _listing, OFFICERS, name="match_prepare", methods=BOTH),
    page(f"{LIST}/schedules/{{id}}", _schedule, READ, name="match_schedule"),
    page(f"{LIST}/schedules/{{id}}/export", _export, READ, name="match_export", methods=("POST",)),
    page(f"{LIST}/schedules/{{id}}/{{act}}", _act_schedule, READ, name="match_schedule_act", methods=BOTH),
    page(f"{LIST}/payments/{{id}}/{{act}}", _act_payment, READ, name="match_payment_act", methods=BOTH),
]
