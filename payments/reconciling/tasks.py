"""What jobs and the timetable ask of reconciling. Each may run twice, late or never: the rows say what is due."""

from payments.payouts.looking import look_again
from payments.reconciling import services
from payments.waking import wake


async def find_due() -> None:
    """Plan the nights of runs that have ended, and ask for the readings that are due."""
    await services.plan()
    for campaign_id in await services.due():
        await wake("reconcile", campaign_id)


async def reconcile(campaign_id: int) -> None:
    """Lay one campaign beside the provider's records."""
    await services.reconcile(campaign_id)
    await look_again(campaign_id)  # its payout may have waited for this
