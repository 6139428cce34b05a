"""What the pages of a group's report share."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.answering import done
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import NotFound
from projects.models import Delivery
from projects.reports import queries, rules
from projects.reports.kinds import ReportKind
from projects.reports.models import Report
from projects.reports.states import WRITABLE
from projects.reports.states import Report as Status
from projects.reports.words import MEANINGS
from projects.routes.common import Here, here, show
from projects.states import RUNNING

BASE: Final = "/groups/{group}/projects/{project}/report/{kind}"
BOTH: Final = ("GET", "POST")


@dataclass(frozen=True)
class Reporting:
    """The report that a page is about."""

    at: Here
    delivery: Delivery
    report: Report
    whole: queries.Whole

    @property
    def path(self) -> str:
        """The report's own page."""
        return f"{self.at.path}/report/{self.report.kind}"

    @property
    def may_write(self) -> bool:
        """Nothing was sent, or an officer asked back."""
        return self.report.status in WRITABLE and self.delivery.status in RUNNING

    def after(self, key: str) -> str:
        """The page that follows the question `key`: the next that is open, or the report's own."""
        asked = list(self.whole.questions)
        at = next((number for number, one in enumerate(asked) if one.key == key), -1)
        open_ones = [one for one in asked[at + 1 :] if not one.done]
        return f"{self.path}/{open_ones[0].address}" if open_ones else self.path


async def reporting(request: Request) -> Reporting:
    """The report of the path; NotFound while none of its kind is asked."""
    at = await here(request)
    kind = str(request.path_params["kind"])
    if kind not in set(ReportKind) or at.campaign is None:
        raise NotFound
    report = await queries.report_of(at.campaign.id, ReportKind(kind))
    if report is None:
        raise NotFound("This report is not asked.")
    return Reporting(at, report.delivery, report, await queries.whole(report))


def question_of(found: Reporting, key: str) -> rules.Question:
    """The question of this address; NotFound for one that is not asked."""
    for one in found.whole.questions:
        if one.key == key:
            return one
    raise NotFound


async def sent(request: Request, found: Reporting) -> Response | None:
    """For a page that changes the report: back to its own page once it is sent. Services refuse anyway."""
    if found.may_write:
        return None
    return await done(request, found.path, "This can’t be changed now")


async def show_page(request: Request, found: Reporting, template: str, status: int = 200, **more: Any) -> Response:
    """A page about a report."""
    given = {
        "report": found.report,
        "delivery": found.delivery,
        "whole": found.whole,
        "path": found.path,
        "standing": MEANINGS[Status(found.report.status)],
        "may_write": found.may_write,
        "today": business_today(),
        "limits": queries.limits(),
        **more,
    }
    return await show(request, f"reports/{template}", found.at, status, **given)
