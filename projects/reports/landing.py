"""What officers find on /account, and what a group is shown on its campaign's page."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from projects.models import Campaign
from projects.raised import NextStep
from projects.reports import queries
from projects.reports.models import Report
from projects.reports.states import WRITABLE


async def waiting(_by: Actor) -> int:
    """Reports, and requests for more time, that wait for an officer."""
    return await queries.count_waiting()


async def report_step(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """The report that is asked now."""
    found = await Report.filter(delivery__campaign_id=campaign_id, status__in=WRITABLE).order_by("id")
    if not found:
        return []
    campaign = await Campaign.get(id=campaign_id).select_related("project__group")
    path = f"/groups/{campaign.project.group.slug}/projects/{campaign.project.slug}/report"
    return [
        NextStep(
            f"Write your {one.kind} report",
            f"{path}/{one.kind}",
            f"By {one.due_by.day} {one.due_by:%B %Y}, once for everybody who added money.",
        )
        for one in found
    ]


NEXT_STEPS: Final = (report_step,)
LINKS: Final = tuple(
    LandingLink(role, "Reports of funded projects", "staff_reports", waiting, "What groups spent, and what came of it.")
    for role in (Role.FUND_OFFICER, Role.AUDITOR)
)
