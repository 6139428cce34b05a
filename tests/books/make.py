"""People and moments for tests of the books."""

from datetime import timedelta

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from payments.books import closing
from payments.books.models import BookPeriod
from tests.projects import make as projects


async def approver() -> Actor:
    """A finance approver of their own."""
    return await projects.staff(Role.FINANCE_APPROVER)


async def closed(days_ago: int = 1) -> BookPeriod:
    """Every day up to so many days ago is closed, by two people."""
    first, second = await approver(), await approver()
    until = business_today() - timedelta(days=days_ago)
    return await closing.close((await closing.propose(until, "A test", first)).id, second)
