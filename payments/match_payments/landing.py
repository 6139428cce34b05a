"""What the council's money adds to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from payments.bank_details.models import BankDetails
from payments.bank_details.states import Details
from payments.bank_statements.models import BankLine
from payments.bank_statements.states import Line
from payments.match_payments.due import due
from payments.match_payments.models import PaymentSchedule
from payments.match_payments.states import Schedule
from payments.subsidy.models import SubsidyCheck
from payments.subsidy.states import Subsidy


async def _to_pay(_by: Actor) -> int:
    return len([one for one in await due() if not one.missing])


async def _to_approve(by: Actor) -> int:
    """Prepared by somebody else."""
    return await PaymentSchedule.filter(status=Schedule.PREPARED).exclude(prepared_by_id=by.person_id).count()


async def _to_check(_by: Actor) -> int:
    return await BankDetails.filter(status=Details.TO_CHECK).count()


async def _details_to_approve(by: Actor) -> int:
    """Checked by somebody else."""
    return await BankDetails.filter(status=Details.CHECKED).exclude(checked_by_id=by.person_id).count()


async def _subsidies(_by: Actor) -> int:
    return await SubsidyCheck.filter(status=Subsidy.ANSWERED).count()


async def _lines(_by: Actor) -> int:
    return await BankLine.filter(status__in=[Line.UNMATCHED, Line.ASKED]).count()


LINKS: Final = (
    LandingLink(Role.FUND_OFFICER, "Payments to groups", "match_payments", _to_pay, "Ready to be prepared."),
    LandingLink(Role.FUND_OFFICER, "Bank details to check", "office_bank_details", _to_check),
    LandingLink(Role.FUND_OFFICER, "Subsidy checks", "office_subsidies", _subsidies),
    LandingLink(Role.FINANCE_APPROVER, "Payments to groups to approve", "match_payments", _to_approve),
    LandingLink(Role.FINANCE_APPROVER, "Bank details to approve", "office_bank_details", _details_to_approve),
    LandingLink(Role.FINANCE_APPROVER, "Bank statements", "bank_statements", _lines, "Lines that wait for somebody."),
    LandingLink(Role.AUDITOR, "Payments to groups", "match_payments"),
    LandingLink(Role.AUDITOR, "Bank statements", "bank_statements"),
)
