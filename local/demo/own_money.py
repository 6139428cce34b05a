"""The council puts into the provider's balance what a dispute and card costs took; a further sum waits for a second person."""

from typing import Final

from crowdfund_kent import ledger
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from local.demo.people import acting
from local.demo.stage import Stage
from payments.accounts import CARD_COSTS, LOSSES
from payments.own_money import services
from payments.own_money.kinds import Way

AHEAD_PENCE: Final = 10_000


async def play(stage: Stage) -> None:
    """Today: moved in the provider's dashboard, recorded by the officer, confirmed by finance."""
    officer, finance = await acting(Role.FUND_OFFICER), await acting(Role.FINANCE_APPROVER)
    spent = await ledger.balance(CARD_COSTS) + await ledger.balance(LOSSES)
    if spent > 0:
        await stage.sandbox.top_up(spent)
        made = await services.record(services.Moved(Way.ADDED, spent, "tu_demo_1", business_today()), officer)
        await services.confirm(made.id, finance)
    await stage.sandbox.top_up(AHEAD_PENCE)
    await services.record(services.Moved(Way.ADDED, AHEAD_PENCE, "tu_demo_2", business_today()), officer)
    await stage.work()
