"""What officers entered for the evaluation: some hours, words for the interim report, one measure of success to try."""

from datetime import timedelta
from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from evaluation import services
from evaluation.kinds import Edition, Objective, ReportPart, WorkKind
from local.demo.people import acting

HOURS: Final = ((WorkKind.HELPING, 14), (WorkKind.CHECKING, 9), (WorkKind.PANEL, 11), (WorkKind.ANSWERING, 6))
HOUR_PENCE: Final = 2_500
SUMMARY: Final = (
    "These are words for a demonstration. In a real report officers say here what they read from the figures below, and what"
    " the committee is asked to do."
)


async def play() -> None:
    """Hours of the last two months, and words beside the figures."""
    officer = await acting(Role.FUND_OFFICER)
    first = business_today().replace(day=1)
    for month in (first, (first - timedelta(days=1)).replace(day=1)):
        for kind, hours in HOURS:
            await services.enter_hours(month, kind, hours * 60, HOUR_PENCE, officer)
    await services.write(Edition.INTERIM, ReportPart.SUMMARY, SUMMARY, None, officer)
    await services.add_measure(
        Objective.CONDITIONS, "Example for this demonstration: small groups are funded", "groups_informal", officer
    )
