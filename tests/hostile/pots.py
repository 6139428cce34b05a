"""A fund in draft, and a movement that waits: what the pages of pots are attacked with."""

from datetime import timedelta

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from pledges import fund_making, pot_moving
from pledges.models import Funder, FundingSource
from tests.pledges import pot_make


async def build(officer: Actor) -> dict[str, dict[str, str]]:
    """What stands in the places of a path, by the route's name. `officer`: a fund officer of the site."""
    funder, today = (await Funder.all())[0], business_today()
    draft = await fund_making.draft_fund(
        funder.id, fund_making.Draft("A fund in draft", "crowdfund-kent", today, today + timedelta(days=9)), officer
    )
    fund = await pot_make.fund(10_000, 10_000)
    first, second = await FundingSource.filter(fund_id=fund.id).order_by("id")
    movement = await pot_moving.enter_move(fund.id, first.id, second.id, 100, "26/00031", officer)
    drafted, moving = {"slug": draft.slug}, {"slug": fund.slug, "id": str(movement.id)}
    return {
        "staff_fund_draft": drafted,
        "staff_fund_open": drafted,
        "staff_fund_movement_confirm": moving,
        "staff_fund_movement_withdraw": moving,
    }
