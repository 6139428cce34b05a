"""A process that takes from a pot through the service, many at once, until it is done or killed.

python -m tests.drills.taker exact|up_to FUND PENCE CAMPAIGN...
Each take that was committed is a line "CAMPAIGN PENCE" on the standard output; a refusal is "CAMPAIGN 0". Where it dies
is told by crowdfund_kent/drill.py.
"""

import asyncio
import sys
from collections.abc import Sequence

from crowdfund_kent import clock, database
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.errors import Refused
from crowdfund_kent.settings import get_settings
from pledges import pots
from pledges.kinds import Accrual


async def take(kind: str, fund_id: int, pence: int, campaign_id: int) -> int:
    """One take through the service; the pence it got."""
    if kind == "up_to":
        offer = pots.Offer(campaign_id, {}, accrual=Accrual.POUND_FOR_POUND)
        return sum(int(match.amount_pence) for match in await pots.take_up_to([fund_id], pence, offer, SYSTEM))
    try:
        match = await pots.take_exact(fund_id, pence, pots.Offer(campaign_id, {}), SYSTEM)
    except Refused:
        return 0
    return int(match.amount_pence)


async def run(kind: str, fund_id: int, pence: int, campaigns: Sequence[int]) -> None:
    """All campaigns at once, each on a connection that was open before."""
    await database.open_database(get_settings().database_url, pool=len(campaigns))
    await clock.refresh()
    everybody_is_connected = asyncio.Barrier(len(campaigns))

    async def one(campaign_id: int) -> None:
        async with database.transaction():
            await database.fetch("SELECT 1")
            await everybody_is_connected.wait()
            got = await take(kind, fund_id, pence, campaign_id)
        sys.stdout.write(f"{campaign_id} {got}\n")
        sys.stdout.flush()

    await asyncio.gather(*(one(campaign_id) for campaign_id in campaigns))
    await database.close_database()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), [int(one) for one in sys.argv[4:]]))
