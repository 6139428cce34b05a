"""The file that a finance system imports: a line for each payment and source, columns as docs/paying.md lists them."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.csv_files import Cell, csv_text, pounds_cell
from payments.bank_details.services import account_of
from payments.match_payments.models import MatchPayment, MatchPaymentOwn, MatchPaymentPart, PaymentSchedule

COLUMNS: Final = (
    "schedule",
    "payment reference",
    "line reference",
    "payee",
    "sort code",
    "account number",
    "payment amount",
    "line amount",
    "currency",
    "pay by",
    "fund",
    "source",
    "budget code",
    "cost centre",
    "subjective code",
    "match reference",
)


OWN: Final = "the group's own money"  # what it had given back of a payment that the bank returned later


async def file_of(schedule: PaymentSchedule, payments: Sequence[MatchPayment]) -> str:
    """The text of the file. It holds whole account numbers: it goes to the finance approver and is kept nowhere."""
    rows: list[list[Cell]] = []
    full = (
        await MatchPayment.filter(id__in=[one.id for one in payments])
        .order_by("id")
        .select_related("bank_details", "match_pledge__fund")
    )
    for payment in full:
        account = account_of(payment.bank_details)
        parts = await MatchPaymentPart.filter(payment_id=payment.id).order_by("source_id").select_related("source")
        lines: list[tuple[str, str, str, str, int]] = [
            (part.source.name, part.budget_code, part.cost_centre, part.subjective_code, part.amount_pence)
            for part in parts
        ]
        lines += [
            (OWN, "", own.cost_centre, own.subjective_code, own.amount_pence)
            for own in await MatchPaymentOwn.filter(payment_id=payment.id)
        ]
        for number, (source, budget, centre, subjective, pence) in enumerate(lines, 1):
            rows.append(
                [
                    schedule.reference,
                    payment.reference,
                    f"{payment.reference}/{number}",
                    account.name,
                    account.sort_code_shown,
                    account.number,
                    pounds_cell(payment.amount_pence),
                    pounds_cell(pence),
                    "GBP",
                    payment.due_on.isoformat(),
                    payment.match_pledge.fund.name,
                    source,
                    budget,
                    centre,
                    subjective,
                    payment.match_pledge.reference,
                ]
            )
    return csv_text(COLUMNS, rows)


def name_of(schedule: PaymentSchedule) -> str:
    """Of the file."""
    return f"payments-{schedule.reference.lower()}.csv"
