"""/staff/retention: what is let go by the calendar, what waits, and what went, in numbers."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.personal.models import RetentionRun
from crowdfund_kent.personal.retention import all_rules, waiting
from crowdfund_kent.templating import render

MOST: Final = 200


async def show(request: Request) -> Response:
    """GET: each rule with what is due now, and the last runs."""
    due = await waiting()
    context = {
        "rules": [(rule, due[rule.name]) for rule in all_rules()],
        "runs": await RetentionRun.all().order_by("-id").limit(MOST),
    }
    return render(request, "personal/retention.html", context)


OFFICERS: Final = staff(Role.FUND_OFFICER, Role.ADMINISTRATOR)
ROUTES: Final[list[Route]] = [page("/staff/retention", show, OFFICERS, name="staff_retention")]
