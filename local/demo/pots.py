"""Pots at work: another funder's fund in draft, and money between two sources that waits for the finance approver."""

from datetime import date
from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.settings import get_settings
from local.demo.people import acting
from local.demo.programme import CURRENT
from local.demo.stage import Stage
from pledges import fund_making, funds, pot_moving
from pledges.models import FundingSource, MatchFund

SHORT: Final = "Invicta Health"


async def play(stage: Stage) -> None:
    """Today: entered by the fund officer; the finance approver confirms, and opens."""
    officer = await acting(Role.FUND_OFFICER)
    funder = await fund_making.enter_funder("Invicta Health Partnership", SHORT, "", officer)
    fund = await fund_making.draft_fund(
        funder.id,
        fund_making.Draft(
            name="Well together 2027",
            objective_list=get_settings().objective_list,
            starts_on=date(2027, 1, 4),
            ends_on=date(2028, 3, 31),
            summary="The demo's draft: health close to home, by people who know each other.",
        ),
        officer,
    )
    for name, pounds, year in (("Prevention", 60_000, "2026-27"), ("Prevention, second year", 40_000, "2027-28")):
        source = funds.NewSource(name, pounds * 100, budget_code="DEMO-NHS", why="DEMO/26/00007", financial_year=year)
        await funds.add_source(fund.id, source, officer)
    current = await MatchFund.get(slug=CURRENT)
    first, second = await FundingSource.filter(fund_id=current.id).order_by("id").limit(2)
    await pot_moving.enter_move(current.id, first.id, second.id, 500_000, "DEMO/26/00008", officer)
    await stage.work()
