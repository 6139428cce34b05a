"""What the books add to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from payments.books.models import BookPeriod
from payments.books.states import Period


async def _to_close(by: Actor) -> int:
    """Proposed by somebody else."""
    return await BookPeriod.filter(status=Period.PROPOSED).exclude(proposed_by_id=by.person_id).count()


LINKS: Final = (
    LandingLink(Role.FINANCE_APPROVER, "The books: statements, journals, periods to close", "books", _to_close),
    LandingLink(Role.FINANCE_APPROVER, "Commitments, as at any day", "books_commitments"),
    LandingLink(Role.FUND_OFFICER, "The books: statements of campaigns, funds and the programme", "books"),
    LandingLink(Role.FUND_OFFICER, "Commitments, as at any day", "books_commitments"),
    LandingLink(Role.AUDITOR, "The books: statements, journals, closed periods", "books"),
    LandingLink(Role.AUDITOR, "Commitments, as at any day", "books_commitments"),
)
